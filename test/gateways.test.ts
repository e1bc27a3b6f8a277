import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ManualClock } from "../src/base/manual-clock.ts";
import { Slices } from "../src/base/slices.ts";
import { DocumentEncoder } from "../src/translate/document-encoder.ts";
import { stripper } from "../src/translate/strip.ts";
import { notAccepted } from "./support/acceptance.ts";
import { ControllerProcess } from "./support/controller.ts";
import { eventually } from "./support/eventually.ts";
import { compileCase, goldenCases } from "./support/golden.ts";
import { Manifests } from "./support/manifests.ts";
import { configure, type TestGateway, testGateways } from "./support/test-gateways.ts";

/** What must hold for every gateway, be it the preview or a real Kong: see testGateways. */

describe.each(testGateways())("$name", ({ start }) => {
  let gateway: TestGateway;
  let backend: Server;
  let manifests: Manifests;
  const controllers: ControllerProcess[] = [];

  beforeAll(async () => {
    gateway = await start();
    backend = createServer((request, response) => response.end(`${request.headers.host} ${request.url}`));
    await new Promise<void>((resolve) => backend.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    backend.close();
    await gateway?.close();
  });
  beforeEach(() => {
    manifests = new Manifests();
  });
  afterEach(async () => {
    for (const one of controllers.splice(0)) await one.remove();
    manifests.remove();
  });

  function controller(): ControllerProcess {
    const made = new ControllerProcess([
      `--manifests=${manifests.path}`,
      `--kong-admin-url=${gateway.adminUrl}`,
      "--proxy-sync-seconds=0.2",
    ]);
    controllers.push(made);
    return made;
  }

  /** What a request is answered: the status and the body. */
  async function ask(path: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
    const url = new URL(path, gateway.proxyUrl);
    const answer = await fetch(url, { headers });
    return `${answer.status} ${await answer.text()}`;
  }

  function shop(path: string): string {
    return `apiVersion: v1
kind: Service
metadata: { name: shop, namespace: gateways }
spec: { type: ExternalName, externalName: localhost, ports: [{ port: ${(backend.address() as AddressInfo).port} }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: gateways, annotations: { konghq.com/plugins: key, konghq.com/strip-path: "true" } }
spec:
  ingressClassName: kong
  rules:
    - http: { paths: [{ path: ${path}, pathType: Prefix, backend: { service: { name: shop, port: { number: ${(backend.address() as AddressInfo).port} } } } }] }
---
apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata: { name: key, namespace: gateways }
plugin: key-auth
---
apiVersion: configuration.konghq.com/v1
kind: KongConsumer
metadata: { name: ann, namespace: gateways, annotations: { kubernetes.io/ingress.class: kong } }
username: ann
credentials: [ann-key]
---
apiVersion: v1
kind: Secret
metadata: { name: ann-key, namespace: gateways, labels: { konghq.com/credential: key-auth } }
stringData: { key: ann-opens }
`;
  }

  const held = async (path: string) => (await (await fetch(`${gateway.adminUrl}${path}`)).json()) as unknown;

  test("takes what golden cases come to, and proves by its hash that it holds them", async ({ skip }) => {
    skip(gateway.database, "a whole document is for gateways without a database");
    const wrong: string[] = [];
    const listed = await notAccepted();
    for (const golden of await goldenCases()) {
      if (listed.has(golden.name)) continue;
      const { compiler } = await compileCase(golden, gateway.flavor);
      const { bytes } = await new DocumentEncoder(compiler.document, stripper(gateway.flavor)).encode(
        new Slices(new ManualClock()),
      );
      const { status, said, held } = await configure(gateway, bytes.toString());
      if (status !== 201 || !held) wrong.push(`${golden.name}: ${status} ${held ? "" : "another hash"} ${said}`);
    }
    expect(wrong).toEqual([]);
  });

  test("is configured, follows a change, and comes back to it after another hand's", async () => {
    manifests.write("shop.yaml", shop("/first"));
    const one = controller();
    await one.ready();
    const opened = { apikey: "ann-opens" };
    await eventually(async () => (await ask("/first/page", opened)).startsWith("200 "));
    expect(await ask("/first/page", opened)).toMatch(/^200 \S+ \/page$/);
    expect(await ask("/first/page")).toMatch(/^401 /);

    manifests.write("shop.yaml", shop("/second"));
    await eventually(async () => (await ask("/second/page", opened)).startsWith("200 "));
    await eventually(async () => (await ask("/first/page", opened)).startsWith("404 "));

    if (gateway.database) return;
    expect((await configure(gateway, '{"_format_version":"3.0"}')).status).toBe(201);
    await eventually(async () => JSON.stringify(await held("/services")).includes("gateways.shop"));
    await eventually(async () => (await ask("/second/page", opened)).startsWith("200 "));
  });

  test("what goes away in the cluster goes away there, and a controller that comes again changes nothing", async () => {
    manifests.write("shop.yaml", shop("/first"));
    const one = controller();
    await one.ready();
    const before = JSON.stringify(await held("/services"));
    expect(before).toContain("gateways.shop");
    expect(await one.stop()).toBe(0);

    const again = controller();
    await again.ready();
    expect(JSON.stringify(await held("/services"))).toBe(before);

    manifests.write("shop.yaml", "");
    await eventually(async () => !JSON.stringify(await held("/services")).includes("gateways.shop"));
  });
});
