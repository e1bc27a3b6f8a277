import { environmentName } from "./flag.ts";
import { GATE_NAMES, GATES } from "./gates.ts";
import { commandsOf, FLAG_GROUPS, type FlagName, flagOf } from "./table.ts";

/** docs/flags.md. */
export function flagsPage(): string {
  return [
    "<!-- Made by `npm run docs` from the table of flags in src/cli/flags/. -->",
    "# Flags",
    "",
    INTRODUCTION,
    "",
    ...FLAG_GROUPS.flatMap(({ title, names }) => [
      `## ${title}`,
      "",
      "| Flag | Value | Default | Meaning |",
      "|---|---|---|---|",
      ...names.map(row),
      "",
    ]),
    "## Feature gates",
    "",
    "`--feature-gates=A=true,B=false` changes the gates it names and leaves the others at their defaults.",
    "",
    "| Gate | Default | Stage | Since KIC | Effect |",
    "|---|---|---|---|---|",
    ...GATE_NAMES.map((name) => {
      const { default: on, stage, since, effect, state } = GATES[name];
      const remark = state === "done" ? "" : " *Still to come.*";
      return cells(`\`${name}\``, on ? "on" : "off", stage, since, effect + remark);
    }),
    "",
  ].join("\n");
}

const INTRODUCTION = `Silverback takes every flag of the Kong Ingress Controller (KIC), and some of its own.

- **On the command line**: \`--flag=value\` or \`--flag value\`. A switch is \`--flag\` or \`--flag=false\`. Flags and other words may come in any order; \`--\` ends the flags.
- **In the environment**: \`CONTROLLER_\` and the flag's name in capitals, with \`_\` for \`-\`: \`${environmentName("kong-admin-url")}\` for \`--kong-admin-url\`. The command line wins. A variable that is set but empty counts as an empty value, which only texts and lists can take.
- **Lists** are given by repeating the flag, or with commas, or both; an item that holds a comma is put in double quotes. The first value replaces the default.
- **Durations** are written as in Go: \`10s\`, \`1m30s\`, \`500ms\`, \`10h\`. **Numbers** too: \`1000\`, \`1_000\`, \`0x3e8\`.
- An unknown flag, or a value that cannot be read, ends the program at once with exit code 2 and one line that says what is wrong.

"Still to come" marks a flag that is accepted, so that existing deployments start, but whose effect is not there yet. "No effect" marks one that deliberately does nothing. The controller says so once when such a flag is set to anything but its default.`;

function row(name: FlagName): string {
  const { type, default: initial, short, meaning, state, note, deprecated, hidden, commands } = flagOf(name);
  const shown = type.show(initial);
  const remarks = [
    state === "to come" ? `*Still to come${note === undefined ? "" : `: ${note}`}.*` : "",
    state === "accepted" ? `*No effect: ${note}.*` : "",
    state === "done" && note !== undefined ? `*${capital(note)}.*` : "",
    deprecated === undefined ? "" : `*Deprecated: ${deprecated}.*`,
    hidden ? "*Not shown by `--help`.*" : "",
    commands === undefined ? "" : `*Only of ${commandsOf(name).join(", ")}.*`,
  ];
  return cells(
    `${short === undefined ? "" : `\`-${short}\`, `}\`--${name}\``,
    type.label === "" ? "switch" : `\`${type.label}\``,
    shown === "" ? "" : `\`${shown}\``,
    [meaning, ...remarks].filter((part) => part !== "").join(" "),
  );
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function cells(...texts: readonly string[]): string {
  return `| ${texts.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |`;
}
