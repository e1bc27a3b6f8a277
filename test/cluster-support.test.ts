import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apiServerAvailable, CLUSTER_TIMEOUT, type Cluster, startCluster } from "./support/cluster.ts";
import { eventually } from "./support/eventually.ts";
import { gatewayApiCrds, publishedCrdsAvailable } from "./support/published-crds.ts";

describe.skipIf(!apiServerAvailable())("the API server for tests", () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ users: { nobody: [] } });
  }, CLUSTER_TIMEOUT);
  afterAll(() => cluster?.stop());

  const service = { apiVersion: "v1", kind: "Service", metadata: { namespace: "shop", name: "web" } };

  test("objects are applied, read, changed and deleted, and their namespace is made", async () => {
    const [stored] = await cluster.apply({ ...service, spec: { type: "LoadBalancer", ports: [{ port: 80 }] } });
    expect(stored?.metadata.resourceVersion).toBeDefined();
    await cluster.patch(service, { metadata: { labels: { a: "b" } } });
    await cluster.patchStatus(service, { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } });
    const read = await cluster.get(service);
    expect(read?.metadata.labels).toEqual({ a: "b" });
    expect(read?.["status"]).toEqual({ loadBalancer: { ingress: [{ ip: "192.0.2.1", ipMode: "VIP" }] } });
    expect((await cluster.list("v1", "Service", "shop")).map((s) => s.metadata.name)).toEqual(["web"]);
    await cluster.delete(service);
    expect(await cluster.get(service)).toBeUndefined();
  });

  test("a user without rules may do nothing", async () => {
    const other = await cluster.as("nobody").request("GET", "/api/v1/services");
    expect(other.status).toBe(403);
  });

  test("a restart keeps the objects and the address", async () => {
    await cluster.apply({ ...service, spec: { ports: [{ port: 80 }] } });
    await cluster.restart();
    expect(await cluster.get(service)).toBeDefined();
  });

  test.skipIf(!publishedCrdsAvailable())("Gateway API's published CRDs are served", async () => {
    await cluster.applyCrds(gatewayApiCrds());
    await cluster.apply({
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "GatewayClass",
      metadata: { name: "kong" },
      spec: { controllerName: "example.com/controller" },
    });
    expect(await cluster.list("gateway.networking.k8s.io/v1", "GatewayClass")).toHaveLength(1);
  });
});

test("a server process ends when the process that started it is killed", async () => {
  const code = `
    import { ServerProcess } from ${JSON.stringify(new URL("./support/server-process.ts", import.meta.url).href)};
    const server = new ServerProcess("sleep", ["300"], "/dev/null");
    console.log(server.pid);
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  const pid = await new Promise<number>((resolve, reject) => {
    parent.stdout.once("data", (line) => resolve(Number(line)));
    parent.once("exit", (code) => reject(new Error(`it ended with ${code}`)));
  });
  expect(execFileSync("ps", ["-o", "comm=", "-p", String(pid)], { encoding: "utf8" }).trim()).toBe("sleep");
  parent.kill("SIGKILL");
  await eventually(() => !existsSync(`/proc/${pid}`) || state(pid) === "Z");
});

function state(pid: number): string {
  return execFileSync("ps", ["-o", "state=", "-p", String(pid)], { encoding: "utf8" }).trim();
}
