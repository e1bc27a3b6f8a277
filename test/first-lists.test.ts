import { afterEach, beforeEach, expect, test } from "vitest";
import { type Fault, ModelServer } from "../src/kubernetes/model-server.ts";
import { type Preview, startPreview } from "../src/preview/gateway.ts";
import { KINDS } from "../src/resources/kinds.ts";
import { apiVersionOf, collectionPath, crdNameOf } from "../src/sources/cluster/watched-kind.ts";
import { ControllerProcess } from "./support/controller.ts";
import { eventually } from "./support/eventually.ts";

/** Nothing partial: what is pushed first is whole, whatever the first lists meet. */

const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const INGRESSES = "/apis/networking.k8s.io/v1/ingresses";
let server: ModelServer;
let gateway: Preview;
let one: ControllerProcess;

beforeEach(async () => {
  const builtIn = KINDS.map(({ kind }) => kind).filter((kind) => crdNameOf(kind) === undefined);
  server = new ModelServer({
    ...Object.fromEntries(
      builtIn.map((kind) => [collectionPath(kind, "v1"), { apiVersion: apiVersionOf(kind, "v1"), kind: kind.kind }]),
    ),
    [CRDS]: { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" },
  });
  await server.start();
  gateway = await startPreview();
  for (let i = 0; i < 1200; i++) {
    const name = `site-${i}`;
    server.put("/api/v1/services", { namespace: "shop", name }, { spec: { ports: [{ port: 80 }] } });
    const backend = { service: { name, port: { number: 80 } } };
    const spec = {
      ingressClassName: "kong",
      rules: [{ host: `${name}.test`, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
    };
    server.put(INGRESSES, { namespace: "shop", name }, { spec });
  }
  server.put(
    "/apis/networking.k8s.io/v1/ingressclasses",
    { name: "kong" },
    { spec: { controller: "ingress-controllers.konghq.com/kong" } },
  );
});
afterEach(async () => {
  await one.remove();
  await gateway.close();
  await server.stop();
});

const pushes = () => gateway.recording.requests().filter(({ method }) => method === "POST");

function start(): void {
  one = new ControllerProcess([
    `--apiserver-host=${server.url}`,
    `--kong-admin-url=${gateway.adminUrl}`,
    "--publish-status-address=127.0.0.1",
    "--proxy-sync-seconds=0.1",
  ]);
}

test.each<readonly [string, Fault, string]>([
  ["never answers", "hang", "Service"],
  ["fails", { status: 500 }, "Service"],
  ["is cut off", "reset", "Service"],
  ["is not found, which is no proof that the kind is absent", { status: 404 }, "Service"],
])("a list that %s holds everything back until it is whole", async (_how, fault, kind) => {
  server.fault = ({ path, watch }) => (path === "/api/v1/services" && !watch ? fault : undefined);
  start();
  await eventually(() => one.lines("Connected to").length > 0);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  expect(pushes()).toEqual([]);
  const [status, body] = await one.get("/readyz");
  expect(status).toBe(503);
  expect(body).toContain(`${kind}: `);
  server.fault = () => undefined;
  if (fault === "hang") {
    // The connections that hang are cut, as a load balancer would in the end.
    await server.stop();
    await server.start();
  }
  await one.ready(60_000);
  expect(pushes()).toHaveLength(1);
  expect(JSON.parse(String(gateway.recording.body(gateway.hash()))).services).toHaveLength(1200);
});

test("a list in pages that breaks off in the middle is no list", async () => {
  let pages = 0;
  server.fault = ({ path, query, watch }) =>
    path === INGRESSES && !watch && query["continue"] !== undefined && ++pages <= 2 ? { status: 500 } : undefined;
  start();
  await one.ready(60_000);
  expect(pages).toBeGreaterThan(2);
  expect(pushes()).toHaveLength(1);
  expect(JSON.parse(String(gateway.recording.body(gateway.hash()))).services).toHaveLength(1200);
});
