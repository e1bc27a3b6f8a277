import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { ManualClock } from "../base/manual-clock.ts";
import { SecretValues } from "../base/redact.ts";
import { type Command, type CommandContext, type RunCommand, UsageError } from "./command.ts";
import { dispatch } from "./dispatch.ts";
import type { Environment } from "./flags/parse.ts";
import { Termination } from "./termination.ts";

/** Runs a program of two commands, `run` and `preview`, that both do what `body` does. */
async function program(
  argv: readonly string[],
  body: (...given: [...Parameters<RunCommand>, Termination]) => ReturnType<RunCommand> = async () => 0,
  environment: Environment = {},
) {
  const clock = new ManualClock();
  const exits: number[] = [];
  const termination = new Termination(clock, (code) => void exits.push(code));
  const out: string[] = [];
  const err: string[] = [];
  const contexts: CommandContext[] = [];
  const commands: readonly Command[] = (["run", "preview"] as const).map((name) => ({
    name,
    summary: `Does ${name}.`,
    usage: `${name} [flags]`,
    maxWords: name === "preview" ? 1 : 0,
    check: (flags) => (flags.values["kong-workspace"] === "wrong" ? ["first mistake", "second mistake"] : []),
    load: async () => (context) => {
      contexts.push(context);
      return body(context, termination);
    },
  }));
  const code = await dispatch(
    {
      argv,
      environment,
      stdin: Readable.from([]),
      stdout: { write: (text) => void out.push(text), columns: undefined },
      stderr: { write: (text) => void err.push(text), columns: undefined },
      clock,
      random: () => 0,
      termination,
      secrets: new SecretValues(),
    },
    commands,
    "run",
  );
  return { code, out: out.join(""), err: err.join(""), context: contexts[0], clock, exits };
}

describe("which command runs", () => {
  test("none named: the standard one", async () => expect((await program([])).context?.words).toEqual([]));
  test("flags may come before its name, words behind it", async () => {
    const { code, context } = await program(["--log-level", "debug", "preview", "--profiling", "there"]);
    expect(code).toBe(0);
    expect(context?.words).toEqual(["there"]);
    expect(context?.flags.values["log-level"]).toBe("debug");
  });
  test("its exit code is the program's", async () => expect((await program(["preview"], async () => 1)).code).toBe(1));
});

describe("wrong usage is one line and exit code 2", () => {
  test.each([
    [["previw"], 'unknown command "previw"; did you mean preview?'],
    [["frobnicate"], 'unknown command "frobnicate"; there are run, preview, help'],
    [
      ["--profiling", "false"],
      'unknown command "false"; a switch takes its value behind an equals sign: --switch=false',
    ],
    [["preview", "a", "b"], 'preview does not take the argument "b"'],
    [["run", "--profiling", "true"], /^silverback: run does not take the argument "true"; a switch takes/],
    [["--nonsense"], "unknown flag --nonsense"],
    [["--preview"], "unknown flag --preview; did you mean the command preview?"],
    [
      ["run", "--log-level=loud"],
      'invalid argument "loud" for "--log-level" flag: expected trace, debug, info or error',
    ],
    [["help", "nonsense"], 'unknown command "nonsense"; there are run, preview, help'],
  ])("%j", async (argv, message) => {
    const { code, err, out, context } = await program(argv);
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(err.match(/\n/g)).toHaveLength(1);
    expect(out).toBe("");
    expect(context).toBeUndefined();
  });

  test("a wrong variable too", async () => {
    const { code, err } = await program([], async () => 0, { CONTROLLER_PROFILING: "" });
    expect(code).toBe(2);
    expect(err).toBe(
      'silverback: variable CONTROLLER_PROFILING: invalid argument "" for "--profiling" flag: expected true or false\n',
    );
  });
  test("flags that contradict each other: a line for each", async () => {
    const { code, err, context } = await program(["--kong-workspace=wrong"]);
    expect(code).toBe(2);
    expect(err).toBe("silverback: first mistake\nsilverback: second mistake\n");
    expect(context).toBeUndefined();
  });
  test("and what only the command can know", async () => {
    const { code, err } = await program([], async () => {
      throw new UsageError("no such file");
    });
    expect(code).toBe(2);
    expect(err).toBe("silverback: no such file\n");
  });
});

describe("help goes to standard output and is no failure", () => {
  test.each([[["help"]], [["--help"]], [["-h"]]])("%j: the overview", async (argv) => {
    const { code, out, err } = await program(argv);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("  preview  Does preview.");
  });
  test.each([[["help", "preview"]], [["preview", "--help"]], [["--help", "preview"]]])(
    "%j: the command's",
    async (argv) => {
      const { code, out } = await program(argv);
      expect(code).toBe(0);
      expect(out).toContain("Usage: silverback preview [flags]");
    },
  );
});

describe("a command that fails", () => {
  const fail: RunCommand = async () => {
    throw new Error("failed to create Kong client", { cause: new Error("refused") });
  };
  test("is told in one line, its causes included; exit code 1", async () => {
    expect(await program([], fail)).toMatchObject({
      code: 1,
      err: "silverback: failed to create Kong client: refused\n",
    });
  });
  test("shows where, when asked for detail", async () =>
    expect((await program(["--log-level=debug"], fail)).err).toContain("dispatch.test.ts"));
});

describe("secrets given as flags", () => {
  test("are in no log line and no message", async () => {
    const token = "very-secret-token";
    const { err } = await program(
      ["--kong-admin-header=Authorization:Bearer of-bad-news", "--kong-admin-url=http://me:pass%2Fword1@localhost"],
      async ({ log }) => {
        log.info("connecting", { token, url: "http://me:pass%2Fword1@localhost", header: "Bearer of-bad-news" });
        throw new Error(`refused ${token}`);
      },
      { CONTROLLER_KONG_ADMIN_TOKEN: token },
    );
    expect(err).toContain("connecting");
    expect(err).not.toMatch(/very-secret|pass%2F|pass\/word|bad-news/);
  });
  test("a password that is no proper URL encoding harms nobody", async () =>
    expect((await program(["--kong-admin-url=http://me:100%25%zz@localhost"])).code).toBe(0));
});

describe("signals", () => {
  const untilAborted = async (signal: AbortSignal) => {
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  };
  test("the first one reaches the command, which ends by itself with 0", async () => {
    const { code, exits, clock } = await program(["--term-delay=5s"], async ({ signal }, termination) => {
      setImmediate(() => termination.received());
      await untilAborted(signal);
      return 0;
    });
    expect(code).toBe(0);
    expect(exits).toEqual([]);
    expect(clock.pending).toBe(0);
  });
  test("a command that does not end is ended after the term delay", async () => {
    const { exits } = await program(["--term-delay=5s"], async ({ clock }, termination) => {
      termination.received();
      await (clock as ManualClock).advance(5000);
      return 0;
    });
    expect(exits).toEqual([1]);
  });
});
