import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Preview, startPreview } from "../src/preview/gateway.ts";
import {
  CANARY,
  CASES,
  type Case,
  entity,
  GATEWAY_API_CASES,
  GATEWAYS,
  group,
  ingress,
  OURS,
  plugin,
  STORED,
} from "./support/admission-cases.ts";
import { issueCertificate } from "./support/certificates.ts";
import { apiServerAvailable, CLUSTER_TIMEOUT, type Cluster, startCluster } from "./support/cluster.ts";
import { type TestObject, toObjects } from "./support/cluster-client.ts";
import { ControllerProcess } from "./support/controller.ts";
import { eventually } from "./support/eventually.ts";
import { crdsIn, gatewayApiCrds, publishedCrdsAvailable } from "./support/published-crds.ts";
import { webhookAt } from "./support/webhook.ts";

/** The admission webhook as a real API server calls it, with the configuration of deploy/: every kind let through and refused, beside a gateway and without any. */

const crds = fileURLToPath(new URL("../crds", import.meta.url));
const withGatewayApi = publishedCrdsAvailable();
/** Webhooks of kinds that are never refused, only warned about. */
const NEVER_REFUSING = ["gateways", "kongingresses", "services"];
const BAD = ingress("/~/(a");
const UNKNOWN_PLUGIN = plugin("p", "nothing-of-ours", "");

