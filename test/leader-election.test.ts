import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Preview, startPreview } from "../src/preview/gateway.ts";
import { apiServerAvailable, CLUSTER_TIMEOUT, type Cluster, startCluster } from "./support/cluster.ts";
import { ControllerProcess } from "./support/controller.ts";
import { eventually } from "./support/eventually.ts";
import { website } from "./support/manifests.ts";

/** Two controllers and a Lease: one leads, the other is warm. */

/** Well before a Lease that nobody gave back could be taken (15 s), and enough for a machine at full load, ms. */
const AT_ONCE = 10_000;

const LEASE = {
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  metadata: { namespace: "kong", name: "5b374a9e.konghq.com" },
};

describe.skipIf(!apiServerAvailable())("leader election", () => {
  let cluster: Cluster;
  let gateway: Preview;
  const controllers: ControllerProcess[] = [];
  let changes = 0;

  beforeAll(async () => {
    cluster = await startCluster();
    await cluster.apply([
      {
        apiVersion: "networking.k8s.io/v1",
        kind: "IngressClass",
        metadata: { name: "kong" },
        spec: { controller: "ingress-controllers.konghq.com/kong" },
      },
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "kong" } },
    ]);
    await cluster.apply(website("web"));
    gateway = await startPreview();
  }, CLUSTER_TIMEOUT);
  afterAll(async () => {
    await gateway?.close();
    await cluster?.stop();
  });
  afterEach(async () => {
    await Promise.all(controllers.splice(0).map((one) => one.remove()));
    await cluster.delete(LEASE);
  });

  function controller(...args: readonly string[]): ControllerProcess {
    const made = new ControllerProcess([
      `--kubeconfig=${cluster.controllerKubeconfig()}`,
      `--kong-admin-url=${gateway.adminUrl}`,
      "--publish-status-address=192.0.2.1",
      "--election-namespace=kong",
      "--proxy-sync-seconds=0.1",
      "--force-leader-election=enabled",
      ...args,
    ]);
    controllers.push(made);
    return made;
  }

  const leads = (one: ControllerProcess) => one.lines("Leading: the Lease is ours").length;
  const stepsDown = (one: ControllerProcess) => one.lines("stepped down").length;
  const leading = (one: ControllerProcess) => eventually(() => leads(one) > stepsDown(one));
  const held = () => String(gateway.recording.body(gateway.hash()) ?? "");
  const holder = async () => {
    const lease = await cluster.get(LEASE);
    return String((lease?.["spec"] as { readonly holderIdentity?: string } | undefined)?.holderIdentity ?? "");
  };

  /** One more change, and how long it took to be live, ms. */
  async function change(limit = 30_000): Promise<number> {
    const name = `change${changes++}`;
    const began = performance.now();
    await cluster.apply(website(name));
    await eventually(() => held().includes(`${name}.test`), limit);
    return performance.now() - began;
  }

  test("one leads and pushes; the other is ready, compiles, and neither pushes nor writes", async () => {
    const first = controller();
    await first.ready();
    await leading(first);
    const second = controller("--dump-config", "--diagnostic-server-port=0");
    await second.ready();
    expect([leads(first), leads(second)]).toEqual([1, 0]);
    expect(await holder()).not.toBe("");
    await change();
    expect(second.lines("Pushed")).toEqual([]);
    const ingress = {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { namespace: "shop", name: "web" },
    };
    await eventually(async () => JSON.stringify((await cluster.get(ingress))?.["status"]).includes("192.0.2.1"));
  });

  test("after a shutdown the successor pushes within a second or so", async () => {
    const first = controller();
    await first.ready();
    await leading(first);
    const second = controller();
    await second.ready();
    await change();
    const told = performance.now();
    first.signal("SIGTERM");
    await eventually(() => leads(second) === 1);
    const took = performance.now() - told;
    expect(await first.ended).toBe(0);
    expect(took).toBeLessThan(AT_ONCE);
    expect(first.lines("The Lease is given back")).toHaveLength(1);
    await change();
  });

  test("a leader that is stopped is replaced; continued, it steps down without a push, stands again, and takes over when it may", async () => {
    const first = controller();
    await first.ready();
    await leading(first);
    const second = controller();
    await second.ready();
    first.signal("SIGSTOP");
    // A change that nobody sees to at once is not lost.
    const waited = await change(40_000);
    expect(waited).toBeGreaterThan(5_000);
    expect(leads(second)).toBe(1);
    const before = first.lines("Pushed").length;
    first.signal("SIGCONT");
    await eventually(() => stepsDown(first) === 1, 30_000);
    for (let i = 0; i < 3; i++) await change();
    expect(first.lines("Pushed")).toHaveLength(before);
    expect([first.running, second.running]).toEqual([true, true]);
    second.signal("SIGTERM");
    await second.ended;
    await eventually(() => leads(first) === 2, 30_000);
    await change();
  }, 120_000);

  test("the API server goes away for longer than the lease lasts: the leader steps down, nothing ends, and one leads again", async () => {
    const first = controller();
    await first.ready();
    await leading(first);
    await cluster.signalApiServer("SIGSTOP");
    await eventually(() => stepsDown(first) === 1, 30_000);
    expect((await first.get("/healthz"))[0]).toBe(200);
    await cluster.signalApiServer("SIGCONT");
    await eventually(() => leads(first) === 2, 30_000);
    await change();
    expect(first.running).toBe(true);
  }, 120_000);

  test("the API server does not answer when they are told to end: they end without having given the Lease back", async () => {
    const first = controller();
    await first.ready();
    await leading(first);
    const second = controller();
    await second.ready();
    await cluster.signalApiServer("SIGSTOP");
    expect(await second.stop()).toBe(0);
    expect(await first.stop()).toBe(0);
    expect(first.lines("The Lease is given back")).toEqual([]);
    await cluster.signalApiServer("SIGCONT");
  });

  test("and what takes longer than --term-delay is ended with code 1", async () => {
    const first = controller("--term-delay=500ms");
    await first.ready();
    await leading(first);
    await cluster.signalApiServer("SIGSTOP");
    expect(await first.stop()).toBe(1);
    await cluster.signalApiServer("SIGCONT");
  });
});
