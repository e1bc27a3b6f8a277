import { expect, test } from "vitest";
import { ManualClock } from "../../base/manual-clock.ts";
import type { ObjectKey } from "../../resources/kind.ts";
import { ObjectStore } from "../../store/object-store.ts";
import { Compiler } from "../compiler.ts";
import { indexes } from "../indexes.ts";
import type { Settings } from "../input.ts";
import { objectsOf, PROFILE, SETTINGS } from "../testing/compile.ts";
import { reporters } from "./reporters.ts";

class Rig {
  readonly store = new ObjectStore(indexes);
  readonly compiler: Compiler;

  constructor(settings: Partial<Settings> = {}) {
    const input = { settings: { ...SETTINGS, assumeExisting: false, ...settings }, profile: PROFILE };
    this.compiler = new Compiler(this.store, input, new ManualClock(), reporters);
  }

  async set(yaml: string): Promise<ReadonlySet<ObjectKey>> {
    for (const object of objectsOf(yaml)) this.store.set(object);
    await this.compiler.run();
    return this.compiler.takeChangedReports();
  }

  report(key: ObjectKey) {
    return this.compiler.reports.get(key);
  }
}

const GATEWAY = `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: kong, annotations: {konghq.com/gatewayclass-unmanaged: "true"}}
spec: {controllerName: konghq.com/kic-gateway-controller}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: infra}
spec:
  gatewayClassName: kong
  listeners:
  - {name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}
  - {name: alt, port: 8081, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}
  - {name: udp, port: 53, protocol: UDP}
`;

const ROUTE = (port = "") => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: r, namespace: shop}
spec:
  parentRefs: [{name: edge, namespace: infra${port}}]
  rules: [{backendRefs: [{name: a, port: 80}]}]
`;

const SERVICE = (name: string, namespace: string, ports: string, annotations = "{}") => `
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}, annotations: ${annotations}, creationTimestamp: "2026-01-01T00:00:00Z"}
spec: {ports: ${ports}}
`;

function listeners(rig: Rig) {
  const report = rig.report("Gateway/infra/edge");
  if (report?.type !== "gateway") throw new Error("no report on the Gateway");
  return Object.fromEntries(
    report.listeners.map(({ name, conditions }) => [
      name,
      conditions.map(({ type, status, reason }) => `${type}=${status}/${reason}`).join(" "),
    ]),
  );
}

const FINE =
  "Accepted=True/Accepted Conflicted=False/NoConflicts Programmed=True/Programmed ResolvedRefs=True/ResolvedRefs";

test("what is not of our class is not reported on, and is when the class becomes ours", async () => {
  const rig = new Rig();
  const ingress = (name: string) =>
    `{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i, namespace: shop}, spec: {ingressClassName: ${name}}}`;
  expect(await rig.set(ingress("nginx"))).toEqual(new Set());
  expect(await rig.set(ingress("kong"))).toEqual(new Set(["Ingress/shop/i"]));
  expect(rig.report("Ingress/shop/i")).toEqual({ type: "addresses", udp: false });
  expect(await rig.set(ingress("nginx"))).toEqual(new Set(["Ingress/shop/i"]));
  expect(rig.report("Ingress/shop/i")).toBeUndefined();
});

test("an object without a class is reported on while its class is the default one", async () => {
  const rig = new Rig();
  await rig.set("{apiVersion: configuration.konghq.com/v1, kind: KongConsumer, metadata: {name: c, namespace: shop}}");
  expect(rig.report("KongConsumer/shop/c")).toBeUndefined();
  await rig.set(
    '{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: kong, annotations: {ingressclass.kubernetes.io/is-default-class: "true"}}, spec: {controller: x}}',
  );
  expect(rig.report("KongConsumer/shop/c")).toEqual({ type: "programmed" });
});

test("a status that somebody writes changes no report", async () => {
  const rig = new Rig();
  const vault = (status: string) =>
    `{apiVersion: configuration.konghq.com/v1alpha1, kind: KongVault, metadata: {name: v, annotations: {kubernetes.io/ingress.class: kong}}, spec: {backend: env, prefix: p}, status: ${status}}`;
  await rig.set(vault("{}"));
  const { revision } = rig.store;
  expect(await rig.set(vault("{conditions: []}"))).toEqual(new Set());
  expect(rig.store.revision).toBe(revision);
  expect(rig.store.changedAt("KongVault//v")).toBe(revision);
});

test("the newest licence that is switched on is told apart; of equals the first by name", async () => {
  const rig = new Rig();
  const license = (name: string, time: string, enabled = true) =>
    `{apiVersion: configuration.konghq.com/v1alpha1, kind: KongLicense, metadata: {name: ${name}, creationTimestamp: "${time}"}, rawLicenseString: x, enabled: ${enabled}}`;
  await rig.set(license("b", "2026-01-02T00:00:00Z"));
  await rig.set(license("a", "2026-01-02T00:00:00Z"));
  await rig.set(license("c", "2026-01-01T00:00:00Z"));
  await rig.set(license("d", "2026-01-09T00:00:00Z", false));
  expect(["a", "b", "c", "d"].map((name) => rig.report(`KongLicense//${name}`))).toEqual([
    { type: "license", newest: true },
    { type: "license", newest: false },
    { type: "license", newest: false },
    undefined,
  ]);
});

