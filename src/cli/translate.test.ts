import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand } from "./command-rig.ts";

const VAULT = `apiVersion: configuration.konghq.com/v1alpha1
kind: KongVault
metadata: {name: env, annotations: {kubernetes.io/ingress.class: kong}}
spec: {backend: env, prefix: my-env}
`;

let file = "";
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "translate-"));
  file = join(folder, "vault.yaml");
  await writeFile(file, VAULT);
});
afterAll(() => rm(folder, { recursive: true }));

test("a rejection of an object that is not in the files is told: nothing comes of it", async () => {
  const { code, err } = await runCommand(["translate", "-f", file, "--simulate-rejection=KongVault/envy"]);
  expect([code, err]).toEqual([0, expect.stringContaining("names KongVault/envy, which is not in the files\n")]);
});

test("a rejection of one that is there leaves it out without a word", async () => {
  const { out, err } = await runCommand(["translate", "-f", file, "--simulate-rejection=KongVault/env"]);
  expect([out.includes("my-env"), err]).toEqual([false, ""]);
});
