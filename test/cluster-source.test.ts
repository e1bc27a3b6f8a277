import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../src/base/clock.ts";
import { silentLog } from "../src/base/log.ts";
import { ApiClient } from "../src/kubernetes/client.ts";
import { readTextFile, resolveAccess } from "../src/kubernetes/resolve-access.ts";
import { runProgram } from "../src/kubernetes/run-program.ts";
import { kindOf } from "../src/resources/kinds.ts";
import { ClusterSource, type ClusterSourceOptions } from "../src/sources/cluster/cluster-source.ts";
import { RecordingSink } from "../src/sources/cluster/recording-sink.ts";
import type { WatchedKind } from "../src/sources/cluster/watched-kind.ts";
import { apiServerAvailable, CLUSTER_TIMEOUT, type Cluster, startCluster } from "./support/cluster.ts";
import type { TestObject } from "./support/cluster-client.ts";
import { eventually } from "./support/eventually.ts";
import { gatewayApiCrds, publishedCrdsAvailable } from "./support/published-crds.ts";
import { CONTROLLER_USER } from "./support/roles.ts";
import { TcpProxy } from "./support/tcp-proxy.ts";

function watched(apiVersion: string, kind: string, more: Partial<WatchedKind> = {}): WatchedKind {
  const found = kindOf(apiVersion, kind)!;
  return { kind: found, versions: found.versions, required: true, content: "full", ...more };
}

const service = watched("v1", "Service");
const configMap = watched("v1", "ConfigMap");
const ingress = watched("networking.k8s.io/v1", "Ingress");
const secret = watched("v1", "Secret", { content: "on-demand" });
const httpRoute = watched("gateway.networking.k8s.io/v1", "HTTPRoute");

