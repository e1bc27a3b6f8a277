import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { SecretValues } from "../base/redact.ts";
import type { CommandText } from "./flags/help.ts";
import type { Environment, ParsedFlags } from "./flags/parse.ts";

/** Standard output or standard error. */
export interface Output {
  write(text: string): void;
  /** Columns of the terminal; undefined when it is none. */
  readonly columns: number | undefined;
}

/** What a command gets of the world. Nothing else in cli/ touches the process. */
export interface CommandContext {
  /** The words behind the command's name. */
  readonly words: readonly string[];
  readonly flags: ParsedFlags;
  readonly environment: Environment;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly clock: Clock;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  /** Aborted when the command shall end: by SIGTERM or SIGINT. */
  readonly signal: AbortSignal;
  /** Writes to standard error, as the flags want it. */
  readonly log: Log;
  /** Whoever reads a secret adds it here, and no log line will show it. */
  readonly secrets: SecretValues;
}

/** 0: fine; 1: it found what it looks for (errors, differences), or failed; 2: wrong usage. */
export type ExitCode = 0 | 1 | 2;

/** What a command does. An error it throws is a failure: it is shown with its causes, exit code 1. */
export type RunCommand = (context: CommandContext) => Promise<ExitCode>;

/** Thrown by a command for what only it can know to be wrong in its arguments: one line, exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Thrown by a command that could not do what it is for and whose exit code 1 is an answer: one line, exit code 2. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
}

/** One row of the table of commands. Which flags it has is in the table of flags. */
export interface Command extends CommandText {
  /** What of the flags contradicts each other for this command; each line is shown, exit code 2. */
  readonly check?: (flags: ParsedFlags) => readonly string[];
  /** How many words may follow the name. */
  readonly maxWords: number;
  /** Loads the file of the command, so that no other command pays for it. */
  load(): Promise<RunCommand>;
}
