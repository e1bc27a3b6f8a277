// Gateways behind a Service, with traffic that follows its EndpointSlices: runs in a network of its own (see support/private-network.ts).
import assert from "node:assert/strict";
import { type Preview, startPreview } from "../../src/preview/gateway.ts";
import { issueCertificate } from "../support/certificates.ts";
import { startCluster } from "../support/cluster.ts";
import { ControllerProcess } from "../support/controller.ts";
import { eventually } from "../support/eventually.ts";
import { website } from "../support/manifests.ts";

const PORT = 8444;
const cluster = await startCluster();
const closers: (() => Promise<unknown>)[] = [() => cluster.stop()];
let step = "the start";
try {
  await play();
  console.log("discovery: all is well");
} catch (error) {
  console.error(`discovery failed at ${step}:`, error);
  process.exitCode = 1;
} finally {
  for (const close of closers.reverse()) await close();
}
process.exit();

async function play(): Promise<void> {
  const { directory, authority } = cluster;
  const server = issueCertificate(directory, "admin", authority, {
    commonName: "kong-admin",
    dnsNames: ["pod.kong-admin.kong.svc"],
  });
  const client = issueCertificate(directory, "controller", authority, { commonName: "controller" });
  const gatewayAt = async (host: string): Promise<Preview> => {
    const adminTls = { cert: server.cert, key: server.key, clientCa: authority.cert };
    const made = await startPreview({ host, adminPort: PORT, adminTls });
    closers.push(() => made.close());
    return made;
  };
  const holds = (gateway: Preview, name: string) =>
    eventually(() => String(gateway.recording.body(gateway.hash()) ?? "").includes(`${name}.test`), 15_000);

  await cluster.apply([
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "IngressClass",
      metadata: { name: "kong" },
      spec: { controller: "ingress-controllers.konghq.com/kong" },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "kong-admin", namespace: "kong" },
      spec: { clusterIP: "None", ports: [{ name: "admin-tls", port: PORT }] },
    },
  ]);
  await cluster.apply(website("web"));
  const one = new ControllerProcess([
    `--kubeconfig=${cluster.controllerKubeconfig()}`,
    "--kong-admin-svc=kong/kong-admin",
    `--kong-admin-ca-cert-file=${authority.certPath}`,
    `--kong-admin-tls-client-cert-file=${client.certPath}`,
    `--kong-admin-tls-client-key-file=${client.keyPath}`,
    "--gateway-discovery-readiness-check-interval=3s",
    "--gateway-discovery-readiness-check-timeout=2s",
    "--publish-status-address=127.0.0.1",
    "--election-namespace=kong",
  ]);
  closers.push(() => one.remove());

  step = "no endpoints";
  await eventually(() => one.lines('no endpoints for service: "kong/kong-admin"').length > 0);
  const [status, body] = await one.get("/readyz");
  assert.equal(status, 503);
  assert.match(body, /the endpoints of Service kong\/kong-admin: attempt \d/);

  step = "a Pod that is not ready yet";
  const a = await gatewayAt("10.99.0.1");
  await slice([pod("a", "10.99.0.1", false)]);
  await one.ready();
  await holds(a, "web");
  assert.equal(one.lines("Connected to Pod kong/a (https://10.99.0.1:8444)").length, 1);

  step = "a second Pod, late: its changed condition cuts the wait short";
  await slice([pod("a", "10.99.0.1"), pod("b", "10.99.0.2", false)]);
  await eventually(() => one.lines("Attempt 1 to connect to Pod kong/b").length > 0);
  // The waits have become long meanwhile.
  await new Promise((resolve) => setTimeout(resolve, 8000));
  const b = await gatewayAt("10.99.0.2");
  const from = Date.now();
  await slice([pod("a", "10.99.0.1"), pod("b", "10.99.0.2")]);
  await holds(b, "web");
  assert.ok(Date.now() - from < 3000, "the wait was cut short");

  step = "a Pod that terminates";
  await slice([pod("a", "10.99.0.1", false, true), pod("b", "10.99.0.2")]);
  await eventually(() => one.lines("The gateway Pod kong/a (https://10.99.0.1:8444) is gone").length > 0);
  await cluster.apply(website("shop"));
  await holds(b, "shop");
  assert.ok(!String(a.recording.body(a.hash())).includes("shop.test"), "nobody pushes to it any more");

  step = "an address that another Pod takes over";
  await b.close();
  const c = await gatewayAt("10.99.0.2");
  await slice([pod("c", "10.99.0.2")]);
  await holds(c, "shop");
  await eventually(() => one.lines("Connected to Pod kong/c").length > 0);

  step = "the EndpointSlices gone and back";
  await cluster.delete({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "kong-admin-1", namespace: "kong" },
  });
  await eventually(async () => (await one.get("/readyz"))[0] === 503);
  await slice([pod("c", "10.99.0.2"), pod("a", "10.99.0.1")]);
  await one.ready();
  await holds(a, "shop");

  step = "thirty Pods within a second: nothing is encoded anew for them, and each gets one push";
  const many = await Promise.all(Array.from({ length: 30 }, (_, i) => gatewayAt(`10.99.1.${i + 1}`)));
  const encoded = await encodings(one);
  const pods = many.map((_, i) => pod(`many-${i + 1}`, `10.99.1.${i + 1}`));
  await Promise.all([0, 1, 2].map((part) => slice(pods.slice(part * 10, part * 10 + 10), `kong-admin-many-${part}`)));
  await Promise.all(many.map((gateway) => holds(gateway, "shop")));
  assert.deepEqual([...new Set(many.map((gateway) => gateway.hash()))], [c.hash()]);
  assert.deepEqual([...new Set(many.map((gateway) => pushes(gateway)))], [1]);
  assert.equal(await encodings(one), encoded);

  step = "a change for all of them: encoded once";
  await cluster.apply(website("last"));
  await Promise.all([a, c, ...many].map((gateway) => holds(gateway, "last")));
  assert.deepEqual([...new Set(many.map((gateway) => pushes(gateway)))], [2]);
  assert.equal(await encodings(one), encoded + 1);
  assert.equal(await one.stop(), 0);
}

/** How often the controller made a document. */
async function encodings(controller: ControllerProcess): Promise<number> {
  const [, text] = await controller.get("/metrics", "metrics");
  const counts = [...text.matchAll(/^ingress_controller_processed_config_snapshot_cache_(?:hit|miss)\S* (\d+)$/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

function pushes(gateway: Preview): number {
  return gateway.recording.requests().filter(({ method, target }) => method === "POST" && target.startsWith("/config"))
    .length;
}

function pod(name: string, address: string, ready = true, terminating = false): object {
  return {
    addresses: [address],
    conditions: { ready, serving: ready, terminating },
    targetRef: { kind: "Pod", namespace: "kong", name, uid: `uid-${name}` },
  };
}

async function slice(endpoints: readonly object[], name = "kong-admin-1"): Promise<void> {
  await cluster.apply([
    {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name, namespace: "kong", labels: { "kubernetes.io/service-name": "kong-admin" } },
      addressType: "IPv4",
      ports: [{ name: "admin-tls", port: PORT, protocol: "TCP" }],
      endpoints,
    },
  ]);
}
