import type { CommandName } from "./flag.ts";
import { commandsOf, FLAG_GROUPS, type FlagName, flagOf } from "./table.ts";

/** What help needs to know of a command. */
export interface CommandText {
  readonly name: CommandName;
  /** One line. */
  readonly summary: string;
  /** What follows `silverback`: `translate -f FILE|DIR|- [-o yaml|json] [flags]`. */
  readonly usage: string;
}

/** The page of `silverback COMMAND --help`, for a terminal of `width` columns. */
export function commandHelp(command: CommandText, width: number): string {
  const groups = FLAG_GROUPS.map(({ title, names }) => ({
    title,
    names: names.filter(
      (name) => commandsOf(name).includes(command.name) && !flagOf(name).hidden && !flagOf(name).deprecated,
    ),
  })).filter(({ names }) => names.length > 0);
  const environment =
    "Each flag can also be set by a variable: --log-level by CONTROLLER_LOG_LEVEL. The command line wins.";
  return [
    ...wrap(command.summary, width, ""),
    "",
    `Usage: silverback ${command.usage}`,
    ...(groups.length > 0 ? ["", ...wrap(environment, width, "")] : []),
    ...groups.flatMap(({ title, names }) => ["", `${title}:`, ...names.flatMap((name) => flagHelp(name, width))]),
    "",
  ].join("\n");
}

/** The page of `silverback help`. */
export function overviewHelp(commands: readonly CommandText[], standard: CommandName, width: number): string {
  const column = Math.max(...commands.map(({ name }) => name.length)) + 4;
  const lines = commands.flatMap(({ name, summary }) => {
    const [first = "", ...rest] = wrap(summary + (name === standard ? " (the default)" : ""), width - column, "");
    return [`  ${name.padEnd(column - 2)}${first}`, ...rest.map((line) => " ".repeat(column) + line)];
  });
  return [
    ...wrap("Silverback keeps Kong Gateways at the configuration that Kubernetes objects ask for.", width, ""),
    "",
    "Usage: silverback [COMMAND] [flags]",
    "",
    ...lines,
    "",
    ...wrap("silverback COMMAND --help shows the flags of a command.", width, ""),
    "",
  ].join("\n");
}

function flagHelp(name: FlagName, width: number): readonly string[] {
  const { type, default: initial, short, meaning, state, note } = flagOf(name);
  const label = type.label === "" ? "" : ` ${type.label}`;
  const shown = type.show(initial);
  const known = shown === "" || (type.bare !== undefined && initial === false) ? "" : ` (default ${shown})`;
  const status = state === "accepted" ? `No effect: ${note}.` : state === "to come" ? "Still to come." : "";
  return [
    ...wrap(`${short === undefined ? "" : `-${short}, `}--${name}${label}${known}`, width, "  "),
    ...wrap(`${meaning} ${status}`.trim(), width, "      "),
  ];
}

/** Breaks a text between words into lines of at most `width` columns, `indent` included; a longer word gets a line of its own. */
export function wrap(text: string, width: number, indent: string): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(indent + line);
  return lines;
}
