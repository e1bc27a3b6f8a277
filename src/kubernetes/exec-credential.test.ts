import { expect, test } from "vitest";
import { ManualClock } from "../base/manual-clock.ts";
import { ExecCredentials, type ExecPlugin, type ProgramResult } from "./exec-credential.ts";
import { runProgram } from "./run-program.ts";

const plugin: ExecPlugin = {
  apiVersion: "client.authentication.k8s.io/v1",
  command: "get-token",
  args: ["--cluster", "c"],
  env: { PROFILE: "p" },
};

function printed(status: object, changes: object = {}): ProgramResult {
  return {
    code: 0,
    stdout: JSON.stringify({ kind: "ExecCredential", apiVersion: plugin.apiVersion, status, ...changes }),
    stderr: "",
  };
}

function credentials(answer: (run: number) => ProgramResult, settings: ExecPlugin = plugin) {
  const clock = new ManualClock();
  const runs: (readonly unknown[])[] = [];
  const run = async (...call: readonly unknown[]) => {
    runs.push(call);
    return answer(runs.length);
  };
  return { clock, runs, exec: new ExecCredentials(settings, run, clock) };
}

test("the program gets its arguments, its environment and what it is asked for", async () => {
  const { exec, runs } = credentials(() => printed({ token: "t" }), { ...plugin, cluster: { server: "https://s" } });
  expect(await exec.current()).toEqual({ token: "t" });
  const [command, args, env] = runs[0] as [string, string[], Record<string, string>];
  expect([command, args, env["PROFILE"]]).toEqual(["get-token", ["--cluster", "c"], "p"]);
  expect(JSON.parse(env["KUBERNETES_EXEC_INFO"]!)).toEqual({
    apiVersion: plugin.apiVersion,
    kind: "ExecCredential",
    spec: { interactive: false, cluster: { server: "https://s" } },
  });
});

test("it runs once for all who ask, again when the credentials ran out, and when they were refused", async () => {
  const { exec, runs, clock } = credentials((run) =>
    printed({ token: `t${run}`, expirationTimestamp: new Date(clock.now() + 60_000).toISOString() }),
  );
  expect(await Promise.all([exec.current(), exec.current()])).toEqual([{ token: "t1" }, { token: "t1" }]);
  await clock.advance(59_000);
  await exec.current();
  expect(runs).toHaveLength(1);
  await clock.advance(1000);
  expect(await exec.current()).toEqual({ token: "t2" });
  exec.forget();
  expect(await exec.current()).toEqual({ token: "t3" });
});

test("certificates are taken too", async () => {
  const { exec } = credentials(() => printed({ clientCertificateData: "C", clientKeyData: "K" }));
  expect(await exec.current()).toEqual({ cert: "C", key: "K" });
});

test.each([
  ["an exit code", { code: 3, stdout: "canary-token", stderr: "first\nplease log in\n" }, /with 3: please log in/],
  ["a signal", { code: undefined, stdout: "", stderr: "" }, /with a signal: it said nothing/],
  ["no JSON", { code: 0, stdout: "canary-token", stderr: "" }, /printed no ExecCredential/],
  ["another version", printed({ token: "t" }, { apiVersion: "v0" }), /in v0/],
  ["nothing", printed({}), /neither a token nor a certificate/],
  ["half a pair", printed({ clientKeyData: "canary-token" }), /without/],
  ["a wrong time", printed({ token: "canary-token", expirationTimestamp: "soon" }), /no time/],
])("%s is an error that quotes no output, and the next one asks again", async (_, result, message) => {
  const { exec, runs } = credentials((run) => (run === 1 ? result : printed({ token: "t" })));
  const error = (await exec.current().catch((e: unknown) => e)) as Error;
  expect(error.message).toMatch(message);
  expect(error.message).not.toContain("canary");
  expect(await exec.current()).toEqual({ token: "t" });
  expect(runs).toHaveLength(2);
});

test("a program that is not there: said with the hint how to get it", async () => {
  const settings = { ...plugin, command: "/nowhere/get-token", installHint: "Install it from your cloud." };
  const exec = new ExecCredentials(settings, runProgram, new ManualClock());
  await expect(exec.current()).rejects.toThrow(/could not be started; Install it from your cloud/);
});

test("real programs: output, error output and exit code", async () => {
  const script = 'echo "$GREETING"; echo oops >&2; exit 4';
  expect(await runProgram("/bin/sh", ["-c", script], { GREETING: "hello" })).toEqual({
    code: 4,
    stdout: "hello\n",
    stderr: "oops\n",
  });
});
