import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Preview, startPreview } from "../src/preview/gateway.ts";
import { KINDS } from "../src/resources/kinds.ts";
import { BROKEN_OBJECTS, type BrokenObject, SURROUNDINGS } from "./bad-input/broken-objects.ts";
import { ingress, service } from "./bad-input/manifests.ts";
import { apiServerAvailable, CLUSTER_TIMEOUT, type Cluster, startCluster } from "./support/cluster.ts";
import { toObjects } from "./support/cluster-client.ts";
import { ControllerProcess } from "./support/controller.ts";
import { eventually } from "./support/eventually.ts";
import { Manifests } from "./support/manifests.ts";
import { crdsIn, gatewayApiCrds, publishedCrdsAvailable } from "./support/published-crds.ts";

/** Objects of every kind that are no good, from files and from an API server that took them: each is named with its field, all else is configured. */

const GATES = "--feature-gates=GatewayAlpha=true,KongServiceFacade=true";
/** Nothing that an API server takes of these is wrong by itself. */
const NEVER_WRONG = [
  "IngressClass",
  "IngressClassParameters",
  "EndpointSlice",
  "Namespace",
  "GatewayClass",
  "ReferenceGrant",
];
const documents = [
  SURROUNDINGS,
  service("echo"),
  ingress("good", "good.test"),
  ...BROKEN_OBJECTS.map(({ object }) => object),
];

test("there is one of every kind that can be wrong", () => {
  const there = new Set(BROKEN_OBJECTS.map(({ kind }) => kind));
  const lacking = KINDS.map(({ kind }) => kind.kind).filter((kind) => !there.has(kind) && !NEVER_WRONG.includes(kind));
  // A ListenerSet has what a Gateway has.
  expect(lacking).toEqual(["ListenerSet"]);
});

/** What both sources have to show. */
function testBrokenObjects(
  objects: readonly BrokenObject[],
  started: () => { readonly controller: ControllerProcess; readonly gateway: Preview },
): void {
  test.each(objects.map((broken) => ({ ...broken, what: `${broken.kind}: ${broken.said.source}` })))(
    "$what",
    async ({ said }) => {
      const { controller } = started();
      await eventually(() => controller.log.split("\n").some((line) => line.includes(" sync: ") && said.test(line)));
    },
  );

  test("all else is configured, and nothing has ended", async () => {
    const { controller, gateway } = started();
    await eventually(() => String(gateway.recording.body(gateway.hash()) ?? "").includes("good.test"));
    expect(controller.running).toBe(true);
    expect(controller.lines("[internal-error]")).toEqual([]);
    expect((await controller.get("/readyz"))[0]).toBe(200);
  });
}

describe("from files", () => {
  let manifests: Manifests;
  let gateway: Preview;
  let controller: ControllerProcess;

  beforeAll(async () => {
    manifests = new Manifests();
    for (const [at, document] of documents.entries()) manifests.write(`${at}.yaml`, document);
    gateway = await startPreview();
    controller = new ControllerProcess([
      `--manifests=${manifests.path}`,
      `--kong-admin-url=${gateway.adminUrl}`,
      GATES,
    ]);
    await controller.ready(60_000);
  });
  afterAll(async () => {
    await controller?.remove();
    await gateway?.close();
    manifests?.remove();
  });

  testBrokenObjects(BROKEN_OBJECTS, () => ({ controller, gateway }));
});

describe.skipIf(!apiServerAvailable() || !publishedCrdsAvailable())("from an API server", () => {
  let cluster: Cluster;
  let gateway: Preview;
  let controller: ControllerProcess;

  beforeAll(async () => {
    cluster = await startCluster();
    const crds = join(fileURLToPath(new URL("..", import.meta.url)), "crds");
    await cluster.applyCrds([...crdsIn(crds), ...gatewayApiCrds("experimental")]);
    await cluster.apply(documents.flatMap((document) => toObjects(document)));
    gateway = await startPreview();
    controller = new ControllerProcess([
      `--kubeconfig=${cluster.controllerKubeconfig()}`,
      `--kong-admin-url=${gateway.adminUrl}`,
      "--publish-status-address=192.0.2.1",
      GATES,
    ]);
    await controller.ready(60_000);
  }, CLUSTER_TIMEOUT);
  afterAll(async () => {
    await controller?.remove();
    await gateway?.close();
    await cluster?.stop();
  });

  testBrokenObjects(
    BROKEN_OBJECTS.filter((one) => one.onlyFromFiles === undefined),
    () => ({ controller, gateway }),
  );
});
