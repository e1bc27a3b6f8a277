import { afterEach, beforeEach, expect, test } from "vitest";
import { PROFILE } from "../translate/testing/compile.ts";
import { conditionTexts, StatusRig } from "./status-rig.ts";
import { supportedFeatures } from "./supported-features.ts";

let rig: StatusRig;

beforeEach(() => {
  rig = new StatusRig();
  rig.writer.setLeading(true);
});
afterEach(() => rig.end());

/** Compiled, pushed, written. */
async function pushed(...yaml: readonly string[]): Promise<void> {
  await rig.apply(...yaml);
  rig.acknowledge();
  await rig.pass(30_000);
}

const SERVICE = (name: string, policy = "") => `
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: shop, annotations: {${policy === "" ? "" : `konghq.com/upstream-policy: ${policy}`}}}
spec: {clusterIP: 10.0.0.2, ports: [{port: 80}]}
`;
const INGRESS = (backend: string) => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i, namespace: shop}
spec:
  ingressClassName: kong
  rules: [{http: {paths: [{path: /, pathType: Prefix, backend: ${backend}}]}}]
`;
const TO_SERVICE = (name: string) => INGRESS(`{service: {name: ${name}, port: {number: 80}}}`);
const POLICY =
  "{apiVersion: configuration.konghq.com/v1beta1, kind: KongUpstreamPolicy, metadata: {name: p, namespace: shop}, spec: {slots: 100}}";
const CLASS = `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: kong, annotations: {konghq.com/gatewayclass-unmanaged: "true"}}
spec: {controllerName: konghq.com/kic-gateway-controller}
`;
const GATEWAY = (
  metadata = "",
  listeners = "[{name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}]",
) => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: infra${metadata}}
spec: {gatewayClassName: kong, allowedListeners: {namespaces: {from: Same}}, listeners: ${listeners}}
`;

type Entry = Readonly<Record<string, unknown>>;
const ancestors = (key: string) =>
  ((rig.status(key)["ancestors"] ?? []) as readonly Entry[]).map(
    ({ ancestorRef, conditions }) =>
      `${String((ancestorRef as Entry)["name"])}: ${conditionTexts(conditions).join(" ")}`,
  );

test("a facade that nobody uses says so; one that is used is programmed after the push", async () => {
  const facade =
    "{apiVersion: incubator.ingress-controller.konghq.com/v1alpha1, kind: KongServiceFacade, metadata: {name: f, namespace: shop, annotations: {kubernetes.io/ingress.class: kong}}, spec: {backendRef: {name: a, port: 80}}}";
  await pushed(facade, SERVICE("a"));
  expect(rig.conditions("KongServiceFacade/shop/f")).toEqual(["Programmed=False/Pending@1"]);
  await pushed(
    INGRESS("{resource: {apiGroup: incubator.ingress-controller.konghq.com, kind: KongServiceFacade, name: f}}"),
  );
  expect(rig.conditions("KongServiceFacade/shop/f")).toEqual(["Programmed=True/Programmed@1"]);
});

test("a policy has an entry for each Service that names it and that is used", async () => {
  await pushed(POLICY, SERVICE("a", "p"), SERVICE("b", "p"), TO_SERVICE("a"));
  expect(ancestors("KongUpstreamPolicy/shop/p")).toEqual(["a: Accepted=True/Accepted Programmed=True/Programmed"]);
  expect(rig.status("KongUpstreamPolicy/shop/p")["ancestors"]).toMatchObject([
    {
      ancestorRef: { group: "core", kind: "Service", namespace: "shop", name: "a" },
      controllerName: "konghq.com/kic-gateway-controller",
    },
  ]);
  await pushed(TO_SERVICE("b"));
  expect(ancestors("KongUpstreamPolicy/shop/p")).toEqual(["b: Accepted=True/Accepted Programmed=True/Programmed"]);
});

test("a facade and a policy fall with what uses them", async () => {
  const facade =
    "{apiVersion: incubator.ingress-controller.konghq.com/v1alpha1, kind: KongServiceFacade, metadata: {name: f, namespace: shop, annotations: {kubernetes.io/ingress.class: kong, konghq.com/upstream-policy: p}}, spec: {backendRef: {name: a, port: 80}}}";
  const backend = "{resource: {apiGroup: incubator.ingress-controller.konghq.com, kind: KongServiceFacade, name: f}}";
  await pushed(facade, POLICY, SERVICE("a"), INGRESS(backend));
  expect(ancestors("KongUpstreamPolicy/shop/p")).toEqual(["f: Accepted=True/Accepted Programmed=True/Programmed"]);
  rig.stand({ leftOut: new Set(["Ingress/shop/i"]) });
  await rig.pass(30_000);
  expect(rig.conditions("KongServiceFacade/shop/f")).toEqual(["Programmed=False/Invalid@1"]);
  expect(ancestors("KongUpstreamPolicy/shop/p")).toEqual(["f: Accepted=True/Accepted Programmed=False/Pending"]);
  rig.stand({ leftOut: new Set() });
  await rig.pass(30_000);
  expect(rig.conditions("KongServiceFacade/shop/f")).toEqual(["Programmed=True/Programmed@1"]);
  expect(ancestors("KongUpstreamPolicy/shop/p")).toEqual(["f: Accepted=True/Accepted Programmed=True/Programmed"]);
});

