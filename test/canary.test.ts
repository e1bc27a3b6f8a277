import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CanaryTrial, DIAGNOSTICS } from "./canary/trial.ts";

/** Secrets of every sort, in use and misused: their values are in what is pushed, in what `translate` prints, and nowhere else. */

const root = fileURLToPath(new URL("..", import.meta.url));
let trial: CanaryTrial;

beforeAll(() => {
  trial = new CanaryTrial();
});
afterAll(() => trial.end());

const seen = (text: string) => trial.canaries.in(text);

test.each(["text", "json"])(
  "a controller with files, its log as %s",
  async (format) => {
    const gateway = await trial.preview();
    const one = trial.controller(gateway, `--manifests=${trial.manifests}`, `--log-format=${format}`, ...DIAGNOSTICS);
    await one.ready(60_000);
    await trial.refusedIsSaid(one);
    const said = await trial.answers(one);
    await one.stop();
    expect(seen(one.log)).toEqual([]);
    expect(seen(said)).toEqual([]);
    expect(seen(trial.targets(gateway))).toEqual([]);
    for (const value of trial.scene.pushed) expect(String(gateway.recording.body(gateway.hash()))).toContain(value);
    // So that there was something to be silent about.
    for (const code of ["kong-refuses", "plugin-config-unreadable", "invalid-certificate", "credential-conflict"])
      expect(one.log).toContain(`[${code}]`);
  },
  120_000,
);

test("a controller and a gateway with a database", async () => {
  const gateway = await trial.preview("memory");
  const one = trial.controller(gateway, `--manifests=${trial.manifests}`, ...DIAGNOSTICS);
  await one.ready(60_000);
  const said = await trial.answers(one);
  await one.stop();
  expect(seen(one.log)).toEqual([]);
  expect(seen(said)).toEqual([]);
  expect(seen(trial.targets(gateway))).toEqual([]);
  const plugins = await (await fetch(`${gateway.adminUrl}/plugins`)).text();
  expect(seen(plugins)).toContain("config-from");
}, 120_000);

test("dumps show them only to those who ask for that", async () => {
  const gateway = await trial.preview();
  const args = [`--manifests=${trial.manifests}`, ...DIAGNOSTICS, "--dump-sensitive-config"];
  const one = trial.controller(gateway, ...args);
  await one.ready(60_000);
  await trial.refusedIsSaid(one);
  const [, successful] = await one.get("/debug/config/successful", "diagnostics");
  for (const value of trial.scene.pushed) expect(successful).toContain(value);
  expect(seen(one.log)).toEqual([]);
}, 120_000);

describe("commands", () => {
  /** Standard output and standard error. */
  function command(...args: readonly string[]): Promise<readonly [string, string]> {
    return new Promise((resolve) => {
      const argv = [join(root, "src/main.ts"), ...args, "-f", trial.manifests, "--log-level=trace"];
      const options = { maxBuffer: 64 * 1024 * 1024 };
      execFile(join(root, "node_modules/.bin/node"), argv, options, (_, out, err) => resolve([out, err]));
    });
  }

  test("translate prints them, as it says, and tells them nowhere else", async () => {
    const [out, err] = await command("translate");
    for (const value of trial.scene.pushed) expect(out).toContain(value);
    expect(err).toContain("holds secrets");
    expect(seen(err)).toEqual([]);
  });

  test("validate, for people and for machines", async () => {
    for (const format of ["yaml", "json"]) {
      const said = (await command("validate", "-o", format)).join("\n");
      expect(said).toContain("bad-header");
      expect(seen(said)).toEqual([]);
    }
  });

  test("validate, with a gateway that is asked", async () => {
    const gateway = await trial.preview();
    const said = (await command("validate", `--kong-admin-url=${gateway.adminUrl}`, ...trial.access)).join("\n");
    expect(said).toContain("bad-header");
    expect(seen(said)).toEqual([]);
  });

  test.each([
    "Secret/shop/site",
    "KongConsumer/shop/ann",
    "KongPlugin/shop/patched",
    "KongPlugin/shop/bad-doubled",
    "Ingress/shop/with-whole",
    "KongClusterPlugin/everywhere",
    "KongLicense/licence",
  ])("explain %s", async (name) => {
    for (const format of ["yaml", "json"]) {
      const said = (await command("explain", name, "-o", format)).join("\n");
      expect(said).toContain(name.split("/").at(-1));
      expect(seen(said)).toEqual([]);
    }
  });

  test.each(["off", "memory"] as const)("diff, with a gateway with database %s", async (database) => {
    const gateway = await trial.preview(database);
    for (const format of ["yaml", "json"]) {
      const said = await command("diff", `--kong-admin-url=${gateway.adminUrl}`, "-o", format, ...trial.access);
      expect(said.join("\n")).toContain("site.test");
      expect(seen(said.join("\n"))).toEqual([]);
    }
  });
});
