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
    { short: "f", commands: ["translate"] },
  ),
  output: flag(oneOf(["yaml", "json"]), "yaml", "Form of what is printed.", { short: "o", commands: ["translate"] }),
  defaults: flag(
    bool,
    true,
    "Fill in what the API server would fill in before anything else. Off, the objects are taken as they are.",
    { commands: ["translate"] },
  ),
  preflight: flag(
    bool,
    true,
    "Print the configuration without what Kong would refuse. Off, all of it is printed; the problems are told either way.",
    { commands: ["translate"] },
  ),
  "simulate-rejection": flag(
    repeated(objectName),
    [],
    "Print the configuration that is left when Kong refuses this object. May be given several times.",
    { commands: ["translate"] },
  ),
  "admin-port": flag(port, 8001, "Port of the preview gateway's Admin API.", { commands: ["preview"] }),
  "proxy-port": flag(port, 8000, "Port on which the preview gateway proxies.", { commands: ["preview"] }),
};
