import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import manifest from "../package.json" with { type: "json" };

const node = fileURLToPath(new URL("../node_modules/.bin/node", import.meta.url));
const main = fileURLToPath(new URL("./main.ts", import.meta.url));

/** Runs the program as people do. */
function silverback(
  ...argv: readonly string[]
): Promise<{ readonly code: unknown; readonly out: string; readonly err: string }> {
  return new Promise((resolve) => {
    execFile(node, [main, ...argv], { timeout: 30_000 }, (error, out, err) =>
      resolve({ code: error === null ? 0 : error.code, out, err }),
    );
  });
}

describe("as a process", { timeout: 30_000 }, () => {
  test("version is one line of JSON with KIC's keys", async () => {
    const { code, out, err } = await silverback("version");
    expect([code, err]).toEqual([0, ""]);
    expect(out.match(/\n/g)).toHaveLength(1);
    expect(Object.keys(JSON.parse(out))).toEqual(["release", "repo", "commit"]);
    expect(JSON.parse(out).release).toBe(manifest.version);
  });

  test("wrong usage is one line on standard error and exit code 2", async () => {
    expect(await silverback("--kong-admin-ulr=http://a")).toEqual({
      code: 2,
      out: "",
      err: "silverback: unknown flag --kong-admin-ulr; did you mean --kong-admin-url?\n",
    });
  });
});
