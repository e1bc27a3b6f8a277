import type { CommandName, Flag } from "./flag.ts";
import { CONTROLLER_COMMANDS } from "./flag.ts";
import { admissionFlags } from "./table/admission.ts";
import { commandFlags } from "./table/commands.ts";
import { controllerFlags } from "./table/controllers.ts";
import { kongAdminFlags } from "./table/kong-admin.ts";
import { konnectFlags } from "./table/konnect.ts";
import { kubernetesFlags } from "./table/kubernetes.ts";
import { loggingFlags } from "./table/logging.ts";
import { observabilityFlags } from "./table/observability.ts";
import { pushFlags } from "./table/push.ts";
import { statusFlags } from "./table/status.ts";

/** Every flag of every command: what parser, help, environment, validation and documentation know. */
export const FLAGS = {
  ...commandFlags,
  ...loggingFlags,
  ...kongAdminFlags,
  ...pushFlags,
  ...kubernetesFlags,
  ...statusFlags,
  ...controllerFlags,
  ...admissionFlags,
  ...observabilityFlags,
  ...konnectFlags,
};

export type FlagName = keyof typeof FLAGS;

/** The value of every flag, each of its own type. */
export type FlagValues = {
  readonly [K in FlagName]: (typeof FLAGS)[K] extends Flag<infer T> ? T : never;
};

/** The order and the headings in which people see the flags. */
export const FLAG_GROUPS: readonly { readonly title: string; readonly names: readonly FlagName[] }[] = [
  group("Input and output", commandFlags),
  group("Logging", loggingFlags),
  group("The gateways and their Admin API", kongAdminFlags),
  group("Pushing the configuration", pushFlags),
  group("Kubernetes", kubernetesFlags),
  group("Status", statusFlags),
  group("Kinds to read", controllerFlags),
  group("Admission webhook", admissionFlags),
  group("Health, metrics, diagnostics, features", observabilityFlags),
  group("Konnect", konnectFlags),
];

function group(
  title: string,
  flags: Partial<Record<FlagName, unknown>>,
): {
  readonly title: string;
  readonly names: readonly FlagName[];
} {
  return { title, names: Object.keys(flags) as FlagName[] };
}

/** All names, in lexical order: the order in which the environment is read. */
export const FLAG_NAMES: readonly FlagName[] = (Object.keys(FLAGS) as FlagName[]).sort();

/** The row of a flag, its type of value not known. */
export function flagOf(name: FlagName): Flag<unknown> {
  return FLAGS[name];
}

export function isFlagName(name: string): name is FlagName {
  return Object.hasOwn(FLAGS, name);
}

/** The commands that have this flag. */
export function commandsOf(name: FlagName): readonly CommandName[] {
  return flagOf(name).commands ?? CONTROLLER_COMMANDS;
}
