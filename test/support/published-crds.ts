import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";
import type { TestObject } from "./cluster-client.ts";

const module = fileURLToPath(new URL("../crds", import.meta.url));

/** Gateway API's CRDs as they were published, of the channel asked for. Needs Go, which downloads the module once. */
export function gatewayApiCrds(channel: "standard" | "experimental" = "standard"): readonly TestObject[] {
  return crdsIn(join(goModuleFolder("sigs.k8s.io/gateway-api"), "config/crd", channel));
}

/** The CRDs among the YAML files of a folder. */
export function crdsIn(folder: string): readonly TestObject[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .flatMap((file) => parseAllDocuments(readFileSync(join(folder, file), "utf8")))
    .map((document) => document.toJS() as TestObject | null)
    .filter((object) => object?.kind === "CustomResourceDefinition") as TestObject[];
}

/** Whether there is a Go to get them with. */
export function publishedCrdsAvailable(): boolean {
  return spawnSync("go", ["version"], { stdio: "ignore" }).status === 0;
}

/** The folder, in Go's module cache, of a module that test/crds/go.mod requires. */
export function goModuleFolder(path: string): string {
  const output = execFileSync("go", ["mod", "download", "-json", path], { cwd: module, encoding: "utf8" });
  return (JSON.parse(output) as { readonly Dir: string }).Dir;
}