describe.skipIf(!apiServerAvailable())("admission by a real API server", () => {
  const folder = mkdtempSync(join(tmpdir(), "silverback-admission-"));
  const [certFile, keyFile] = [join(folder, "tls.crt"), join(folder, "tls.key")];
  /** The webhooks that refused something since the controller that is there now was started. */
  const refusing = new Set<string>();
  let cluster: Cluster;
  let gateway: Preview | undefined;
  let controller: ControllerProcess | undefined;

  beforeAll(async () => {
    cluster = await startCluster();
    await cluster.applyCrds([...crdsIn(crds), ...(withGatewayApi ? gatewayApiCrds() : [])]);
    await cluster.apply(withGatewayApi ? `${STORED}\n---\n${GATEWAYS}` : STORED);
    certify("one");
  }, CLUSTER_TIMEOUT);
  afterAll(async () => {
    await end();
    await cluster?.stop();
    rmSync(folder, { recursive: true });
  });

  function certify(name: string): void {
    const made = issueCertificate(folder, name, cluster.authority, { commonName: name, addresses: ["127.0.0.1"] });
    copyFileSync(made.certPath, certFile);
    copyFileSync(made.keyPath, keyFile);
  }

  async function end(): Promise<void> {
    await controller?.remove();
    await gateway?.close();
    controller = gateway = undefined;
  }

  /** Starts a controller, and lets the API server ask it. */
  async function begin(adminUrl: string): Promise<ControllerProcess> {
    refusing.clear();
    const made = new ControllerProcess([
      `--kubeconfig=${cluster.controllerKubeconfig()}`,
      `--kong-admin-url=${adminUrl}`,
      "--kong-client-max-delay=1s",
      "--gateway-discovery-readiness-check-interval=3s",
      "--gateway-discovery-readiness-check-timeout=2s",
      "--publish-status-address=127.0.0.1",
      "--election-namespace=kong",
      "--admission-webhook-listen=127.0.0.1:0",
      `--admission-webhook-cert-file=${certFile}`,
      `--admission-webhook-key-file=${keyFile}`,
    ]);
    controller = made;
    await cluster.apply(webhookAt(`https://127.0.0.1:${await made.port("admission")}/review`, cluster.ca));
    // It knows what is stored, and an API server takes a moment to heed a new configuration.
    await eventually(async () => (await write(BAD)).status === 400, 60_000);
    return made;
  }

  /** Writes without storing; what is stored is changed. */
  async function write(yaml: string) {
    const [object] = toObjects(yaml) as [TestObject];
    const path = await cluster.path(object);
    return cluster.request(
      "PATCH",
      `${path}?fieldManager=tests&force=true&dryRun=All`,
      object,
      "application/apply-patch+yaml",
    );
  }

  async function judge({ object, refused, warned }: Omit<Case, "what">): Promise<void> {
    const { status, body, warnings } = await write(object);
    const message = String(body["message"] ?? "");
    expect(message).not.toContain(CANARY);
    if (refused === undefined) expect([status, message]).toEqual([expect.toBeOneOf([200, 201]), ""]);
    else {
      const parts = /^admission webhook "(.+)\.validation\.ingress-controller\.konghq\.com" denied the request: (.*)$/s;
      const [, webhook, why] = parts.exec(message) ?? [];
      expect([status, why ?? message]).toEqual([400, expect.stringMatching(refused)]);
      refusing.add(webhook!);
    }
    expect(warnings.join("\n")).toMatch(warned ?? /^$/);
  }

  /** Those of deploy/ of which nothing was refused. */
  function idleWebhooks(): readonly string[] {
    const { webhooks } = webhookAt("https://127.0.0.1/", "") as unknown as {
      readonly webhooks: readonly { readonly name: string }[];
    };
    const known = webhooks.map(({ name }) => name.replace(".validation.ingress-controller.konghq.com", ""));
    return known.filter((name) => !refusing.has(name) && (withGatewayApi || name !== "httproutes")).sort();
  }

  describe("beside a gateway", () => {
    beforeAll(async () => {
      gateway = await startPreview();
      await (await begin(gateway.adminUrl)).ready(60_000);
    });

    test.each(CASES)("$what", judge);
    test.skipIf(!withGatewayApi).each(GATEWAY_API_CASES)("$what", judge);

    test("a KongConsumerGroup, which the open-source gateway has not got", async () => {
      await judge({ object: group(), refused: /these gateways are the open-source edition/ });
    });

    test("a KongPlugin that no gateway has", async () => {
      await judge({ object: UNKNOWN_PLUGIN, refused: /plugin 'nothing-of-ours' not enabled/ });
    });

    test("every webhook of deploy/ has refused something, but for those that never do", () => {
      expect(idleWebhooks()).toEqual(NEVER_REFUSING);
    });

    test("what is let through is configured", async () => {
      const [eve] = toObjects(
        `{apiVersion: configuration.konghq.com/v1, kind: KongConsumer, metadata: {name: eve, namespace: shop, annotations: ${OURS}}, username: eve}`,
      );
      await cluster.apply(eve!);
      await eventually(() => String(gateway!.recording.body(gateway!.hash())).includes('"eve"'));
      await cluster.delete(eve!);
    });

    test("a Secret that was made a moment ago counts", async () => {
      await cluster.apply(
        "{apiVersion: v1, kind: Secret, metadata: {name: fresh, namespace: shop, labels: {konghq.com/credential: basic-auth}}, stringData: {username: u, password: p}}",
      );
      await cluster.apply(
        `{apiVersion: configuration.konghq.com/v1, kind: KongConsumer, metadata: {name: fred, namespace: shop, annotations: ${OURS}}, username: fred, credentials: [fresh]}`,
      );
    });

    test("a certificate that is renewed is taken", async () => {
      certify("two");
      await eventually(() => controller!.lines("shows a new certificate").length === 1, 60_000);
      await judge({ object: BAD, refused: /Kong would refuse/ });
    });
  });

  describe("with every gateway gone", () => {
    beforeAll(async () => {
      await gateway!.close();
      refusing.clear();
      await eventually(async () => (await controller!.get("/readyz"))[0] === 503);
    });
    afterAll(end);

    test.each(CASES)("$what", judge);
    test.skipIf(!withGatewayApi).each(GATEWAY_API_CASES)("$what", judge);

    test("a KongConsumerGroup is let through: nobody can say that it could not be used", async () => {
      await judge({ object: group() });
    });

    test("a KongPlugin that the gateway had not got is refused after the schemas it showed", async () => {
      await judge({ object: UNKNOWN_PLUGIN, refused: /plugin 'nothing-of-ours' not enabled/ });
    });

    test("a KongCustomEntity of a type that nobody knows is let through with a warning", async () => {
      await judge({ object: entity("degraphql_routes", "{uri: /}"), warned: /unchecked/ });
    });

    test("every other webhook of deploy/ has refused something", () => {
      expect(idleWebhooks()).toEqual(["gateways", "kongconsumergroups", "kongingresses", "services"]);
    });

    test("the process never ended, and no Secret is in its log", () => {
      expect(controller!.running).toBe(true);
      expect(controller!.log).not.toContain(CANARY);
    });
  });

  describe("when there never was a gateway", () => {
    beforeAll(async () => {
      await begin("http://127.0.0.1:1");
    });
    afterAll(end);

    test.each(CASES)("$what", judge);
    test.skipIf(!withGatewayApi).each(GATEWAY_API_CASES)("$what", judge);

    test("a KongConsumerGroup is let through", async () => {
      await judge({ object: group() });
    });

    test("a KongPlugin that nobody knows is let through with a warning", async () => {
      await judge({ object: UNKNOWN_PLUGIN, warned: /plugin nothing-of-ours was let through unchecked/ });
    });

    test("it is alive, and says that it is not ready", async () => {
      expect((await controller!.get("/healthz"))[0]).toBe(200);
      expect((await controller!.get("/readyz"))[0]).toBe(503);
    });
  });

  describe("beside a Kong Gateway Enterprise", () => {
    beforeAll(async () => {
      gateway = await startPreview({ version: "3.9.1.0-enterprise-edition" });
      await (await begin(gateway.adminUrl)).ready(60_000);
    });
    afterAll(end);

    test("a KongConsumerGroup is let through", async () => {
      gateway!.faults.add({ kind: "status", status: 200, path: "/consumer_groups*", times: 1 });
      await judge({ object: group() });
    });

    test("a KongConsumerGroup is refused when the licence does not cover it", async () => {
      gateway!.faults.add({ kind: "status", status: 403, path: "/consumer_groups*", times: 1 });
      await judge({ object: group(), refused: /need a valid licence/ });
    });
  });
});