test("a policy tells who names it, the oldest first", async () => {
  const rig = new Rig();
  await rig.set(SERVICE("b", "shop", "[{port: 80}]", "{konghq.com/upstream-policy: p}"));
  await rig.set(SERVICE("a", "shop", "[{port: 80}]", "{konghq.com/upstream-policy: p}"));
  await rig.set(SERVICE("c", "other", "[{port: 80}]", "{konghq.com/upstream-policy: p}"));
  await rig.set(
    "{apiVersion: configuration.konghq.com/v1beta1, kind: KongUpstreamPolicy, metadata: {name: p, namespace: shop}}",
  );
  expect(rig.report("KongUpstreamPolicy/shop/p")).toEqual({
    type: "upstream-policy",
    referrers: ["a", "b"].map((name) => ({ kind: "Service", namespace: "shop", name })),
  });
});

test("a route tells its parents of ours, with the listeners that take it, and whether its backends are there", async () => {
  const rig = new Rig();
  await rig.set(GATEWAY);
  await rig.set(ROUTE());
  expect(rig.report("HTTPRoute/shop/r")).toMatchObject({
    type: "route",
    parents: [{ accepted: true, listeners: ["Gateway/infra/edge#http", "Gateway/infra/edge#alt"] }],
    resolvedRefs: { reason: "BackendNotFound" },
  });
  await rig.set(SERVICE("a", "shop", "[{port: 80}]"));
  await rig.set(ROUTE(", port: 8081"));
  expect(rig.report("HTTPRoute/shop/r")).toMatchObject({
    parents: [{ ref: { port: 8081 }, listeners: ["Gateway/infra/edge#alt"] }],
    resolvedRefs: { reason: "ResolvedRefs" },
  });
});

test("listeners on ports that the Service in front does not have say so, and take no routes", async () => {
  const rig = new Rig({ publishServices: ["kong/proxy"] });
  await rig.set(GATEWAY);
  await rig.set(ROUTE(", port: 8081"));
  // A Service that is not there says nothing about ports.
  expect(listeners(rig)["alt"]).toBe(FINE);
  await rig.set(SERVICE("proxy", "kong", "[{name: http, port: 80}]"));
  expect(listeners(rig)).toEqual({
    http: FINE,
    alt: "Accepted=False/PortUnavailable Conflicted=False/NoConflicts Programmed=False/Invalid ResolvedRefs=True/ResolvedRefs",
    udp: "Accepted=False/UnsupportedProtocol Conflicted=False/NoConflicts Programmed=False/Invalid ResolvedRefs=True/ResolvedRefs",
  });
  expect(rig.report("HTTPRoute/shop/r")).toMatchObject({ parents: [{ accepted: false }] });
  await rig.set(
    SERVICE("proxy", "kong", "[{name: a, port: 80}, {name: b, port: 8081}, {name: c, port: 53, protocol: UDP}]"),
  );
  expect(listeners(rig)).toEqual({ http: FINE, alt: FINE, udp: FINE });
  expect(rig.report("HTTPRoute/shop/r")).toMatchObject({ parents: [{ accepted: true }] });
});

test("a Gateway that names a Service we do not serve is refused, and says which ones we do", async () => {
  const rig = new Rig({ publishServices: ["kong/proxy", "kong/udp"] });
  const annotated = (services: string) =>
    GATEWAY.replace("{name: edge, namespace: infra}", `{name: edge, namespace: infra, annotations: ${services}}`);
  await rig.set(annotated("{konghq.com/publish-service: kong/other}"));
  await rig.set(ROUTE());
  expect(rig.report("Gateway/infra/edge")).toMatchObject({
    refused: expect.stringContaining("kong/proxy and kong/udp"),
  });
  expect(rig.report("HTTPRoute/shop/r")).toMatchObject({ parents: [{ accepted: false }] });
  expect(rig.compiler.problems().map(({ code }) => code)).toContain("publish-service-mismatch");
  await rig.set(annotated('{konghq.com/publish-service: "kong/udp,kong/proxy"}'));
  expect(rig.report("Gateway/infra/edge")).toMatchObject({ refused: undefined, services: ["kong/udp", "kong/proxy"] });
});

test("a Gateway of a class that another operator manages is said to be, and its ports are its own business", async () => {
  const rig = new Rig({ publishServices: ["kong/proxy"] });
  await rig.set(SERVICE("proxy", "kong", "[{name: http, port: 80}]"));
  await rig.set(GATEWAY.replace(', annotations: {konghq.com/gatewayclass-unmanaged: "true"}', ""));
  expect(rig.report("Gateway/infra/edge")).toMatchObject({ managed: true });
  expect(listeners(rig)["alt"]).toBe(FINE);
});

test("objects that are gone, and those of another controller, have no report", async () => {
  const rig = new Rig();
  await rig.set(GATEWAY);
  expect(rig.report("GatewayClass//kong")).toEqual({ type: "gateway-class" });
  await rig.set(
    "{apiVersion: gateway.networking.k8s.io/v1, kind: GatewayClass, metadata: {name: kong}, spec: {controllerName: example.com/other}}",
  );
  expect([rig.report("GatewayClass//kong"), rig.report("Gateway/infra/edge")]).toEqual([undefined, undefined]);
  rig.store.delete("Gateway", "infra", "edge");
  await rig.compiler.run();
  expect(rig.compiler.settled).toBe(true);
});

test("who uses an object is told by name", async () => {
  const rig = new Rig();
  await rig.set(GATEWAY);
  await rig.set(SERVICE("a", "shop", "[{port: 80}]"));
  await rig.set(ROUTE());
  expect([...rig.compiler.usersOf("Service/shop/a")]).toEqual(["HTTPRoute/shop/r"]);
  expect([...rig.compiler.usersOf("Service/shop/b")]).toEqual([]);
});
