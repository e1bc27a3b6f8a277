import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/log.ts";
import type { SecretValues } from "../base/redact.ts";
import type { Command, ExitCode, Output } from "./command.ts";
import { CommandFailure, UsageError } from "./command.ts";
import type { CommandName } from "./flags/flag.ts";
import { parseGoBool } from "./flags/go-number.ts";
import { commandHelp, overviewHelp } from "./flags/help.ts";
import { type Environment, type ParsedFlags, parseFlags } from "./flags/parse.ts";
import { type CommandLine, scanArguments } from "./flags/scan.ts";
import { closest } from "./flags/suggest.ts";
import { commandLog, rememberSecrets } from "./log.ts";
import type { Termination } from "./termination.ts";

/** What the process gives to the program. */
export interface Process {
  /** Without the program's own name. */
  readonly argv: readonly string[];
  readonly environment: Environment;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly clock: Clock;
  readonly random: () => number;
  readonly termination: Termination;
  readonly secrets: SecretValues;
}

/** Runs the command that the arguments name and gives the exit code of the process. Does not throw. */
export async function dispatch(
  process: Process,
  commands: readonly Command[],
  standard: CommandName,
): Promise<ExitCode> {
  const names = [...commands.map(({ name }) => name), "help" as const];
  const wrong = (cause: string): ExitCode => {
    process.stderr.write(`silverback: ${process.secrets.redact(cause)}\n`);
    return 2;
  };

  const scanned = scanArguments(process.argv, names);
  if ("cause" in scanned) return wrong(scanned.cause);
  const line = scanned.value;
  const [first, ...rest] = line.words;
  const help = line.help || first === "help";
  const [wanted, ...words] = first === "help" ? rest : line.words;
  if (help && wanted === undefined) {
    process.stdout.write(overviewHelp(commands, standard, widthOf(process.stdout)));
    return 0;
  }
  const command = commands.find(({ name }) => name === (wanted ?? standard));
  if (command === undefined) return wrong(wanted === undefined ? noCommand(standard) : unknown(wanted, names));
  if (help) {
    process.stdout.write(commandHelp(command, widthOf(process.stdout)));
    return 0;
  }
  if (words.length > command.maxWords)
    return wrong(`${command.name} does not take the argument "${words[command.maxWords]}"${switchHint(line)}`);

  const parsed = parseFlags(command.name, line.assignments, process.environment);
  if ("cause" in parsed) return wrong(parsed.cause);
  const errors = command.check?.(parsed.value) ?? [];
  errors.forEach(wrong);
  return errors.length > 0 ? 2 : run(process, command, words, parsed.value);
}

async function run(
  process: Process,
  command: Command,
  words: readonly string[],
  flags: ParsedFlags,
): Promise<ExitCode> {
  const { clock, secrets, stderr, termination } = process;
  rememberSecrets(flags, secrets);
  termination.limit(flags.values["term-delay"]);
  try {
    const runCommand = await command.load();
    const log = commandLog(flags, stderr, () => clock.now(), secrets);
    return await runCommand({ ...process, words, flags, signal: termination.signal, log });
  } catch (error) {
    if (error instanceof UsageError || error instanceof CommandFailure) {
      stderr.write(`silverback: ${secrets.redact(error.message)}\n`);
      return 2;
    }
    const stack = flags.values["log-level"] === "debug" || flags.values["log-level"] === "trace";
    stderr.write(`silverback: ${secrets.redact((stack && stackOf(error)) || messageOf(error))}\n`);
    return 1;
  } finally {
    termination.finished();
  }
}

function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : undefined;
}

function noCommand(standard: CommandName): string {
  return `the command ${standard}, which is meant when none is given, is not part of this program; silverback help shows what is`;
}

function unknown(word: string, names: readonly string[]): string {
  const near = closest(word, names);
  const hint =
    near !== undefined
      ? `; did you mean ${near}?`
      : parseGoBool(word) !== undefined
        ? "; a switch takes its value behind an equals sign: --switch=false"
        : `; there are ${names.join(", ")}`;
  return `unknown command "${word}"${hint}`;
}

function switchHint({ words }: CommandLine): string {
  return words.some((word) => parseGoBool(word) !== undefined)
    ? "; a switch takes its value behind an equals sign: --switch=false"
    : "";
}

/** Long lines are hard to read, and a pipe has no width. */
function widthOf(output: Output): number {
  return Math.min(Math.max(output.columns ?? 80, 40), 120);
}
