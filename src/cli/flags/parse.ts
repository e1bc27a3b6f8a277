import { compareStrings } from "../../base/problem.ts";
import { type CommandName, environmentName } from "./flag.ts";
import type { Assignment } from "./scan.ts";
import { commandsOf, FLAG_NAMES, type FlagName, type FlagValues, flagOf } from "./table.ts";
import type { Reading } from "./value-type.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The flags of one run of the program. */
export interface ParsedFlags {
  readonly values: FlagValues;
  /** Where a value came from; flags at their default are not in here. */
  readonly sources: ReadonlyMap<FlagName, FlagSource>;
}

export type FlagSource = "command line" | "environment";

/** Whether somebody chose the value, be it the default's twin. */
export function isSet(flags: ParsedFlags, name: FlagName): boolean {
  return flags.sources.has(name);
}

/**
 * Gives every flag its value: from the command line in the order given, then from the environment in lexical order for what the command line did not name, else the
 * default. Of two names for one value the one visited last wins, also when it comes from the environment (KIC binds its flags so).
 */
export function parseFlags(
  command: CommandName,
  assignments: readonly Assignment[],
  environment: Environment,
): Reading<ParsedFlags> {
  const given = new Map<FlagName, unknown>();
  const sources = new Map<FlagName, FlagSource>();
  for (const { name, text } of assignments) {
    const commands = commandsOf(name);
    if (!commands.includes(command))
      return { cause: `${command} has no flag --${name}; it belongs to ${commands.join(", ")}` };
    const reading = flagOf(name).type.read(text, given.get(name));
    if ("cause" in reading) return { cause: invalid(name, text, reading.cause) };
    assign(name, reading.value, "command line");
  }
  for (const name of FLAG_NAMES) {
    const variable = environmentName(name);
    const text = environment[variable];
    if (text === undefined || sources.get(name) === "command line" || !commandsOf(name).includes(command)) continue;
    const reading = flagOf(name).type.read(text);
    if ("cause" in reading) return { cause: `variable ${variable}: ${invalid(name, text, reading.cause)}` };
    assign(name, reading.value, "environment");
  }

  function assign(name: FlagName, value: unknown, source: FlagSource): void {
    sources.set(name, source);
    for (const twin of namesOf(name)) given.set(twin, value);
  }

  const values = Object.fromEntries(
    FLAG_NAMES.map((name) => [name, given.has(name) ? given.get(name) : flagOf(name).default]),
  );
  return { value: { values: values as FlagValues, sources } };
}

/** The names that share one value with the given one, itself included. */
function namesOf(name: FlagName): readonly FlagName[] {
  const target = flagOf(name).aliasOf ?? name;
  return FLAG_NAMES.filter((other) => other === target || flagOf(other).aliasOf === target);
}

/** pflag's form, which people and programs know. A secret is not quoted, nor what the cause says of it, nor what an URL holds before its `@`. */
function invalid(name: FlagName, text: string, cause: string): string {
  const { secret, type } = flagOf(name);
  return secret === true
    ? `invalid argument (not shown) for "--${name}" flag: it cannot be read as a ${type.label}`
    : `invalid argument ${JSON.stringify(text)} for "--${name}" flag: ${cause}`.replace(
        /\/\/[^/@]*@/g,
        "//[redacted]@",
      );
}

/** Every flag at its default: for tests and for programs that are no command. */
export function defaultFlags(changed: Partial<FlagValues> = {}): ParsedFlags {
  const values = Object.fromEntries(FLAG_NAMES.map((name) => [name, flagOf(name).default]));
  const names = (Object.keys(changed) as FlagName[]).sort(compareStrings);
  return {
    values: { ...values, ...changed } as FlagValues,
    sources: new Map(names.map((name) => [name, "command line"])),
  };
}
