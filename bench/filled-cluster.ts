import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { KubernetesObject } from "../src/resources/kind.ts";
import { type Cluster, startCluster } from "../test/support/cluster.ts";
import { eventually } from "../test/support/eventually.ts";

/** Longer than this nothing may take, ms. */
const LIMIT = 120_000;
const AT_ONCE = 48;

/** An API server that knows our kinds, for as long as `use` takes. */
export async function withCluster(use: (cluster: Cluster) => Promise<void>): Promise<void> {
  const cluster = await startCluster();
  try {
    await cluster.applyCrds(ownCrds());
    await use(cluster);
  } finally {
    await cluster.stop();
  }
}

function ownCrds(): string {
  const folder = fileURLToPath(new URL("../crds/", import.meta.url));
  return readdirSync(folder)
    .map((file) => readFileSync(`${folder}${file}`, "utf8"))
    .join("\n---\n");
}

/** Creates the objects, and the namespaces that they are in. */
export async function fill(cluster: Cluster, objects: Iterator<KubernetesObject>): Promise<void> {
  const namespaces = new Set<string>();
  const worker = async () => {
    for (let next = objects.next(); next.done !== true; next = objects.next()) {
      const { apiVersion, kind, metadata } = next.value;
      const namespace = metadata.namespace ?? "default";
      // Nobody waits for a namespace that another worker makes: what comes too early comes again.
      if (!namespaces.has(namespace)) {
        namespaces.add(namespace);
        await cluster.request("POST", "/api/v1/namespaces", { metadata: { name: namespace } });
      }
      const path = await cluster.collectionPath(apiVersion, kind, namespace);
      await eventually(async () => (await cluster.request("POST", path, next.value)).status === 201, LIMIT);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