test("what falls with something else that a gateway refused names it", async () => {
  const plugin =
    "{apiVersion: configuration.konghq.com/v1, kind: KongPlugin, metadata: {name: limit, namespace: shop}, plugin: rate-limiting, config: {minute: 5}}";
  const consumer =
    "{apiVersion: configuration.konghq.com/v1, kind: KongConsumer, metadata: {name: c, namespace: shop, annotations: {kubernetes.io/ingress.class: kong, konghq.com/plugins: limit}}, username: c}";
  await pushed(plugin, consumer);
  rig.compiler.exclude(new Set(["KongPlugin/shop/limit"]));
  await rig.compile();
  rig.stand({ leftOut: new Set(rig.compiler.leftOut) });
  await rig.pass(30_000);
  expect(rig.conditions("KongConsumer/shop/c")).toEqual(["Programmed=False/Invalid@1"]);
  const [condition] = rig.status("KongConsumer/shop/c")["conditions"] as readonly Entry[];
  expect(condition!["message"]).toContain("a gateway refused KongPlugin shop/limit, which it uses");
});

test("what is left out because its Service has a plugin that Kong would refuse is not told to be programmed", async () => {
  const plugin = (names: string) =>
    `{apiVersion: configuration.konghq.com/v1, kind: KongPlugin, metadata: {name: guard, namespace: shop}, plugin: key-auth, config: {key_names: ${names}}}`;
  const service = SERVICE("a", "p").replace("annotations: {", "annotations: {konghq.com/plugins: guard, ");
  const addresses = () => (rig.status("Ingress/shop/i")["loadBalancer"] as Entry | undefined)?.["ingress"];
  await rig.end();
  rig = new StatusRig({}, { addresses: { fixed: ["192.0.2.1"], service: undefined } });
  rig.writer.setLeading(true);
  await pushed(plugin("apikey"), POLICY, service, TO_SERVICE("a"));
  expect(addresses()).toBeUndefined();
  expect(ancestors("KongUpstreamPolicy/shop/p")).toEqual(["a: Accepted=True/Accepted Programmed=False/Pending"]);
  await pushed(plugin("[apikey]"));
  expect(addresses()).toEqual([{ ip: "192.0.2.1" }]);
  expect(ancestors("KongUpstreamPolicy/shop/p")).toEqual(["a: Accepted=True/Accepted Programmed=True/Programmed"]);
});

