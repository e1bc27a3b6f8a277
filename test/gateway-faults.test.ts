import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Preview, startPreview } from "../src/preview/gateway.ts";
import type { PreviewOptions } from "../src/preview/options.ts";
import { issueCertificate, makeAuthority } from "./support/certificates.ts";
import { ControllerProcess } from "./support/controller.ts";
import { eventually } from "./support/eventually.ts";
import { Manifests, website } from "./support/manifests.ts";

/** What gateways do wrong, and what has to come of it. The controller is a process, the gateways are in this one. */

let manifests: Manifests;
const closers: (() => Promise<unknown>)[] = [];

beforeEach(() => {
  manifests = new Manifests();
  manifests.write("web.yaml", website("web"));
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  manifests.remove();
});

/** Asks gateways what they hold every 3 s, the least there is. */
function controller(gateways: readonly Preview[], ...args: readonly string[]): ControllerProcess {
  const made = new ControllerProcess([
    `--manifests=${manifests.path}`,
    ...gateways.map(({ adminUrl }) => `--kong-admin-url=${adminUrl}`),
    "--gateway-discovery-readiness-check-interval=3s",
    "--gateway-discovery-readiness-check-timeout=2s",
    "--kong-client-initial-delay=100ms",
    "--kong-client-max-delay=1s",
    "--proxy-sync-seconds=0.2",
    ...args,
  ]);
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
const holds = (gateway: Preview, ...names: readonly string[]) =>
  eventually(() => names.every((name) => held(gateway).includes(`${name}.test`)));

function certificates() {
  const directory = mkdtempSync(join(tmpdir(), "silverback-certificates-"));
  closers.push(async () => rmSync(directory, { recursive: true, force: true }));
  return { directory, authority: makeAuthority(directory) };
}

test("TLS with our authority, a server name, and a client certificate", async () => {
  const { directory, authority } = certificates();
  const server = issueCertificate(directory, "server", authority, {
    commonName: "x",
    dnsNames: ["kong-admin.kong.svc"],
  });
  const client = issueCertificate(directory, "client", authority, { commonName: "controller" });
  const gateway = await preview({ adminTls: { cert: server.cert, key: server.key, clientCa: authority.cert } });
  const one = controller(
    [gateway],
    `--kong-admin-ca-cert-file=${authority.certPath}`,
    "--kong-admin-tls-server-name=kong-admin.kong.svc",
    `--kong-admin-tls-client-cert-file=${client.certPath}`,
    `--kong-admin-tls-client-key-file=${client.keyPath}`,
  );
  await one.ready();
});

test("an authority that is not ours is said at once, and once put right in its file it goes on by itself", async () => {
  const { directory, authority } = certificates();
  const other = makeAuthority(directory, "other");
  const server = issueCertificate(directory, "server", authority, { commonName: "x", addresses: ["127.0.0.1"] });
  const gateway = await preview({ adminTls: { cert: server.cert, key: server.key } });
  const trusted = join(directory, "trusted.crt");
  writeFileSync(trusted, other.cert);
  const one = controller([gateway], `--kong-admin-ca-cert-file=${trusted}`);
  await eventually(() => one.lines("hardly mend").length > 0);
  expect(one.lines("hardly mend")[0]).toContain("--kong-admin-ca-cert-file");
  writeFileSync(trusted, authority.cert);
  await one.ready();
  expect(one.lines("hardly mend")).toHaveLength(1);
});

test("a certificate for another name is said with its flag", async () => {
  const { directory, authority } = certificates();
  const server = issueCertificate(directory, "server", authority, { commonName: "x", dnsNames: ["elsewhere.test"] });
  const gateway = await preview({ adminTls: { cert: server.cert, key: server.key } });
  const one = controller([gateway], `--kong-admin-ca-cert-file=${authority.certPath}`);
  await eventually(() => one.lines("hardly mend").length > 0);
  expect(one.lines("hardly mend")[0]).toContain("--kong-admin-tls-server-name");
});

test("a configuration that is refused: the object is named, everybody else's change goes on, and it comes back once mended", async () => {
  const gateway = await preview({ faults: [{ kind: "reject", tags: ["k8s-name:bad"], message: "not like this" }] });
  const one = controller([gateway]);
  await one.ready();
  manifests.write("more.yaml", `${website("bad")}---\n${website("good")}`);
  await holds(gateway, "web", "good");
  expect(held(gateway)).not.toContain("bad.test");
  // The first, the refused one, the one without what was refused.
  expect(pushes(gateway)).toHaveLength(3);
  await eventually(() => one.lines("rejected-by-gateway").length > 0);
  expect(one.lines("rejected-by-gateway")[0]).toMatch(/more\.yaml:\d+: error: \w+ shop\/bad: .*not like this/);
  gateway.faults.clear();
  manifests.write(
    "more.yaml",
    `${website("bad", "/mended").replace("bad.example", "mended.example")}---\n${website("good")}`,
  );
  await holds(gateway, "web", "good", "bad");
});

test("with the fallback turned off the last good configuration stays, and the next good one goes through", async () => {
  const gateway = await preview({ faults: [{ kind: "reject", tags: ["k8s-name:bad"] }] });
  const one = controller([gateway], "--feature-gates=FallbackConfiguration=false");
  await one.ready();
  const hash = gateway.hash();
  manifests.write("more.yaml", `${website("bad")}---\n${website("good")}`);
  await eventually(() => one.lines("rejected-by-gateway").length > 0);
  expect(gateway.hash()).toBe(hash);
  manifests.write("more.yaml", website("good"));
  await holds(gateway, "web", "good");
});

test("what one gateway refuses disturbs no other; the bytes are the same for all", async () => {
  const gateways = await Promise.all([preview(), preview(), preview()]);
  const one = controller(gateways);
  await one.ready();
  for (const gateway of gateways) await holds(gateway, "web");
  expect(new Set(gateways.map((gateway) => gateway.hash())).size).toBe(1);
});

test("an emptied gateway, and one that somebody else changed, are put right within an interval, said once each", async () => {
  const [a, b] = [await preview(), await preview()];
  const one = controller([a, b]);
  await one.ready();
  await holds(b, "web");
  const hash = a.hash();
  await a.restart("empty");
  await eventually(() => a.hash() === hash);
  const somebody = await fetch(`${b.adminUrl}/config`, {
    method: "POST",
    headers: { "content-type": "text/yaml" },
    body: '{"_format_version":"3.0","services":[{"name":"mine","host":"mine.example"}]}',
  });
  expect(somebody.status).toBe(201);
  await eventually(() => b.hash() === hash);
  expect(one.lines("pushed again").length).toBeLessThanOrEqual(2);
  expect(one.lines("holds another configuration")).toHaveLength(1);
});

test("a push whose answer is lost is not repeated: the hash says that it arrived", async () => {
  const gateway = await preview({ faults: [{ kind: "drop", method: "POST", times: 1 }] });
  const one = controller([gateway]);
  await one.ready();
  expect(pushes(gateway)).toHaveLength(1);
});

test.each([
  ["500", { kind: "status", status: 500, method: "POST", times: 2 }],
  ["429 with Retry-After", { kind: "status", status: 429, retryAfter: 1, method: "POST", times: 2 }],
  ["a truncated answer", { kind: "truncate", method: "POST", times: 1 }],
  ["connections that are closed at once", { kind: "close", lasts: 1500 }],
  ["a black hole", { kind: "black-hole", lasts: 2500 }],
  ["a slow body", { kind: "slow-body", delay: 500 }],
] as const)("%s at the start: it is there in the end, and the process never ended", async (_what, fault) => {
  const gateway = await preview({ faults: [fault] });
  const one = controller([gateway]);
  await one.ready();
  await holds(gateway, "web");
});

test("a gateway that goes in the middle of a push and comes back elsewhere, empty, gets its configuration", async () => {
  const gateway = await preview();
  const port = Number(new URL(gateway.adminUrl).port);
  const one = controller([gateway]);
  await one.ready();
  gateway.faults.add({ kind: "slow-headers", delay: 60_000, method: "POST", before: true });
  manifests.write("more.yaml", website("shop"));
  await new Promise((resolve) => setTimeout(resolve, 600));
  await gateway.close();
  await eventually(async () => (await one.get("/readyz"))[0] === 503);
  const other = await preview({ adminPort: port });
  await one.ready();
  await holds(other, "web", "shop");
  expect(one.lines("Degraded mode:")).toHaveLength(1);
  expect(one.lines("Degraded mode has ended")).toHaveLength(1);
});

test("a configuration over the gateway's limit is not sent: one problem names both sizes and the setting", async () => {
  const gateway = await preview({ maxBodySize: 2000 });
  const one = controller([gateway]);
  await one.ready();
  manifests.write("more.yaml", Array.from({ length: 20 }, (_, i) => website(`site-${i}`)).join("---\n"));
  await eventually(() => one.lines("configuration-too-large").length > 0);
  expect(one.lines("configuration-too-large")).toHaveLength(1);
  expect(one.lines("configuration-too-large")[0]).toMatch(/has \d{5} bytes.* 2000.*nginx_admin_client_max_body_size/);
  expect(pushes(gateway)).toHaveLength(1);
});

test("the flavour changes under us: the configuration is compiled anew before it is pushed", async () => {
  const gateway = await preview();
  const port = Number(new URL(gateway.adminUrl).port);
  const one = controller([gateway]);
  await one.ready();
  await gateway.close();
  const other = await preview({ adminPort: port, flavor: "expressions" });
  await holds(other, "web");
  await one.ready();
  expect(held(other)).toContain('"expression"');
  expect(pushes(other).every(({ status }) => status === 201)).toBe(true);
});

test("secrets of the gateway's access and of the objects are nowhere in what is said", async () => {
  const canary = "canary-8f3a-canary";
  const gateway = await preview({ adminToken: canary, faults: [{ kind: "reject", entityType: "keyauth_credential" }] });
  manifests.write(
    "ann.yaml",
    `apiVersion: v1
kind: Secret
metadata: { name: ann-key, namespace: shop, labels: { konghq.com/credential: key-auth } }
stringData: { key: ${canary}-key }
---
apiVersion: configuration.konghq.com/v1
kind: KongConsumer
metadata: { name: ann, namespace: shop, annotations: { kubernetes.io/ingress.class: kong } }
username: ann
credentials: [ann-key]
`,
  );
  const one = controller(
    [gateway],
    `--kong-admin-token=${canary}`,
    "--log-level=trace",
    "--dump-config",
    "--profiling",
    "--diagnostic-server-port=0",
  );
  await one.ready();
  const shown = await Promise.all([
    one.get("/readyz"),
    one.get("/metrics", "metrics"),
    one.get("/debug/config/successful", "diagnostics"),
    one.get("/debug/config/failed", "diagnostics"),
    one.get("/debug/config/raw-error", "diagnostics"),
    one.get("/debug/config/fallback", "diagnostics"),
    one.get("/debug/pprof/", "diagnostics"),
    one.get("/debug/pprof/profile?seconds=1", "diagnostics"),
    one.get("/debug/pprof/heap", "diagnostics"),
  ]);
  expect(shown.map(([status]) => status)).toEqual([200, 200, 200, 200, 200, 200, 200, 200, 200]);
  expect(shown[3]![1]).toContain('"ann"');
  for (const [, text] of shown) expect(text).not.toContain("canary");
  expect(one.log.replace(/^.*--kong-admin-token=.*$/m, "")).not.toContain("canary");
});

test("a loss of more than the share that may go at once waits for a second list, which confirms it", async () => {
  const gateway = await preview();
  manifests.write("more.yaml", Array.from({ length: 5 }, (_, i) => website(`site-${i}`)).join("---\n"));
  const one = controller([gateway], "--max-shrink-percent=50");
  await one.ready();
  manifests.write("more.yaml", "");
  await eventually(() => !held(gateway).includes("site-"));
  expect(held(gateway)).toContain("web.test");
  expect(one.lines("configuration-held-back")).toHaveLength(1);
  expect(pushes(gateway)).toHaveLength(2);
});

test("after a restart of the controller an empty gateway gets what another one holds, when both refuse the newest", async () => {
  const gateways = await Promise.all([preview(), preview()]);
  const before = controller(gateways);
  await before.ready();
  for (const gateway of gateways) await holds(gateway, "web");
  await before.stop();
  for (const gateway of gateways) gateway.faults.add({ kind: "reject", tags: ["k8s-name:shop"] });
  await gateways[1]!.restart("empty");
  manifests.write("more.yaml", website("shop"));
  const after = controller(gateways, "--feature-gates=FallbackConfiguration=false");
  await holds(gateways[1]!, "web");
  await holds(gateways[0]!, "web");
  expect(after.running).toBe(true);
  for (const gateway of gateways) gateway.faults.clear();
  manifests.write("more.yaml", website("shop").replace("shop.example", "mended.example"));
  for (const gateway of gateways) await holds(gateway, "web", "shop");
});

test("profiles are served only where they are asked for", async () => {
  const one = controller([await preview()], "--dump-config", "--diagnostic-server-port=0");
  expect((await one.get("/debug/config/fallback", "diagnostics"))[0]).toBe(200);
  for (const path of ["/debug/pprof/", "/debug/pprof/heap", "/debug/pprof/profile?seconds=1"])
    expect((await one.get(path, "diagnostics"))[0]).toBe(404);
});
