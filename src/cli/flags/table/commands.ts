import { flag } from "../flag.ts";
import { repeated } from "../lists.ts";
import { objectName } from "../names.ts";
import { bool, oneOf, port, text } from "../scalars.ts";
import type { ValueType } from "../value-type.ts";

const path: ValueType<string> = { ...text, label: "path" };

/** Flags of single commands. `manifests` is the controller's. */
export const commandFlags = {
  manifests: flag(
    path,
    "",
    "Folder or file to take the objects from instead of a cluster; read again when it changes.",
  ),
  file: flag(
    repeated(path),
    [],
    "File or folder with the objects, or - for standard input. May be given several times.",
    { short: "f", commands: ["translate", "validate", "explain", "diff"] },
  ),
  output: flag(
    oneOf(["yaml", "json"]),
    "yaml",
    "Form of what is printed; validate, explain and diff print text for people unless it is given.",
    { short: "o", commands: ["translate", "validate", "explain", "diff"] },
  ),
  defaults: flag(
    bool,
    true,
    "Fill in what the API server would fill in before anything else. Off, the objects are taken as they are.",
    { commands: ["translate", "explain", "diff"] },
  ),
  preflight: flag(
    bool,
    true,
    "Print the configuration without what Kong would refuse. Off, all of it is printed; the problems are told either way.",
    { commands: ["translate", "explain", "diff"] },
  ),
  "simulate-rejection": flag(
    repeated(objectName),
    [],
    "Print the configuration that is left when Kong refuses this object. May be given several times.",
    { commands: ["translate", "explain", "diff"] },
  ),
  "admin-port": flag(port, 8001, "Port of the preview gateway's Admin API.", { commands: ["preview"] }),
  "proxy-port": flag(port, 8000, "Port on which the preview gateway proxies.", { commands: ["preview"] }),
  database: flag(
    oneOf(["off", "memory"]),
    "off",
    "With memory the preview gateway takes writes of single entities, as one with a database does, and forgets them in the end.",
    { commands: ["preview"] },
  ),
};
