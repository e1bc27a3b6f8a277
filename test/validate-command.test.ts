import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));

function validate(input: string, ...argv: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, "validate", ...argv], {
    input,
    encoding: "utf8",
    timeout: 120_000,
  });
  return { status, stdout, stderr };
}

const plugin = (minute: string) => `apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata: { name: limit }
plugin: rate-limiting
config: { minute: ${minute} }
`;

test("a pipeline reads exit codes, and what is wrong from standard output", { timeout: 300_000 }, () => {
  expect(validate(plugin("5"), "-f", "-")).toEqual({
    status: 0,
    stdout: "1 object in 1 file: nothing wrong\n",
    stderr: "",
  });
  const wrong = validate(plugin("five"), "-f", "-", "-o", "json");
  expect([wrong.status, wrong.stderr]).toEqual([1, ""]);
  expect(JSON.parse(wrong.stdout)).toMatchObject([
    { file: "standard input", line: 5, column: 11, path: "config.minute", severity: "error", code: "kong-refuses" },
  ]);
  expect(validate("", "-f")).toMatchObject({ status: 2, stdout: "" });
});