describe.skipIf(!apiServerAvailable())("the cluster source beside a real API server", () => {
  let cluster: Cluster;
  let proxy: TcpProxy;
  let client: ApiClient;
  let sink: RecordingSink;
  let source: ClusterSource;

  beforeAll(async () => {
    // Compacting every second, so that a watch that comes back late is answered 410.
    cluster = await startCluster({ users: { reader: [], roomer: [] }, args: ["--etcd-compaction-interval=1s"] });
    await cluster.apply(
      readerRole("reader", [
        ["", "secrets"],
        ["", "services"],
      ]),
    );
  }, CLUSTER_TIMEOUT);
  afterAll(() => cluster?.stop());

  beforeEach(async () => {
    proxy = new TcpProxy(Number(new URL(cluster.url).port));
    await proxy.accept();
    sink = new RecordingSink();
  });
  afterEach(async () => {
    await source.stop();
    await client.close();
    await proxy.refuse();
  });

  async function start(
    kinds: readonly WatchedKind[],
    options: Partial<ClusterSourceOptions> = {},
    user: string = CONTROLLER_USER,
  ) {
    const kubeconfig = cluster.kubeconfig(user, `https://127.0.0.1:${proxy.port}`);
    const access = await resolveAccess({ kubeconfig, env: {}, readText: readTextFile, runProgram, clock: systemClock });
    client = new ApiClient({ access, clock: systemClock, userAgent: "silverback/test", qps: 100, burst: 300, env: {} });
    source = new ClusterSource({
      client,
      clock: systemClock,
      log: silentLog,
      random: Math.random,
      namespaces: [],
      resyncPeriod: 0,
      sink,
      kinds,
      ...options,
    });
    source.start();
  }

  const complete = () => eventually(() => source.complete);

  /** The sink holds what the server holds, to the resourceVersion. */
  async function equal(...kinds: readonly WatchedKind[]): Promise<void> {
    const mine = () =>
      [...sink.objects.values()]
        .map((o) => `${o.kind}/${o.metadata.namespace}/${o.metadata.name}@${o.metadata.resourceVersion}`)
        .sort();
    const theirs = async () => {
      const lists = kinds.map(async ({ kind, versions }) => {
        const apiVersion = kind.group === "" ? versions[0]! : `${kind.group}/${versions[0]}`;
        const objects = await cluster.list(apiVersion, kind.kind);
        return objects.map(
          (o) => `${kind.kind}/${o.metadata.namespace}/${o.metadata.name}@${o.metadata.resourceVersion}`,
        );
      });
      return (await Promise.all(lists)).flat().sort();
    };
    await eventually(async () => JSON.stringify(mine()) === JSON.stringify(await theirs())).catch(() => undefined);
    expect(mine()).toEqual(await theirs());
  }

  test("objects arrive trimmed, and changes and deletions follow", async () => {
    await cluster.apply([serviceObject("shop", "a"), ingressObject("shop", "i")]);
    await start([service, ingress]);
    await complete();
    await equal(service, ingress);
    const stored = sink.objects.get("Ingress/shop/i") as unknown as TestObject;
    expect(stored).toMatchObject({
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      spec: { ingressClassName: "kong" },
    });
    expect(stored.metadata["managedFields"]).toBeUndefined();
    await cluster.patch(serviceObject("shop", "a"), { metadata: { labels: { changed: "yes" } } });
    await cluster.delete(ingressObject("shop", "i"));
    await cluster.apply(serviceObject("shop", "b"));
    await equal(service, ingress);
    expect(sink.objects.get("Service/shop/a")!.metadata.labels).toEqual({ changed: "yes" });
  });

  test("a list of many pages is whole", async () => {
    const many = Array.from({ length: 600 }, (_, i) => configMapObject("pages", `m${i}`, "x"));
    for (let i = 0; i < many.length; i += 50)
      await Promise.all(many.slice(i, i + 50).map((object) => cluster.apply(object)));
    await start([configMap]);
    await complete();
    await equal(configMap);
  });

  test("cut connections lose nothing", async () => {
    await start([service, configMap]);
    await complete();
    for (let round = 0; round < 5; round++) {
      await cluster.apply([serviceObject("cuts", `s${round}`), configMapObject("cuts", "changing", String(round))]);
      proxy.cut();
      if (round > 0) await cluster.delete(serviceObject("cuts", `s${round - 1}`));
    }
    await equal(service, configMap);
    expect(source.complete).toBe(true);
  });

  test("after a gap whose history is gone (410), deletions in it included", async () => {
    await cluster.apply([serviceObject("gap", "stays"), serviceObject("gap", "goes")]);
    await start([service]);
    await complete();
    await proxy.refuse();
    await cluster.delete(serviceObject("gap", "goes"));
    await cluster.apply(serviceObject("gap", "comes"));
    // The new server's watch cache begins after the gap, and etcd has compacted what was before.
    await cluster.restart();
    await cluster.apply(serviceObject("gap", "later"));
    await proxy.accept();
    await equal(service);
    expect(sink.objects.has("Service/gap/goes")).toBe(false);
  });

  test("an API server that crashes and comes back", async () => {
    await start([service]);
    await complete();
    await cluster.restart();
    await cluster.apply(serviceObject("crash", "after"));
    await equal(service);
  });

  test("a cluster restored from a backup: what it holds is taken", async () => {
    const restore = await cluster.backup();
    await start([service]);
    await complete();
    await cluster.apply([serviceObject("shop", "newer"), serviceObject("shop", "newest")]);
    await equal(service);
    await restore();
    await equal(service);
    expect(sink.objects.has("Service/shop/newest")).toBe(false);
    await cluster.apply(serviceObject("shop", "afterwards"));
    await equal(service);
  });

  test("Secrets: metadata, then content on demand, by a user who may list and watch but not get", async () => {
    await cluster.apply([secretObject("vault", "a", "A"), secretObject("vault", "b", "B")]);
    await start([secret], {}, "reader");
    await complete();
    const text = (name: string) =>
      (sink.objects.get(`Secret/vault/${name}`) as { data?: Record<string, string> } | undefined)?.data?.["value"];
    expect(sink.unloaded.has("Secret/vault/a")).toBe(true);
    expect(text("a")).toBeUndefined();
    source.want("Secret", ["Secret/vault/a"]);
    await eventually(() => text("a") === btoa("A"));
    await cluster.patch(secretObject("vault", "a", ""), { data: { value: btoa("A2") } });
    await eventually(() => text("a") === btoa("A2"));
    expect(sink.unloaded.has("Secret/vault/b")).toBe(true);
    await cluster.delete(secretObject("vault", "a", ""));
    await eventually(() => !sink.objects.has("Secret/vault/a"));
    const types = { Secret: [{ field: "type=kubernetes.io/tls" }, { label: "konghq.com/credential" }] };
    expect(source.unloaded().get("Secret")).toEqual({ count: 0, failure: undefined });
    await source.stop();
    await client.close();
    sink = new RecordingSink();
    const names = Array.from({ length: 40 }, (_, i) => `c${i}`);
    await cluster.apply(
      names.map((name) => ({
        ...secretObject("vault", name, name),
        metadata: { namespace: "vault", name, labels: { "konghq.com/credential": "key-auth" } },
      })),
    );
    await start([secret], { bulk: types }, "reader");
    await complete();
    source.want(
      "Secret",
      names.map((name) => `Secret/vault/${name}`),
    );
    await eventually(() => names.every((name) => text(name) === btoa(name)));
  });

  test("what may not be read: required kinds block and name the rule, others are done without; a grant is noticed", async () => {
    await start([service, { ...ingress, required: false }, configMap], {}, "reader");
    await eventually(() => source.problems().length === 2);
    expect(source.problems().map((p) => [p.severity, p.object.kind])).toEqual([
      ["warning", "Ingress"],
      ["error", "ConfigMap"],
    ]);
    await eventually(() => source.states().get("Ingress")!.phase === "forbidden");
    await eventually(() => source.missing().length === 1);
    expect(source.missing()[0]!.kind).toBe("ConfigMap");
    await cluster.apply(
      readerRole("reader", [
        ["", "secrets"],
        ["", "services"],
        ["", "configmaps"],
        ["networking.k8s.io", "ingresses"],
      ]),
    );
    await complete();
    await eventually(() => source.states().get("Ingress")!.phase === "watching");
    expect(source.problems()).toEqual([]);
  });

  test("watched namespaces, by a user who has rights only there", async () => {
    await cluster.apply([configMapObject("room", "in", "x"), configMapObject("outside", "out", "x")]);
    await cluster.apply([
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: { namespace: "room", name: "r" },
        rules: [rule(["", "configmaps"])],
      },
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: { namespace: "room", name: "r" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "r" },
        subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "roomer" }],
      },
    ]);
    await start([configMap], { namespaces: ["room"] }, "roomer");
    await complete();
    await cluster.apply(configMapObject("room", "later", "x"));
    await eventually(() => sink.objects.has("ConfigMap/room/later"));
    expect(sink.keys).toEqual(["ConfigMap/room/in", "ConfigMap/room/later"]);
  });

  test.skipIf(!publishedCrdsAvailable())(
    "a CustomResourceDefinition that is installed later, and taken away again",
    async () => {
      await start([service, httpRoute]);
      await complete();
      expect(source.states().get("HTTPRoute")).toEqual({ phase: "absent" });
      const crds = gatewayApiCrds().filter((crd) => crd.metadata.name.startsWith("httproutes."));
      await cluster.applyCrds(crds);
      await cluster.apply({
        apiVersion: "gateway.networking.k8s.io/v1",
        kind: "HTTPRoute",
        metadata: { namespace: "shop", name: "r" },
        spec: {},
      });
      await eventually(() => sink.objects.has("HTTPRoute/shop/r"));
      await cluster.delete(crds[0]!);
      await eventually(() => source.states().get("HTTPRoute")!.phase === "absent");
      expect(sink.objects.has("HTTPRoute/shop/r")).toBe(false);
    },
  );
});

function serviceObject(namespace: string, name: string): TestObject {
  return { apiVersion: "v1", kind: "Service", metadata: { namespace, name }, spec: { ports: [{ port: 80 }] } };
}

function ingressObject(namespace: string, name: string): TestObject {
  const backend = { service: { name: "a", port: { number: 80 } } };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { namespace, name },
    spec: { ingressClassName: "kong", defaultBackend: backend },
  };
}

function configMapObject(namespace: string, name: string, value: string): TestObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace, name }, data: { value } };
}

function secretObject(namespace: string, name: string, value: string): TestObject {
  return { apiVersion: "v1", kind: "Secret", metadata: { namespace, name }, data: { value: btoa(value) } };
}

function rule([group, resource]: readonly [string, string]) {
  return { apiGroups: [group], resources: [resource], verbs: ["list", "watch"] };
}

function readerRole(user: string, resources: readonly (readonly [string, string])[]): readonly TestObject[] {
  const apiVersion = "rbac.authorization.k8s.io/v1";
  return [
    { apiVersion, kind: "ClusterRole", metadata: { name: user }, rules: resources.map(rule) },
    {
      apiVersion,
      kind: "ClusterRoleBinding",
      metadata: { name: user },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: user },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: user }],
    },
  ];
}
