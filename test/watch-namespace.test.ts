import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Preview, startPreview } from "../src/preview/gateway.ts";
import { reporters } from "../src/translate/reports/reporters.ts";
import { ALL_KINDS } from "./support/all-kinds.ts";
import { refusedForGood } from "./support/audit.ts";
import { apiServerAvailable, CLUSTER_TIMEOUT, type Cluster, startCluster } from "./support/cluster.ts";
import { type TestObject, toObjects } from "./support/cluster-client.ts";
import { ControllerProcess } from "./support/controller.ts";
import { eventually } from "./support/eventually.ts";
import { crdsIn, gatewayApiCrds, publishedCrdsAvailable } from "./support/published-crds.ts";
import { CONTROLLER_USER, deployManifests } from "./support/roles.ts";

/** `--watch-namespace` with the roles of deploy/namespaced/: what is in other namespaces does not exist, and nothing is asked that is not granted. */

const root = fileURLToPath(new URL("..", import.meta.url));
const WATCHED = "shop";
const OTHER = "other";

describe.skipIf(!apiServerAvailable() || !publishedCrdsAvailable())("some namespaces only", () => {
  let cluster: Cluster;
  let gateway: Preview;
  let controller: ControllerProcess | undefined;

  beforeAll(async () => {
    cluster = await startCluster({ role: "none" });
    await cluster.applyCrds([...crdsIn(join(root, "crds")), ...gatewayApiCrds("experimental")]);
    await cluster.apply(deployManifests("deploy").filter(({ kind }) => !/Role|Account/.test(kind)));
    await cluster.patchStatus(proxyService, { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } });
    for (const object of deployManifests("deploy/namespaced"))
      await cluster.apply(isForAnyNamespace(object) ? inNamespace(object, WATCHED) : object);
    const objects = toObjects(ALL_KINDS);
    await cluster.apply(objects);
    await cluster.apply(objects.filter(hasNamespace).map((object) => inNamespace(object, OTHER)));
    gateway = await startPreview();
  }, CLUSTER_TIMEOUT);
  afterEach(() => controller?.remove());
  afterAll(async () => {
    await gateway?.close();
    await cluster?.stop();
  });

  function started(...args: readonly string[]): ControllerProcess {
    controller = new ControllerProcess(
      [
        `--kubeconfig=${cluster.kubeconfig(CONTROLLER_USER)}`,
        `--kong-admin-url=${gateway.adminUrl}`,
        `--watch-namespace=${WATCHED}`,
        "--publish-service=kong/kong-proxy",
        "--publish-service-udp=kong/kong-proxy",
        "--feature-gates=GatewayAlpha=true,KongServiceFacade=true",
        "--force-leader-election=enabled",
        "--proxy-sync-seconds=0.1",
        ...args,
      ],
      { POD_NAME: "silverback-0", POD_NAMESPACE: "kong" },
    );
    return controller;
  }

  const statusOf = async (object: TestObject) => (await cluster.get(object))?.["status"];

  test("statuses and events are written where it watches; nothing is read or written anywhere else, and nothing refused", async () => {
    const before = new Map<TestObject, string>();
    const reported = toObjects(ALL_KINDS).filter(({ kind }) => reporters.some((one) => one.kind.kind === kind));
    const elsewhere = reported.filter(hasNamespace).map((object) => inNamespace(object, OTHER));
    for (const object of [...reported, ...elsewhere]) before.set(object, JSON.stringify(await statusOf(object)));
    expect(reported.length).toBeGreaterThan(15);
    const one = started();
    await one.ready(60_000);
    for (const object of reported)
      await eventually(async () => {
        if (JSON.stringify(await statusOf(object)) === before.get(object))
          throw new Error(`no status of ${object.kind} ${object.metadata.name}:\n${one.log}`);
        return true;
      }, 60_000);
    const namespacesOfEvents = async () =>
      new Set((await cluster.list("v1", "Event")).map(({ metadata }) => metadata.namespace));
    await eventually(async () => (await namespacesOfEvents()).has(WATCHED));
    expect(await namespacesOfEvents()).not.toContain(OTHER);
    for (const object of elsewhere) expect(JSON.stringify(await statusOf(object))).toBe(before.get(object));
    expect(String(gateway.recording.body(gateway.hash()))).not.toContain(OTHER);
    await one.stop();
    const asked = cluster.controllerRequests();
    expect(refusedForGood(asked)).toEqual([]);
    const namespaces = new Set(asked.map(({ namespace }) => namespace));
    expect([...namespaces].filter((name) => !["", WATCHED, "kong", "default"].includes(name))).toEqual([]);
    // Nothing that is in a namespace was asked for in all of them.
    const wide = asked.filter(
      ({ namespace, resource }) => namespace === "" && /^(services|secrets|ingresses)/.test(resource),
    );
    expect(wide).toEqual([]);
    expect(one.lines("forbidden")).toEqual([]);
  });

  test("an event about what is in no namespace is written too", async () => {
    const broken = {
      apiVersion: "configuration.konghq.com/v1",
      kind: "KongClusterPlugin",
      metadata: {
        name: "broken",
        annotations: { "kubernetes.io/ingress.class": "kong" },
        labels: { global: "true" },
      },
      plugin: "rate-limiting",
      config: { minute: "many" },
    };
    await cluster.apply(broken);
    const one = started();
    await eventually(async () => {
      const events = await cluster.list("v1", "Event", "default");
      if (events.some((event) => JSON.stringify(event["involvedObject"]).includes("broken"))) return true;
      throw new Error(one.log);
    });
    await cluster.delete(broken);
    expect(refusedForGood(cluster.controllerRequests())).toEqual([]);
  });

  test("without any right on the cluster as a whole: kinds that need one are switched off, the rest works", async () => {
    for (const object of deployManifests("deploy/namespaced"))
      if (object.kind === "ClusterRoleBinding") await cluster.delete(object);
    const byAnnotation = {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: "annotated", namespace: WATCHED, annotations: { "kubernetes.io/ingress.class": "kong" } },
      spec: {
        rules: [
          {
            host: "annotated.test",
            http: {
              paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "a", port: { number: 80 } } } }],
            },
          },
        ],
      },
    };
    await cluster.apply(byAnnotation);
    const off = ["ingress-class-networkingv1", "kongclusterplugin", "kong-vault", "kong-license", "gwapi-gateway"];
    const one = started(...off.map((name) => `--enable-controller-${name}=false`));
    await one.ready(60_000);
    const held = () => String(gateway.recording.body(gateway.hash()));
    // It may have to wait for the Lease of the one before.
    await eventually(() => held().includes("annotated.test"), 60_000);
    // Consumers come by a CustomResourceDefinition, which nobody may see.
    expect(held()).toContain("a-key-of-anns");
    await eventually(async () => JSON.stringify(await statusOf(byAnnotation)).includes("192.0.2.1"));
    const refused = one.lines("kind-forbidden");
    expect(refused.filter((line) => !line.includes("customresourcedefinitions"))).toEqual([]);
    expect(refused.at(-1)).toContain("warning: ");
  }, 120_000);
});

const proxyService = { apiVersion: "v1", kind: "Service", metadata: { name: "kong-proxy", namespace: "kong" } };

/** Applied with `kubectl apply -n`. */
function isForAnyNamespace(object: TestObject): boolean {
  return object.kind === "RoleBinding" && !hasNamespace(object);
}

function hasNamespace({ metadata }: TestObject): boolean {
  return metadata.namespace !== undefined;
}

function inNamespace(object: TestObject, namespace: string): TestObject {
  return { ...object, metadata: { ...object.metadata, namespace } };
}
