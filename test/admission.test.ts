import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Preview, startPreview } from "../src/preview/gateway.ts";
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
const OURS = "{kubernetes.io/ingress.class: kong}";
const CANARY = "canary-canary-canary";

const STORED = `
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: kong}
spec: {controller: ingress-controllers.konghq.com/kong}
---
${credential("taken", "key-auth", `{key: ${CANARY}}`)}
---
${consumer("ann", "username: ann\ncredentials: [taken]")}
---
${plugin("limit", "rate-limiting", "configFrom: {secretKeyRef: {name: settings, key: config}}")}
---
${secret("settings", "minute: 5")}
---
${vault("first", "mine")}`;

const GATEWAYS = `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: kong}
spec: {controllerName: konghq.com/kic-gateway-controller}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec: {gatewayClassName: kong, listeners: [{name: http, port: 80, protocol: HTTP}]}`;

function ingress(path: string, more = "", className = "kong"): string {
  return `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop${more}}
spec:
  ingressClassName: ${className}
  rules: [{http: {paths: [{path: "${path}", pathType: ImplementationSpecific, backend: {service: {name: a, port: {number: 80}}}}]}}]`;
}

function route(match: string, version = "v1"): string {
  return `
apiVersion: gateway.networking.k8s.io/${version}
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec: {parentRefs: [{name: edge}], rules: [{matches: [{${match}}], backendRefs: [{name: a, port: 80}]}]}`;
}

function consumer(name: string, more: string, annotations = OURS): string {
  return `
apiVersion: configuration.konghq.com/v1
kind: KongConsumer
metadata: {name: ${name}, namespace: shop, annotations: ${annotations}}
${more}`;
}

function credential(name: string, type: string, data: string): string {
  return `
apiVersion: v1
kind: Secret
metadata: {name: ${name}, namespace: shop, labels: {konghq.com/credential: ${type}}}
stringData: ${data}`;
}

function secret(name: string, config: string): string {
  return `
apiVersion: v1
kind: Secret
metadata: {name: ${name}, namespace: shop, labels: {konghq.com/validate: plugin}}
stringData: {config: "${config}"}`;
}

function plugin(name: string, type: string, more: string): string {
  return `
apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata: {name: ${name}, namespace: shop}
plugin: ${type}
${more}`;
}

function clusterPlugin(config: string, annotations = OURS): string {
  return `
apiVersion: configuration.konghq.com/v1
kind: KongClusterPlugin
metadata: {name: everywhere, annotations: ${annotations}}
plugin: rate-limiting
config: ${config}`;
}

function vault(name: string, prefix: string, config = "{prefix: A_}"): string {
  return `
apiVersion: configuration.konghq.com/v1alpha1
kind: KongVault
metadata: {name: ${name}, annotations: ${OURS}}
spec: {backend: env, prefix: ${prefix}, config: ${config}}`;
}

function entity(type: string, fields: string): string {
  return `
apiVersion: configuration.konghq.com/v1alpha1
kind: KongCustomEntity
metadata: {name: e, namespace: shop}
spec: {type: ${type}, controllerName: kong, fields: ${fields}}`;
}

const SERVICE = (annotations: string) => `
apiVersion: v1
kind: Service
metadata: {name: a, namespace: shop, annotations: ${annotations}}
spec: {ports: [{port: 80}]}`;

interface Case {
  readonly what: string;
  readonly object: string;
  /** What is said of it; absent: it is let through. */
  readonly refused?: RegExp;
  /** Some warning says this. */
  readonly warned?: RegExp;
}

