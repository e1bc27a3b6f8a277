import { Readable } from "node:stream";
import { type Clock, systemClock } from "../base/clock.ts";
import { SecretValues } from "../base/redact.ts";
import { COMMANDS, STANDARD_COMMAND } from "./commands.ts";
import { dispatch } from "./dispatch.ts";
import { Termination } from "./termination.ts";

export interface Terminal {
  /** Undefined: standard output is no terminal. */
  readonly columns?: number | undefined;
  readonly environment?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
}

/** For tests: runs a command in this process, with nothing on standard input. Resolves with the exit code and what was written. */
export async function runCommand(
  argv: readonly string[],
  { columns, environment = {}, clock = systemClock }: Terminal = {},
) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await dispatch(
    {
      argv,
      environment,
      stdin: Readable.from([]),
      stdout: { write: (text) => void out.push(text), columns },
      stderr: { write: (text) => void err.push(text), columns: undefined },
      clock,
      random: () => 0,
      termination: new Termination(clock, () => undefined),
      secrets: new SecretValues(),
    },
    COMMANDS,
    STANDARD_COMMAND,
  );
  return { code, out: out.join(""), err: err.join("") };
}
