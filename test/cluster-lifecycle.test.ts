import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Preview, startPreview } from "../src/preview/gateway.ts";
import type { PreviewOptions } from "../src/preview/options.ts";
import { issueCertificate } from "./support/certificates.ts";
import { apiServerAvailable, CLUSTER_TIMEOUT, type Cluster, startCluster } from "./support/cluster.ts";
import { ControllerProcess } from "./support/controller.ts";
import { eventually } from "./support/eventually.ts";
import { website } from "./support/manifests.ts";
import { CONTROLLER_USER } from "./support/roles.ts";

/** The whole way, each part a process of its own: API server, controller, gateways (in this one). */

/** Much less than any of its waits, and enough for a machine at full load, ms. */
const AT_ONCE = 10_000;

/** Everything that is asked for without CustomResourceDefinitions, less what a test takes away. */
const CORE_RULES = [
  { apiGroups: [""], resources: ["services", "secrets", "configmaps", "namespaces"], verbs: ["list", "watch"] },
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses", "ingressclasses"], verbs: ["list", "watch"] },
  { apiGroups: ["apiextensions.k8s.io"], resources: ["customresourcedefinitions"], verbs: ["list", "watch"] },
];
const SLICES = { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] };

describe.skipIf(!apiServerAvailable())("a controller beside a real API server", () => {
  let cluster: Cluster;
  const closers: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    cluster = await startCluster({ users: { kept: [] } });
    await cluster.apply([
      {
        apiVersion: "networking.k8s.io/v1",
        kind: "IngressClass",
        metadata: { name: "kong" },
        spec: { controller: "ingress-controllers.konghq.com/kong" },
      },
      role("kept", CORE_RULES),
      binding("kept"),
    ]);
    await cluster.apply(website("web"));
  }, CLUSTER_TIMEOUT);
  afterAll(() => cluster?.stop());
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  function controller(
    gateways: readonly string[],
    user: string = CONTROLLER_USER,
    ...args: readonly string[]
  ): ControllerProcess {
    const made = new ControllerProcess(
      [
        `--kubeconfig=${cluster.kubeconfig(user)}`,
        ...gateways.map((url) => `--kong-admin-url=${url}`),
        "--publish-status-address=127.0.0.1",
        "--gateway-discovery-readiness-check-interval=3s",
        "--gateway-discovery-readiness-check-timeout=2s",
        "--kong-client-max-delay=1s",
        ...args,
      ],
      // As in a Pod: it asks for that Pod too.
      { POD_NAME: "silverback-0", POD_NAMESPACE: "kong" },
    );
    closers.push(() => made.remove());
    return made;
  }

  async function preview(options: PreviewOptions = {}): Promise<Preview> {
    const made = await startPreview(options);
    closers.push(() => made.close());
    return made;
  }

  const pushes = (gateway: Preview) =>
    gateway.recording.requests().filter(({ method, target }) => method === "POST" && target.startsWith("/config"));
  const held = (gateway: Preview): string => String(gateway.recording.body(gateway.hash()) ?? "");

  test("cluster initialisation: the gateway is later than the controller", async () => {
    const gateway = await preview({ faults: [{ kind: "refuse", lasts: 4000 }] });
    const one = controller([gateway.adminUrl]);
    expect((await one.get("/healthz"))[0]).toBe(200);
    await eventually(async () => (await one.get("/readyz"))[1].includes("no gateway is ready"));
    const { pid } = one;
    await one.ready();
    expect(held(gateway)).toContain("web.test");
    expect(pushes(gateway)).toHaveLength(1);
    expect([one.pid, one.running]).toEqual([pid, true]);
  });

  test("cluster initialisation: the API server is later than both", async () => {
    const gateway = await preview();
    await cluster.stopApiServer();
    const one = controller([gateway.adminUrl]);
    expect((await one.get("/healthz"))[0]).toBe(200);
    await eventually(() => one.lines("Connected to").length > 0);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(pushes(gateway)).toEqual([]);
    const [status, body] = await one.get("/readyz");
    expect(status).toBe(503);
    expect(body).toContain("waiting for the first lists");
    await cluster.start();
    await one.ready(60_000);
    expect(held(gateway)).toContain("web.test");
    expect(pushes(gateway)).toHaveLength(1);
  });

  test("rolling update: gateways are replaced one by one by new, empty ones; each is configured without a change in the cluster", async () => {
    const gateways = await Promise.all([preview(), preview()]);
    const one = controller(gateways.map(({ adminUrl }) => adminUrl));
    await one.ready();
    await eventually(() => gateways.every((gateway) => held(gateway).includes("web.test")));
    const hash = gateways[0]!.hash();
    for (const gateway of gateways) {
      const port = Number(new URL(gateway.adminUrl).port);
      await gateway.close();
      // With the other one there it stays ready all the time.
      expect((await one.get("/readyz"))[0]).toBe(200);
      const fresh = await preview({ adminPort: port });
      await eventually(() => fresh.hash() === hash);
      expect(pushes(fresh).length).toBeGreaterThan(0);
    }
    expect(one.lines("Degraded mode:")).toEqual([]);
    expect(one.running).toBe(true);
  });

  test("fail-over: the only gateway disappears during a push and comes back elsewhere", async () => {
    const gateway = await preview();
    const port = Number(new URL(gateway.adminUrl).port);
    const one = controller([gateway.adminUrl]);
    await one.ready();
    gateway.faults.add({ kind: "slow-headers", delay: 60_000, method: "POST", before: true });
    await cluster.apply(website("shop"));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await gateway.close();
    await eventually(async () => (await one.get("/readyz"))[0] === 503);
    const other = await preview({ adminPort: port });
    await one.ready();
    await eventually(() => held(other).includes("shop.test") && held(other).includes("web.test"));
    expect(one.running).toBe(true);
    await cluster.delete({
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { namespace: "shop", name: "shop" },
    });
    await eventually(() => !held(other).includes("shop.test"));
  });

  test("nothing partial: a first list that fails for one kind holds everything back, and it is named", async () => {
    const gateway = await preview();
    const one = controller([gateway.adminUrl], "kept");
    await eventually(() => one.lines("EndpointSlice").length > 0);
    await eventually(async () => (await one.get("/readyz"))[1].includes("EndpointSlice"));
    const [status, body] = await one.get("/readyz");
    expect(status).toBe(503);
    expect(body).not.toContain("Ingress:");
    expect(pushes(gateway)).toEqual([]);
    await cluster.apply([role("kept", [...CORE_RULES, SLICES])]);
    await one.ready(60_000);
    expect(pushes(gateway)).toHaveLength(1);
    expect(held(gateway)).toContain("web.test");
  });

  test("a Secret is read because an Ingress names it, before the first push; its change is live, and its key is nowhere in the log", async () => {
    const pair = issueCertificate(cluster.directory, "site", cluster.authority, {
      commonName: "web.test",
      dnsNames: ["web.test"],
    });
    const data = { "tls.crt": base64(pair.cert), "tls.key": base64(pair.key) };
    await cluster.apply([
      {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "site-tls", namespace: "shop" },
        type: "kubernetes.io/tls",
        data,
      },
    ]);
    const ingress = {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { namespace: "shop", name: "web" },
    };
    await cluster.patch(ingress, { spec: { tls: [{ hosts: ["web.test"], secretName: "site-tls" }] } });
    const gateway = await preview();
    const one = controller([gateway.adminUrl], CONTROLLER_USER, "--log-level=trace");
    await one.ready();
    expect(pushes(gateway)).toHaveLength(1);
    expect(JSON.parse(held(gateway)).certificates).toHaveLength(1);
    const next = issueCertificate(cluster.directory, "site2", cluster.authority, {
      commonName: "web.test",
      dnsNames: ["web.test"],
    });
    await cluster.patch(
      { apiVersion: "v1", kind: "Secret", metadata: { namespace: "shop", name: "site-tls" } },
      { data: { "tls.crt": base64(next.cert), "tls.key": base64(next.key) } },
    );
    await eventually(() => JSON.parse(held(gateway)).certificates[0].cert.trim() === next.cert.trim());
    for (const { key } of [pair, next]) expect(one.log).not.toContain(key.split("\n")[1]);
    await cluster.patch(ingress, { spec: { tls: null } });
  });

  test("what dangles is said only after it lasted", async () => {
    const gateway = await preview();
    const one = controller([gateway.adminUrl]);
    await one.ready();
    const ingress = website("late").split("---\n")[1]!;
    const service = website("late").split("---\n")[0]!;
    await cluster.apply(ingress);
    await eventually(() => held(gateway).includes("late.test"));
    await cluster.apply(service);
    await eventually(() => held(gateway).includes("late.example"));
    await cluster.apply(ingress.replaceAll("late", "never"));
    await eventually(() => one.lines("-missing]").length > 0);
    expect(one.lines("-missing]").every((line) => line.includes("never"))).toBe(true);
  });

  test("told to end while it lists and watches, it ends at once with 0", async () => {
    const gateway = await preview();
    const one = controller([gateway.adminUrl]);
    await one.ready();
    const told = Date.now();
    expect(await one.stop()).toBe(0);
    expect(Date.now() - told).toBeLessThan(AT_ONCE);
  });
});

function role(user: string, rules: readonly object[]) {
  return { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: user }, rules };
}

function binding(user: string) {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: user },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: user },
    subjects: [{ kind: "User", name: user, apiGroup: "rbac.authorization.k8s.io" }],
  };
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
