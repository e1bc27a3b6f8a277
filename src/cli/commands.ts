import type { Command } from "./command.ts";
import type { CommandName } from "./flags/flag.ts";
import { isSet } from "./flags/parse.ts";
import { gateErrors, startUpErrors } from "./flags/validate.ts";

/** What `silverback` without a command means. */
export const STANDARD_COMMAND: CommandName = "run";

/** Every command there is, in the order in which help shows them. */
export const COMMANDS: readonly Command[] = [
  {
    name: "run",
    summary:
      "Runs the controller: reads objects from a cluster or from files and keeps every gateway at what they say.",
    usage: "run [--manifests=DIR] [flags]",
    check: startUpErrors,
    maxWords: 0,
    load: async () => (await import("./run.ts")).run,
  },
  {
    name: "translate",
    summary: "Turns Kubernetes objects into Kong's declarative configuration; needs no cluster and no gateway.",
    usage: "translate -f FILE|DIR|- [-o yaml|json] [flags]",
    check: gateErrors,
    maxWords: 0,
    load: async () => (await import("./translate.ts")).translate,
  },
  {
    name: "validate",
    summary:
      "Checks the objects in files as the API server and the compiler would, and against a gateway if one is named; tells file, line and field. Exit code 1 on errors.",
    usage: "validate -f FILE|DIR|- [-o yaml|json] [--kong-admin-url=URL] [flags]",
    // Only with a gateway to ask it matters how to speak to one.
    check: (flags) => (isSet(flags, "kong-admin-url") ? startUpErrors : gateErrors)(flags),
    maxWords: 0,
    load: async () => (await import("./validate.ts")).validate,
  },
  {
    name: "preview",
    summary:
      "Serves a folder of manifests on a gateway on this machine, for trying them; what changes is live at once. Without a folder others push to it.",
    usage: "preview [DIR] [--admin-port=N] [--proxy-port=N] [--router-flavor=FLAVOUR] [--database=memory] [flags]",
    check: gateErrors,
    maxWords: 1,
    load: async () => (await import("./preview.ts")).preview,
  },
  {
    name: "explain",
    summary: "Shows what an object in the files yields, what it uses, what uses it, and what is wrong with it.",
    usage: "explain KIND/NAMESPACE/NAME -f FILE|DIR|- [-o yaml|json] [flags]",
    check: gateErrors,
    maxWords: 1,
    load: async () => (await import("./explain.ts")).explain,
  },
  {
    name: "diff",
    summary:
      "Shows what the objects in the files would change on a live gateway, entity by entity; writes nothing. Exit code 1 when something would change, 2 when that cannot be told.",
    usage: "diff -f FILE|DIR|- [--kong-admin-url=URL] [-o yaml|json] [flags]",
    check: startUpErrors,
    maxWords: 0,
    load: async () => (await import("./diff.ts")).diff,
  },
  {
    name: "crds",
    summary: "Prints the CustomResourceDefinitions of Kong's kinds, for kubectl apply -f -.",
    usage: "crds",
    maxWords: 0,
    load: async () => (await import("./crds.ts")).crds,
  },
  {
    name: "version",
    summary: "Prints release, repository and commit as one line of JSON.",
    usage: "version",
    maxWords: 0,
    load: async () => (await import("./version.ts")).version,
  },
];
