import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Preview, startPreview } from "../src/preview/gateway.ts";
import type { ApiProxy, ProxiedWrite } from "./support/api-proxy.ts";
import { apiServerAvailable, CLUSTER_TIMEOUT, type Cluster, startCluster } from "./support/cluster.ts";
import type { TestObject } from "./support/cluster-client.ts";
import { ControllerProcess } from "./support/controller.ts";
import { eventually } from "./support/eventually.ts";
import { crdsIn, gatewayApiCrds, publishedCrdsAvailable } from "./support/published-crds.ts";

/** How much is written for the statuses of many objects, as a proxy in front of the API server counts it. STATUS_INGRESSES: for how many Ingresses. */

const INGRESSES = Number(process.env["STATUS_INGRESSES"] ?? 300);
const CONSUMERS = 40;
const ROUTES = publishedCrdsAvailable() ? 40 : 0;
/** What the status writer allows itself a second, and at once. */
const [RATE, BURST] = [50, 50];
const LIMIT = 60_000 + INGRESSES * 60;

describe.skipIf(!apiServerAvailable())(`the statuses of ${INGRESSES} Ingresses`, () => {
  let cluster: Cluster;
  let proxy: ApiProxy;
  let gateway: Preview;
  let controller: ControllerProcess | undefined;

  beforeAll(async () => {
    cluster = await startCluster();
    proxy = await cluster.proxy();
    await cluster.applyCrds(crdsIn(new URL("../crds", import.meta.url).pathname));
    if (ROUTES > 0) await cluster.applyCrds(gatewayApiCrds());
    await cluster.apply([ingressClass, { apiVersion: "v1", kind: "Namespace", metadata: { name: "kong" } }, service]);
    if (ROUTES > 0) await cluster.apply([gatewayClass, gatewayObject]);
    await create(Array.from({ length: INGRESSES }, (_, i) => ingress(`many-${i}`)));
    await create(Array.from({ length: CONSUMERS }, (_, i) => consumer(`many-${i}`)));
    await create(Array.from({ length: ROUTES }, (_, i) => httpRoute(`many-${i}`)));
    gateway = await startPreview({ maxBodySize: 100 * 1024 * 1024 });
  }, CLUSTER_TIMEOUT);
  afterAll(async () => {
    await controller?.remove();
    await gateway?.close();
    await cluster?.stop();
  });

  /** Many at a time, without asking what is there. */
  async function create(objects: readonly TestObject[]): Promise<void> {
    const left = [...objects];
    const work = async () => {
      for (let next = left.pop(); next !== undefined; next = left.pop()) {
        const path = await cluster.collectionPath(next.apiVersion, next.kind, "shop");
        expect((await cluster.request("POST", path, next)).status).toBe(201);
      }
    };
    await Promise.all(Array.from({ length: 16 }, work));
  }

  async function start(): Promise<ControllerProcess> {
    const made = new ControllerProcess([
      `--kubeconfig=${cluster.controllerKubeconfig(proxy.url)}`,
      `--kong-admin-url=${gateway.adminUrl}`,
      "--publish-status-address=192.0.2.1",
      "--election-namespace=kong",
      "--force-leader-election=enabled",
    ]);
    controller = made;
    await made.ready(LIMIT);
    return made;
  }

  const statusWrites = () => proxy.writes.filter(({ target }) => /\/status(\?|$)/.test(target));
  const of = (writes: readonly ProxiedWrite[], resource: string) =>
    writes.filter(({ target, status }) => target.includes(`/${resource}/`) && status === 200);

  /** Waits until an Ingress that is new has its status: all that was to be looked at before has been. */
  async function reaches(name: string): Promise<void> {
    await cluster.apply(ingress(name));
    await eventually(async () => isReached(await cluster.get(ingress(name))), LIMIT);
  }

  test(
    "are written at a bounded pace, each once",
    async () => {
      await start();
      await eventually(() => of(statusWrites(), "ingresses").length >= INGRESSES, LIMIT);
      const says = (text: string) => (one: TestObject) => JSON.stringify(one["status"])?.includes(text);
      await eventually(async () => {
        const consumers = await cluster.list("configuration.konghq.com/v1", "KongConsumer");
        return consumers.every(says('"reason":"Programmed"'));
      }, LIMIT);
      await eventually(async () => {
        const routes = ROUTES === 0 ? [] : await cluster.list("gateway.networking.k8s.io/v1", "HTTPRoute");
        return routes.every(says('"reason":"ConfiguredInGateway"'));
      }, LIMIT);
      await reaches("one-more");
      const ingresses = await cluster.list("networking.k8s.io/v1", "Ingress");
      expect(ingresses.filter((one) => !isReached(one))).toEqual([]);
      const writes = statusWrites();
      expect(of(writes, "ingresses")).toHaveLength(INGRESSES + 1);
      expect(twice(writes)).toEqual([]);
      // Load makes it slower, never faster.
      const times = of(writes, "ingresses").map(({ at }) => at);
      const seconds = (times.at(-2)! - times[0]!) / 1000;
      expect(seconds).toBeGreaterThan(((INGRESSES - BURST) / RATE) * 0.9);
      // A machine that stands still for a moment delivers in one go what left one by one.
      const most = mostWithin(writes, 5_000);
      expect(most).toBeLessThan(5 * RATE + BURST + 2 * RATE);
      console.log(
        `${writes.length} writes for ${INGRESSES} Ingresses, ${CONSUMERS} consumers, ${ROUTES} routes; ${seconds.toFixed(1)} s; at most ${mostWithin(writes, 1_000)} in a second, ${most} in 5 s`,
      );
    },
    LIMIT * 2,
  );

  test(
    "are not written again: neither after a restart, nor for a change that says nothing to them",
    async () => {
      await controller?.stop();
      await controller?.remove();
      const before = statusWrites().length;
      const one = await start();
      await eventually(() => one.lines("Leading: the Lease is ours").length === 1);
      for (let i = 0; i < 5; i++)
        for (const object of [ingress(`many-${i}`), consumer(`many-${i}`)])
          await cluster.patch(object, { metadata: { labels: { touched: "yes" } } });
      await reaches("after-restart");
      // What is only known when a push has ended is waited for so long.
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      const after = statusWrites().slice(before);
      expect(after.map(({ target }) => target.split("/").at(-2))).toEqual(["after-restart"]);
      expect(twice(statusWrites())).toEqual([]);
    },
    LIMIT * 2,
  );
});