/** The same with and without a gateway. */
const CASES: readonly Case[] = [
  { what: "an Ingress", object: ingress("/") },
  { what: "an Ingress with a bad path", object: ingress("/~/(a"), refused: /^Ingress shop\/web .*Kong would refuse/ },
  {
    what: "an Ingress with a bad protocol",
    object: ingress("/", ", annotations: {konghq.com/protocols: gopher}"),
    refused: /"gopher" is no protocol/,
  },
  { what: "an Ingress of another class", object: ingress("/~/(a", "", "other") },
  { what: "a Service", object: SERVICE("{konghq.com/protocol: gopher}") },
  {
    what: "a Service that names a KongIngress",
    object: SERVICE("{konghq.com/override: old}"),
    warned: /konghq\.com\/upstream-policy/,
  },
  {
    what: "a KongIngress",
    object: `
apiVersion: configuration.konghq.com/v1
kind: KongIngress
metadata: {name: old, namespace: shop}
upstream: {hash_on: header, hash_on_header: x}`,
    warned: /KongUpstreamPolicy/,
  },
  { what: "a KongPlugin", object: plugin("p", "rate-limiting", "config: {minute: 5}") },
  {
    what: "a KongPlugin that Kong would not take",
    object: plugin("p", "rate-limiting", "config: {minute: five}"),
    refused: /config\.minute: expected a number/,
  },
  {
    what: "a KongPlugin whose Secret is missing",
    object: plugin("p", "rate-limiting", "configFrom: {secretKeyRef: {name: nowhere, key: config}}"),
    refused: /shop\/nowhere does not exist/,
  },
  { what: "a KongClusterPlugin", object: clusterPlugin("{minute: 5}") },
  {
    what: "a KongClusterPlugin that Kong would not take",
    object: clusterPlugin("{hour: five}"),
    refused: /config\.hour/,
  },
  {
    what: "a KongClusterPlugin of another class",
    object: clusterPlugin("{hour: five}", "{kubernetes.io/ingress.class: other}"),
  },
  { what: "a KongConsumer", object: consumer("bob", "username: bob") },
  {
    what: "a KongConsumer whose name is taken",
    object: consumer("bob", "username: ann"),
    refused: /username: KongConsumer shop\/ann has the same one/,
  },
  {
    what: "a KongConsumer whose credential is somebody else's",
    object: consumer("bob", "username: bob\ncredentials: [taken]"),
    refused: /KongConsumer shop\/ann has this Secret/,
  },
  {
    what: "a KongConsumer of another class",
    object: consumer("bob", "username: ann", "{kubernetes.io/ingress.class: other}"),
  },
  { what: "a KongVault", object: vault("second", "other") },
  {
    what: "a KongVault whose prefix is taken",
    object: vault("second", "mine"),
    refused: /already that of KongVault first/,
  },
  {
    what: "a KongVault that Kong would not take",
    object: vault("second", "other", "{prefix: 1}"),
    refused: /config\.prefix/,
  },
  { what: "a KongCustomEntity", object: entity("keyauth_credentials", "{key: k}") },
  {
    what: "a KongCustomEntity that Kong would not take",
    object: entity("keyauth_credentials", "{key: 1}"),
    refused: /key: expected a string/,
  },
  { what: "the Secret of a credential", object: credential("taken", "key-auth", "{key: another}") },
  {
    what: "the Secret of a credential that would be none",
    object: credential("taken", "key-auth", '{key: ""}'),
    refused: /credential of KongConsumer shop\/ann: key of a credential/,
  },
  { what: "the Secret of a credential that nobody uses", object: credential("free", "nothing", "{}") },
  { what: "the Secret of a plugin", object: secret("settings", "minute: 6") },
  {
    what: "the Secret of a plugin that it would break",
    object: secret("settings", `{policy: ${CANARY}}`),
    refused: /with it KongPlugin shop\/limit could not be used: .*config\.policy/,
  },
  { what: "the Secret of no plugin", object: secret("unused", `{policy: ${CANARY}}`) },
];

const GATEWAY_API_CASES: readonly Case[] = [
  { what: "an HTTPRoute", object: route("path: {value: /}") },
  {
    what: "an HTTPRoute that asks for more than the router can do",
    object: route("queryParams: [{name: a, value: b}]"),
    refused: /queryParams/,
  },
  {
    what: "such an HTTPRoute of the older version",
    object: route("queryParams: [{name: a, value: b}]", "v1beta1"),
    refused: /queryParams/,
  },
  { what: "a Gateway", object: GATEWAYS.split("---")[1]!.replace("name: edge", "name: more") },
];

