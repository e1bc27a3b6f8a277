import { type CommandName, environmentName } from "./flag.ts";
import { closest } from "./suggest.ts";
import { FLAG_NAMES, type FlagName, flagOf, isFlagName } from "./table.ts";
import type { Reading } from "./value-type.ts";

/** A command line taken apart, values still as text. */
export interface CommandLine {
  /** In the order given. */
  readonly assignments: readonly Assignment[];
  /** What is no flag: the command first, then its arguments. */
  readonly words: readonly string[];
  /** `--help` or `-h` was among the flags. */
  readonly help: boolean;
}

export interface Assignment {
  readonly name: FlagName;
  readonly text: string;
}

const BY_SHORT: ReadonlyMap<string, FlagName> = new Map(
  FLAG_NAMES.flatMap((name) => {
    const short = flagOf(name).short;
    return short === undefined ? [] : [[short, name] as const];
  }),
);

/**
 * Takes a command line apart as spf13/pflag does: `--flag=v`, `--flag v` (a switch takes a value only behind `=`), `-f v`, `-fv`, `-f=v`, flags and words in any
 * order, `--` ends the flags, `-` is a word. The cause never quotes a value.
 */
export function scanArguments(argv: readonly string[], commands: readonly CommandName[] = []): Reading<CommandLine> {
  const assignments: Assignment[] = [];
  const words: string[] = [];
  let help = false;
  for (let at = 0; at < argv.length; at++) {
    const argument = argv[at]!;
    if (argument === "--") {
      words.push(...argv.slice(at + 1));
      break;
    }
    if (argument === "-" || !argument.startsWith("-")) {
      words.push(argument);
      continue;
    }
    const given = argument.startsWith("--") ? longFlag(argument, commands) : shortFlag(argument);
    if ("cause" in given) return given;
    if (given.name === "help") {
      help = true;
      continue;
    }
    let text = given.text ?? flagOf(given.name).type.bare;
    if (text === undefined) {
      if (at + 1 === argv.length) return { cause: `${given.shown} needs a value` };
      text = argv[++at]!;
    }
    assignments.push({ name: given.name, text });
  }
  return { value: { assignments, words, help } };
}

/** `text` is absent when the value, if there is one, is the next argument. */
type Given =
  | { readonly name: FlagName | "help"; readonly shown: string; readonly text?: string }
  | { readonly cause: string };

function longFlag(argument: string, commands: readonly CommandName[]): Given {
  const equals = argument.indexOf("=");
  const shown = equals < 0 ? argument : argument.slice(0, equals);
  const name = shown.slice(2);
  if (name === "" || name.startsWith("-")) return { cause: `${shown} is no flag` };
  if (name === "help") return { name, shown };
  if (!isFlagName(name)) return { cause: `unknown flag ${shown}${hint(name, commands)}` };
  return equals < 0 ? { name, shown } : { name, shown, text: argument.slice(equals + 1) };
}

function shortFlag(argument: string): Given {
  const letter = argument.slice(1, 2);
  const shown = `-${letter}`;
  if (letter === "h") return { name: "help", shown };
  const name = BY_SHORT.get(letter);
  const long = argument.slice(1).split("=")[0]!;
  if (name === undefined)
    return { cause: `unknown flag ${shown}${isFlagName(long) ? `; did you mean --${long}?` : ""}` };
  if (argument.length === 2) return { name, shown };
  return { name, shown, text: argument.slice(argument[2] === "=" && argument.length > 3 ? 3 : 2) };
}

function hint(name: string, commands: readonly CommandName[]): string {
  if (commands.some((command) => command === name)) return `; did you mean the command ${name}?`;
  const near = closest(
    name,
    FLAG_NAMES.filter((known) => flagOf(known).hidden === undefined),
  );
  if (near !== undefined) return `; did you mean --${near}?`;
  const fromVariable = FLAG_NAMES.find((known) => environmentName(known) === name);
  return fromVariable === undefined ? "" : `; did you mean --${fromVariable}?`;
}