/** Objects that were given the same content more than once, whatever came in between. */
function twice(writes: readonly ProxiedWrite[]): readonly string[] {
  const seen = new Set<string>();
  return writes
    .filter(({ status }) => status === 200)
    .map(({ target, body }) => `${target} ${contentOf(body)}`)
    .filter((content) => seen.size === seen.add(content).size);
}

function contentOf(body: string): string {
  const { status } = JSON.parse(body) as { readonly status: unknown };
  return JSON.stringify(status, (key, value: unknown) => (key === "lastTransitionTime" ? undefined : value));
}

/** The most writes in any window of so many ms. */
function mostWithin(writes: readonly ProxiedWrite[], ms: number): number {
  const times = writes.map(({ at }) => at).sort((a, b) => a - b);
  return Math.max(...times.map((from, i) => times.slice(i, i + 2000).filter((at) => at < from + ms).length));
}

function isReached(object: TestObject | undefined): boolean {
  return JSON.stringify(object?.["status"])?.includes("192.0.2.1") === true;
}

const ingressClass: TestObject = {
  apiVersion: "networking.k8s.io/v1",
  kind: "IngressClass",
  metadata: { name: "kong" },
  spec: { controller: "ingress-controllers.konghq.com/kong" },
};

const service: TestObject = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { namespace: "shop", name: "a" },
  spec: { ports: [{ port: 80 }] },
};

const gatewayClass: TestObject = {
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "GatewayClass",
  metadata: { name: "kong", annotations: { "konghq.com/gatewayclass-unmanaged": "true" } },
  spec: { controllerName: "konghq.com/kic-gateway-controller" },
};

const gatewayObject: TestObject = {
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "Gateway",
  metadata: { namespace: "shop", name: "edge" },
  spec: { gatewayClassName: "kong", listeners: [{ name: "http", port: 80, protocol: "HTTP" }] },
};

function ingress(name: string): TestObject {
  const backend = { service: { name: "a", port: { number: 80 } } };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { namespace: "shop", name },
    spec: {
      ingressClassName: "kong",
      rules: [{ http: { paths: [{ path: `/${name}`, pathType: "Prefix", backend }] } }],
    },
  };
}

function consumer(name: string): TestObject {
  return {
    apiVersion: "configuration.konghq.com/v1",
    kind: "KongConsumer",
    metadata: { namespace: "shop", name, annotations: { "kubernetes.io/ingress.class": "kong" } },
    username: name,
  };
}

function httpRoute(name: string): TestObject {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: { namespace: "shop", name },
    spec: {
      parentRefs: [{ name: "edge" }],
      hostnames: [`${name}.test`],
      rules: [{ backendRefs: [{ name: "a", port: 80 }] }],
    },
  };
}