describe.skipIf(!apiServerAvailable())("admission by a real API server", () => {
  const folder = mkdtempSync(join(tmpdir(), "silverback-admission-"));
  const [certFile, keyFile] = [join(folder, "tls.crt"), join(folder, "tls.key")];
  let cluster: Cluster;
  let gateway: Preview;
  let controller: ControllerProcess;

  function certify(name: string): void {
    const made = issueCertificate(folder, name, cluster.authority, { commonName: name, addresses: ["127.0.0.1"] });
    copyFileSync(made.certPath, certFile);
    copyFileSync(made.keyPath, keyFile);
  }

  beforeAll(async () => {
    cluster = await startCluster();
    await cluster.applyCrds([...crdsIn(crds), ...(withGatewayApi ? gatewayApiCrds() : [])]);
    // Secrets first: a consumer whose credential is not there would be refused.
    const stored = toObjects(withGatewayApi ? `${STORED}\n---\n${GATEWAYS}` : STORED);
    await cluster.apply([...stored].sort((a, b) => Number(b.kind === "Secret") - Number(a.kind === "Secret")));
    certify("one");
    gateway = await startPreview();
    controller = new ControllerProcess([
      `--kubeconfig=${cluster.controllerKubeconfig()}`,
      `--kong-admin-url=${gateway.adminUrl}`,
      "--kong-client-max-delay=1s",
      "--gateway-discovery-readiness-check-interval=3s",
      "--gateway-discovery-readiness-check-timeout=2s",
      "--publish-status-address=127.0.0.1",
      "--admission-webhook-listen=127.0.0.1:0",
      `--admission-webhook-cert-file=${certFile}`,
      `--admission-webhook-key-file=${keyFile}`,
    ]);
    await controller.ready(60_000);
    await cluster.apply(webhookAt(`https://127.0.0.1:${await controller.port("admission")}/review`, cluster.ca));
    // An API server takes a moment to heed a new configuration.
    await eventually(async () => (await write(ingress("/~/(a"))).status === 400);
  }, CLUSTER_TIMEOUT);
  afterAll(async () => {
    await controller?.remove();
    await gateway?.close();
    await cluster?.stop();
    rmSync(folder, { recursive: true });
  });

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

  async function judge({ object, refused, warned }: Case): Promise<void> {
    const { status, body, warnings } = await write(object);
    const message = String(body["message"] ?? "");
    expect(message).not.toContain(CANARY);
    if (refused === undefined) expect([status, message]).toEqual([expect.toBeOneOf([200, 201]), ""]);
    else {
      expect(status).toBe(400);
      expect(message).toMatch(
        /^admission webhook "[a-z.]+\.validation\.ingress-controller\.konghq\.com" denied the request: /,
      );
      expect(message.replace(/^.* denied the request: /, "")).toMatch(refused);
    }
    expect(warnings.join("\n")).toMatch(warned ?? /^$/);
  }

  describe("beside a gateway", () => {
    test.each(CASES)("$what", judge);
    test.skipIf(!withGatewayApi).each(GATEWAY_API_CASES)("$what", judge);

    test("a KongConsumerGroup, which the open-source gateway has not got", async () => {
      const group = `
apiVersion: configuration.konghq.com/v1beta1
kind: KongConsumerGroup
metadata: {name: gold, namespace: shop, annotations: ${OURS}}`;
      await judge({ what: "", object: group, refused: /Kong Gateway Enterprise/ });
    });

    test("a KongPlugin that no gateway has", async () => {
      await judge({
        what: "",
        object: plugin("p", "nothing-of-ours", ""),
        refused: /plugin 'nothing-of-ours' not enabled/,
      });
    });

    test("what is let through is configured", async () => {
      await cluster.apply(consumer("eve", "username: eve"));
      await eventually(() => String(gateway.recording.body(gateway.hash())).includes('"eve"'));
      await cluster.delete({
        apiVersion: "configuration.konghq.com/v1",
        kind: "KongConsumer",
        metadata: { name: "eve", namespace: "shop" },
      });
    });

    test("a Secret that was made a moment ago counts", async () => {
      await cluster.apply(credential("fresh", "basic-auth", "{username: u, password: p}"));
      await cluster.apply(consumer("fred", "username: fred\ncredentials: [fresh]"));
    });

    test("a certificate that is renewed is taken", async () => {
      certify("two");
      await eventually(() => controller.lines("shows a new certificate").length === 1, 15_000);
      await judge({ what: "", object: ingress("/~/(a"), refused: /Kong would refuse/ });
    });
  });

  describe("with every gateway gone", () => {
    beforeAll(async () => {
      await gateway.close();
      await eventually(async () => (await controller.get("/readyz"))[0] === 503);
    });

    test.each(CASES)("$what", judge);
    test.skipIf(!withGatewayApi).each(GATEWAY_API_CASES)("$what", judge);

    test("a KongConsumerGroup is let through: nobody can say that it could not be used", async () => {
      const group = `
apiVersion: configuration.konghq.com/v1beta1
kind: KongConsumerGroup
metadata: {name: gold, namespace: shop, annotations: ${OURS}}`;
      await judge({ what: "", object: group });
    });

    test("a KongPlugin that the gateway had not got is refused after the schemas it showed", async () => {
      await judge({
        what: "",
        object: plugin("p", "nothing-of-ours", ""),
        refused: /plugin 'nothing-of-ours' not enabled/,
      });
    });

    test("a KongCustomEntity of a type that nobody knows is let through with a warning", async () => {
      await judge({ what: "", object: entity("degraphql_routes", "{uri: /}"), warned: /unchecked/ });
    });

    test("the process never ended, and no Secret is in its log", () => {
      expect(controller.running).toBe(true);
      expect(controller.log).not.toContain(CANARY);
    });
  });
});
