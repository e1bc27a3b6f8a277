import type { ValueType } from "./value-type.ts";

/** The names of commands; one that is new comes in here, in `CONTROLLER_COMMANDS` if it takes the controller's flags, and in ../commands.ts. */
export type CommandName =
  | "run"
  | "translate"
  | "validate"
  | "explain"
  | "diff"
  | "preview"
  | "crds"
  | "version"
  | "help";

/** The commands that accept every flag of the controller: those that mean nothing to one of them are ignored by it. */
export const CONTROLLER_COMMANDS: readonly CommandName[] = [
  "run",
  "translate",
  "validate",
  "explain",
  "diff",
  "preview",
];

/**
 * How far a flag has come: `done`, it does what its meaning says; `accepted`, it is taken and deliberately does nothing (the note says why);
 * `to come`, it is taken and will do what its meaning says.
 */
export type FlagState = "done" | "accepted" | "to come";

/** One row of the table of flags. */
export interface Flag<T> {
  readonly type: ValueType<T>;
  readonly default: T;
  /** What it does, in whole sentences, for help and documentation. */
  readonly meaning: string;
  readonly state: FlagState;
  /** Why the state is not `done`, or what else there is to know about it. */
  readonly note?: string;
  /** One letter: `-f`. */
  readonly short?: string;
  /** Left out of help (not of the documentation). */
  readonly hidden?: true;
  /** What a person should do about it, behind "deprecated: ". */
  readonly deprecated?: string;
  /** Another name of the given flag: both set one value, and the one set last wins. */
  readonly aliasOf?: string;
  /** The value must never be shown. */
  readonly secret?: true;
  /** The commands that have this flag; absent: `CONTROLLER_COMMANDS`. */
  readonly commands?: readonly CommandName[];
}

type Rest<T> = Omit<Flag<T>, "type" | "default" | "meaning" | "state">;

/** A flag that does what its meaning says. */
export function flag<T>(type: ValueType<T>, initial: T, meaning: string, rest: Rest<T> = {}): Flag<T> {
  return { type, default: initial, meaning, state: "done", ...rest };
}

/** A flag that is accepted and will do what its meaning says. */
export function toCome<T>(type: ValueType<T>, initial: T, meaning: string, rest: Rest<T> = {}): Flag<T> {
  return { type, default: initial, meaning, state: "to come", ...rest };
}

/** A flag that is accepted and does nothing, for the reason that the note gives. */
export function accepted<T>(
  type: ValueType<T>,
  initial: T,
  meaning: string,
  note: string,
  rest: Rest<T> = {},
): Flag<T> {
  return { type, default: initial, meaning, state: "accepted", note, ...rest };
}

/** `CONTROLLER_KONG_ADMIN_URL` for `kong-admin-url`. */
export function environmentName(flagName: string): string {
  return `CONTROLLER_${flagName.toUpperCase().replaceAll("-", "_")}`;
}