test("Services that share a Kong service and differ in their policy are in conflict", async () => {
  const route = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: r, namespace: shop}
spec:
  parentRefs: [{name: edge, namespace: infra}]
  rules: [{backendRefs: [{name: a, port: 80}, {name: b, port: 80}]}]
`;
  await pushed(CLASS, GATEWAY(), POLICY, SERVICE("a", "p"), SERVICE("b"), route);
  expect(ancestors("KongUpstreamPolicy/shop/p")).toEqual(["a: Accepted=False/Conflicted Programmed=False/Pending"]);
  await pushed(SERVICE("b", "p"));
  expect(ancestors("KongUpstreamPolicy/shop/p")).toEqual([
    "a: Accepted=True/Accepted Programmed=True/Programmed",
    "b: Accepted=True/Accepted Programmed=True/Programmed",
  ]);
});

test("at most sixteen entries, those of others among them", async () => {
  const names = Array.from({ length: 20 }, (_, at) => `s${at + 10}`);
  const paths = names.map(
    (name) => `{path: /${name}, pathType: Prefix, backend: {service: {name: ${name}, port: {number: 80}}}}`,
  );
  const ingress = TO_SERVICE("a").replace(/paths: \[.*\]/, `paths: [${paths.join(", ")}]}}]`);
  await rig.apply(POLICY);
  const theirs = { ancestorRef: { name: "x" }, controllerName: "example.com/other", conditions: [] };
  const path = "/apis/configuration.konghq.com/v1beta1/namespaces/shop/kongupstreampolicies/p";
  rig.server.put(path, { ...rig.object("KongUpstreamPolicy/shop/p"), status: { ancestors: [theirs] } });
  await pushed(...names.map((name) => SERVICE(name, "p")), ingress);
  const found = rig.status("KongUpstreamPolicy/shop/p")["ancestors"] as readonly unknown[];
  expect(found).toHaveLength(16);
  expect(found[0]).toEqual(theirs);
});

test("the licence that counts says so, also without a gateway; one that is replaced says that, others nothing", async () => {
  const license = (name: string, time: string) =>
    `{apiVersion: configuration.konghq.com/v1alpha1, kind: KongLicense, metadata: {name: ${name}, creationTimestamp: "${time}"}, rawLicenseString: x}`;
  const controllers = (name: string) =>
    ((rig.status(`KongLicense//${name}`)["controllers"] ?? []) as readonly Entry[]).map(
      ({ controllerName, conditions }) => `${String(controllerName)}: ${conditionTexts(conditions).join(" ")}`,
    );
  await rig.apply(license("a", "2026-01-01T00:00:00Z"), license("b", "2026-01-02T00:00:00Z"));
  await rig.pass(10_000);
  const own = "konghq.com/kong-ingress-controller/lease";
  expect([controllers("a"), controllers("b")]).toEqual([[], [`${own}: Programmed=True/PickedAsLatest`]]);
  await rig.apply(license("c", "2026-01-03T00:00:00Z"));
  await rig.pass(10_000);
  expect([controllers("a"), controllers("b"), controllers("c")]).toEqual([
    [],
    [`${own}: Programmed=False/ReplacedByNewer`],
    [`${own}: Programmed=True/PickedAsLatest`],
  ]);
});

test("UDPIngresses have addresses of their own", async () => {
  await pushed(
    SERVICE("a"),
    "{apiVersion: configuration.konghq.com/v1beta1, kind: UDPIngress, metadata: {name: u, namespace: shop, annotations: {kubernetes.io/ingress.class: kong}}, spec: {rules: [{port: 53, backend: {serviceName: a, servicePort: 80}}]}}",
  );
  expect(rig.status("UDPIngress/shop/u")).toEqual({ loadBalancer: { ingress: [{ ip: "192.0.2.53" }] } });
});

test("a Service without a load balancer gives its cluster addresses; one that has none yet gives nothing", async () => {
  const proxy = (spec: string) =>
    `{apiVersion: v1, kind: Service, metadata: {name: proxy, namespace: kong}, spec: ${spec}}`;
  await pushed(proxy("{type: LoadBalancer, clusterIP: 10.0.0.9, ports: [{port: 80}]}"), SERVICE("a"), TO_SERVICE("a"));
  expect(rig.status("Ingress/shop/i")).toEqual({});
  await pushed(proxy("{type: ClusterIP, clusterIP: 10.0.0.9, clusterIPs: [10.0.0.9, 'fd00::9'], ports: [{port: 80}]}"));
  expect(rig.status("Ingress/shop/i")).toEqual({ loadBalancer: { ingress: [{ ip: "10.0.0.9" }, { ip: "fd00::9" }] } });
});

test("a refused Gateway says why, and its routes say that it does not take them", async () => {
  await rig.end();
  rig = new StatusRig({ publishServices: ["kong/proxy"] });
  rig.writer.setLeading(true);
  await pushed(CLASS, GATEWAY(", annotations: {konghq.com/publish-service: kong/other}"));
  expect(rig.conditions("Gateway/infra/edge")).toEqual([
    "Accepted=False/InvalidParameters@1",
    "Programmed=False/Invalid@1",
  ]);
});

test("a Gateway is told the Services in front of it, once", async () => {
  await rig.end();
  rig = new StatusRig({ publishServices: ["kong/proxy", "kong/udp"] });
  rig.writer.setLeading(true);
  await pushed(CLASS, GATEWAY());
  expect(rig.object("Gateway/infra/edge").metadata.annotations).toEqual({
    "konghq.com/publish-service": "kong/proxy,kong/udp",
  });
  rig.writes();
  await rig.compile();
  rig.acknowledge();
  await rig.pass(60_000);
  const writes = rig.writes();
  expect(writes.filter((write) => !write.endsWith("/status"))).toEqual([]);
});

test("the status of a Gateway that another operator manages is left to it", async () => {
  await pushed(CLASS.replace(/, annotations: .*}/, "}"), GATEWAY());
  expect(rig.conditions("GatewayClass//kong")).toEqual(["Accepted=True/Accepted@1"]);
  expect(rig.status("Gateway/infra/edge")).toEqual({});
});

