import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

/** What the Dockerfile takes for granted: images cannot be built where tests run. */

const root = fileURLToPath(new URL("..", import.meta.url));
const node = join(root, "node_modules/.bin");
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "silverback-image-"));
  const env = { ...process.env, SILVERBACK_COMMIT: "abc" };
  execFileSync(join(node, "node"), [join(root, "scripts/build.ts")], { env, stdio: "pipe" });
});
afterAll(() => rmSync(folder, { recursive: true }));

test("what it copies is there, and is sent to the build", () => {
  const copied = readFileSync(join(root, "Dockerfile"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("COPY ") && !line.includes("--from="))
    .flatMap((line) => line.split(" ").slice(1, -1));
  const sent = readFileSync(join(root, ".dockerignore"), "utf8").split("\n");
  expect(copied.length).toBeGreaterThan(4);
  for (const path of copied)
    expect([path, existsSync(join(root, path)), sent.includes(`!${path}`)]).toEqual([path, true, true]);
});

test("the one file is a program under any name, such as /manager", () => {
  const manager = join(folder, "manager");
  symlinkSync(join(root, "dist/silverback.mjs"), manager);
  const printed = execFileSync(manager, ["version"], {
    env: { PATH: `${node}:${process.env["PATH"]}` },
    encoding: "utf8",
  });
  expect(JSON.parse(printed)).toMatchObject({ repo: "silverback", commit: "abc" });
});