test("listeners: what is wrong is said at once, what works after the push; ListenerSets have their own", async () => {
  await rig.apply(
    CLASS,
    GATEWAY("", "[{name: http, port: 80, protocol: HTTP}, {name: odd, port: 81, protocol: QUIC}]"),
    "{apiVersion: gateway.networking.k8s.io/v1, kind: ListenerSet, metadata: {name: s, namespace: infra}, spec: {parentRef: {name: edge}, listeners: [{name: more, port: 82, protocol: HTTP}]}}",
    "{apiVersion: gateway.networking.k8s.io/v1, kind: ListenerSet, metadata: {name: s, namespace: shop}, spec: {parentRef: {name: edge, namespace: infra}, listeners: [{name: more, port: 83, protocol: HTTP}]}}",
  );
  await rig.pass(10_000);
  const listeners = (key: string) =>
    ((rig.status(key)["listeners"] ?? []) as readonly Entry[]).map(
      ({ name, conditions }) => `${String(name)}: ${conditionTexts(conditions).join(" ")}`,
    );
  const rest = "Conflicted=False/NoConflicts@1";
  expect(listeners("Gateway/infra/edge")).toEqual([
    `http: Accepted=True/Accepted@1 ${rest} Programmed=Unknown/Pending@1 ResolvedRefs=True/ResolvedRefs@1`,
    `odd: Accepted=False/UnsupportedProtocol@1 ${rest} Programmed=False/Invalid@1 ResolvedRefs=True/ResolvedRefs@1`,
  ]);
  rig.acknowledge();
  await rig.pass(10_000);
  expect(listeners("Gateway/infra/edge")[0]).toContain("Programmed=True/Programmed@1");
  expect(listeners("ListenerSet/infra/s")[0]).toContain("Programmed=True/Programmed@1");
  expect(rig.conditions("ListenerSet/infra/s")).toEqual(["Accepted=True/Accepted@1", "Programmed=True/Programmed@1"]);
  expect(rig.conditions("ListenerSet/shop/s")).toEqual(["Accepted=False/NotAllowed@1", "Programmed=False/Invalid@1"]);
  expect(rig.status("Gateway/infra/edge")["attachedListenerSets"]).toBe(1);
});

test("a policy for TLS has an entry for each Gateway whose routes it counts for", async () => {
  await pushed(
    CLASS,
    GATEWAY(),
    SERVICE("a"),
    "{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: r, namespace: shop}, spec: {parentRefs: [{name: edge, namespace: infra}], rules: [{backendRefs: [{name: a, port: 80}]}]}}",
    "{apiVersion: gateway.networking.k8s.io/v1, kind: BackendTLSPolicy, metadata: {name: t, namespace: shop}, spec: {targetRefs: [{group: '', kind: Service, name: a}], validation: {hostname: a.example.com, wellKnownCACertificates: System}}}",
  );
  expect(ancestors("BackendTLSPolicy/shop/t")).toEqual(["edge: Accepted=False/Invalid@1"]);
});

test("with one Gateway to look after, entries about other Gateways are left to their controllers", async () => {
  await rig.end();
  rig = new StatusRig({ gatewayToReconcile: "infra/edge" });
  rig.writer.setLeading(true);
  await rig.apply(
    CLASS,
    GATEWAY(),
    SERVICE("a"),
    "{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: r, namespace: shop}, spec: {parentRefs: [{name: edge, namespace: infra}, {name: other, namespace: infra}], rules: [{backendRefs: [{name: a, port: 80}]}]}}",
  );
  const theirs = {
    parentRef: { group: "gateway.networking.k8s.io", kind: "Gateway", namespace: "infra", name: "other" },
    controllerName: "konghq.com/kic-gateway-controller",
    conditions: [],
  };
  const path = "/apis/gateway.networking.k8s.io/v1/namespaces/shop/httproutes/r";
  rig.server.put(path, { ...rig.object("HTTPRoute/shop/r"), status: { parents: [theirs] } });
  rig.acknowledge();
  await rig.pass(10_000);
  expect(rig.status("HTTPRoute/shop/r")["parents"]).toMatchObject([theirs, { parentRef: { name: "edge" } }]);
});

test("the features of a class are sorted, and depend on the router", () => {
  const features = supportedFeatures(PROFILE, false);
  expect(features).toEqual([...features].sort());
  expect(features).not.toContain("HTTPRouteQueryParamMatching");
  expect(supportedFeatures({ ...PROFILE, flavor: "expressions" }, true)).toEqual(
    expect.arrayContaining(["HTTPRouteQueryParamMatching", "TCPRoute"]),
  );
});
