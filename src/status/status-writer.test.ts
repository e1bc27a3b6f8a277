import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { conditionTexts, StatusRig } from "./status-rig.ts";

let rig: StatusRig;

beforeEach(() => {
  rig = new StatusRig();
});
afterEach(async () => {
  await rig.end();
  expect(rig.clock.pending, "timers left").toBe(0);
});

const PROXY = `
apiVersion: v1
kind: Service
metadata: {name: proxy, namespace: kong}
spec: {type: LoadBalancer, clusterIP: 10.0.0.1, ports: [{port: 80}]}
status: {loadBalancer: {ingress: [{ip: 192.0.2.10}, {hostname: lb.example.net}]}}
`;
const SERVICE = (name = "a", annotations = "{}") => `
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: shop, annotations: ${annotations}}
spec: {clusterIP: 10.0.0.2, ports: [{port: 80}]}
`;
const INGRESS = (name = "i", path = "/") => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: ${name}, namespace: shop}
spec:
  ingressClassName: kong
  rules: [{http: {paths: [{path: ${path}, pathType: Prefix, backend: {service: {name: a, port: {number: 80}}}}]}}]
`;
const CONSUMER = (username: string) => `
apiVersion: configuration.konghq.com/v1
kind: KongConsumer
metadata: {name: c, namespace: shop, annotations: {kubernetes.io/ingress.class: kong}}
username: ${username}
credentials: []
`;
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
  listeners: [{name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}]
`;
const ROUTE = (name = "r", port = 80) => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: ${name}, namespace: shop}
spec:
  parentRefs: [{name: edge, namespace: infra, port: 80}]
  rules: [{backendRefs: [{name: a, port: ${port}}]}]
`;

interface Entry {
  readonly parentRef: object;
  readonly controllerName: string;
  readonly conditions: unknown;
}

function parents(key = "HTTPRoute/shop/r"): readonly (readonly string[])[] {
  return ((rig.status(key)["parents"] ?? []) as readonly Entry[]).map(({ conditions }) => conditionTexts(conditions));
}

describe("when something is said", () => {
  test("addresses are written once gateways hold the Ingress, and not before", async () => {
    rig.writer.setLeading(true);
    await rig.apply(PROXY, SERVICE(), INGRESS());
    await rig.pass(10_000);
    expect(rig.writes()).toEqual([]);
    rig.acknowledge();
    await rig.pass();
    expect(rig.status("Ingress/shop/i")).toEqual({
      loadBalancer: { ingress: [{ ip: "192.0.2.10" }, { hostname: "lb.example.net" }] },
    });
    expect(rig.writes()).toEqual(["PATCH /apis/networking.k8s.io/v1/namespaces/shop/ingresses/i/status"]);
  });

  test("a later generation is programmed when it is acknowledged; until then the former statement stays", async () => {
    rig.writer.setLeading(true);
    await rig.apply(CONSUMER("anna"));
    rig.acknowledge();
    await rig.pass();
    expect(rig.conditions("KongConsumer/shop/c")).toEqual(["Programmed=True/Programmed@1"]);
    await rig.apply(CONSUMER("bert"));
    await rig.pass(10_000);
    expect(rig.object("KongConsumer/shop/c").metadata).toMatchObject({ name: "c" });
    expect(rig.conditions("KongConsumer/shop/c")).toEqual(["Programmed=True/Programmed@1"]);
    rig.stand({ ready: 0, acknowledged: undefined });
    await rig.pass(10_000);
    expect(rig.conditions("KongConsumer/shop/c")).toEqual(["Programmed=True/Programmed@1"]);
  });

  test("an error is said at once, also while no gateway is there; when it is put right, after the push", async () => {
    rig.writer.setLeading(true);
    const named = CONSUMER("anna");
    await rig.apply(named.replace("credentials: []", "credentials: [gone]"));
    await rig.pass(1_000);
    // A Secret that is missing may just not have arrived.
    expect(rig.conditions("KongConsumer/shop/c")).toEqual([]);
    await rig.pass(2_000);
    expect(rig.conditions("KongConsumer/shop/c")).toEqual(["Programmed=False/Invalid@1"]);
    const [condition] = rig.status("KongConsumer/shop/c")["conditions"] as readonly { readonly message: string }[];
    expect(condition!.message).toContain("Secret shop/gone does not exist");
    await rig.apply(named);
    await rig.pass(5_000);
    expect(rig.conditions("KongConsumer/shop/c")).toEqual(["Programmed=False/Invalid@1"]);
    rig.acknowledge();
    await rig.pass();
    expect(rig.conditions("KongConsumer/shop/c")).toEqual(["Programmed=True/Programmed@2"]);
  });

  test("what a gateway refused, and what falls with it, says False; others are not held up", async () => {
    rig.writer.setLeading(true);
    await rig.apply(CONSUMER("anna"));
    await rig.apply(CONSUMER("bert").replace("name: c,", "name: d,"));
    rig.acknowledge();
    rig.stand({ leftOut: new Set(["KongConsumer/shop/d"]) });
    await rig.pass();
    expect(rig.conditions("KongConsumer/shop/c")).toEqual(["Programmed=True/Programmed@1"]);
    expect(rig.conditions("KongConsumer/shop/d")).toEqual(["Programmed=False/Invalid@1"]);
  });

  test("a Gateway and its routes: accepted at once while no gateway is there, programmed after the push", async () => {
    rig.writer.setLeading(true);
    await rig.apply(PROXY, GATEWAY, SERVICE(), ROUTE());
    await rig.pass(10_000);
    expect(rig.conditions("GatewayClass//kong")).toEqual(["Accepted=True/Accepted@1"]);
    expect(rig.conditions("Gateway/infra/edge")).toEqual(["Accepted=True/Accepted@1", "Programmed=Unknown/Pending@1"]);
    expect(rig.status("Gateway/infra/edge")["addresses"]).toBeUndefined();
    expect(parents()).toEqual([
      ["Accepted=True/Accepted@1", "ResolvedRefs=True/ResolvedRefs@1", "Programmed=Unknown/Unknown@1"],
    ]);
    rig.acknowledge();
    await rig.pass(10_000);
    expect(rig.conditions("Gateway/infra/edge")).toEqual(["Accepted=True/Accepted@1", "Programmed=True/Programmed@1"]);
    expect(rig.status("Gateway/infra/edge")["listeners"]).toMatchObject([{ name: "http", attachedRoutes: 1 }]);
    expect(parents()).toEqual([
      ["Accepted=True/Accepted@1", "ResolvedRefs=True/ResolvedRefs@1", "Programmed=True/ConfiguredInGateway@1"],
    ]);
  });

  test("while a push is to be expected there is one write, not two", async () => {
    rig.writer.setLeading(true);
    rig.stand({ ready: 1, acknowledged: 0 });
    await rig.apply(GATEWAY, SERVICE(), ROUTE());
    await rig.pass(1_000);
    expect(rig.writes()).toEqual([]);
    rig.acknowledge();
    await rig.pass(1_000);
    expect(rig.writes().filter((write) => write.includes("httproutes"))).toHaveLength(1);
    await rig.pass(60_000);
    expect(rig.writes()).toEqual([]);
  });

  test("a push that does not come about does not keep Accepted back", async () => {
    rig.writer.setLeading(true);
    rig.stand({ ready: 1, acknowledged: 0 });
    await rig.apply(GATEWAY, SERVICE(), ROUTE());
    await rig.pass(5_000);
    expect(parents()[0]).toContain("Accepted=True/Accepted@1");
  });

  test("a port in a parentRef stands in the entry, and nothing is rewritten (KIC's mistake)", async () => {
    rig.writer.setLeading(true);
    await rig.apply(GATEWAY, SERVICE(), ROUTE());
    rig.acknowledge();
    await rig.pass(60_000);
    expect(rig.status("HTTPRoute/shop/r")["parents"]).toMatchObject([
      { parentRef: { kind: "Gateway", namespace: "infra", name: "edge", port: 80 } },
    ]);
    rig.writes();
    await rig.pass(600_000);
    expect(rig.writes()).toEqual([]);
  });

  test("entries of other controllers stay; ours goes when the parent is no longer named", async () => {
    rig.writer.setLeading(true);
    await rig.apply(GATEWAY, SERVICE(), ROUTE());
    const theirs = { parentRef: { name: "x" }, controllerName: "example.com/other", conditions: [] };
    rig.server.put("/apis/gateway.networking.k8s.io/v1/namespaces/shop/httproutes/r", {
      ...rig.object("HTTPRoute/shop/r"),
      status: { parents: [theirs] },
    });
    rig.acknowledge();
    await rig.pass(5_000);
    expect(rig.status("HTTPRoute/shop/r")["parents"]).toMatchObject([theirs, { parentRef: { name: "edge" } }]);
    await rig.apply(ROUTE().replace("name: edge", "name: gone"));
    await rig.pass(5_000);
    expect(rig.status("HTTPRoute/shop/r")["parents"]).toEqual([theirs]);
  });
});

describe("how much is written", () => {
  test("a follower writes nothing; when it leads it writes what is not there, and nothing else", async () => {
    await rig.apply(PROXY, SERVICE(), INGRESS("i"), INGRESS("j", "/j"));
    rig.acknowledge();
    await rig.pass(60_000);
    expect(rig.writes()).toEqual([]);
    rig.writer.setLeading(true);
    await rig.pass();
    expect(rig.writes()).toHaveLength(2);
    rig.writer.setLeading(false);
    rig.writer.setLeading(true);
    await rig.pass(60_000);
    expect(rig.writes()).toEqual([]);
  });

  test("what KIC wrote is left alone where it says the same in other words", async () => {
    await rig.apply(CONSUMER("anna"));
    rig.server.put("/apis/configuration.konghq.com/v1/namespaces/shop/kongconsumers/c", {
      ...rig.object("KongConsumer/shop/c"),
      status: {
        conditions: [
          {
            type: "Programmed",
            status: "True",
            reason: "Programmed",
            message: "other words",
            observedGeneration: 1,
            lastTransitionTime: "2026-01-01T00:00:00Z",
          },
        ],
      },
    });
    rig.writer.setLeading(true);
    rig.acknowledge();
    await rig.pass(60_000);
    expect(rig.writes()).toEqual([]);
  });

  test("hundreds of objects are written at a bounded rate, each once", async () => {
    const many = Array.from({ length: 600 }, (_, at) => INGRESS(`i${at}`, `/${at}`));
    await rig.apply(PROXY, SERVICE(), ...many);
    rig.writer.setLeading(true);
    rig.acknowledge();
    await rig.pass(1_000);
    const first = rig.writes().length;
    expect(first).toBeGreaterThan(90);
    expect(first).toBeLessThanOrEqual(110);
    await rig.pass(60_000);
    expect(first + rig.writes().length).toBe(600);
  });

  test("an object that changes all the time is written ever more seldom", async () => {
    rig.writer.setLeading(true);
    await rig.apply(GATEWAY, SERVICE());
    rig.acknowledge();
    await rig.pass(10_000);
    rig.writes();
    for (let at = 0; at < 100; at++) {
      await rig.apply(ROUTE(`r${at}`));
      rig.acknowledge();
      await rig.pass(1_000);
    }
    await rig.pass(60_000);
    expect(rig.status("Gateway/infra/edge")["listeners"]).toMatchObject([{ attachedRoutes: 100 }]);
    expect(rig.writes().filter((write) => write.includes("/gateways/")).length).toBeLessThan(12);
  });

  test("a watch that lags makes nothing be written twice", async () => {
    await rig.apply(PROXY, SERVICE(), INGRESS());
    rig.watching = false;
    rig.writer.setLeading(true);
    rig.acknowledge();
    await rig.pass();
    for (let at = 0; at < 10; at++) {
      await rig.compile();
      rig.stand({ ready: at % 2 });
      await rig.pass(60_000);
    }
    rig.writer.setLeading(false);
    rig.writer.setLeading(true);
    await rig.pass(60_000);
    expect(rig.writes()).toHaveLength(1);
    rig.relist();
    await rig.pass(60_000);
    expect(rig.writes()).toEqual([]);
  });

  test("fields that the server does not know are not sent again and again", async () => {
    rig.facts.supportedFeatures = ["Gateway"];
    rig.server.admit = (object) => {
      const { supportedFeatures: _, ...status } = (object["status"] ?? {}) as Record<string, unknown>;
      return { ...object, status };
    };
    rig.writer.setLeading(true);
    await rig.apply(GATEWAY);
    rig.acknowledge();
    await rig.pass(10_000);
    expect(rig.writes().filter((write) => write.includes("gatewayclasses"))).toHaveLength(1);
    await rig.apply(SERVICE());
    rig.writer.setLeading(false);
    rig.writer.setLeading(true);
    await rig.pass(600_000);
    expect(rig.writes().filter((write) => write.includes("gatewayclasses"))).toEqual([]);
  });

  test("somebody who writes over it again and again is answered ever more seldom", async () => {
    await rig.apply(PROXY, SERVICE(), INGRESS());
    rig.writer.setLeading(true);
    rig.acknowledge();
    await rig.pass();
    const path = "/apis/networking.k8s.io/v1/namespaces/shop/ingresses/i";
    for (let second = 0; second < 300; second++) {
      rig.server.put(path, {
        ...rig.object("Ingress/shop/i"),
        status: { loadBalancer: { ingress: [{ ip: "10.9.9.9" }] } },
      });
      await rig.pass(1_000);
    }
    expect(rig.writes().length).toBeLessThan(20);
    await rig.pass(60_000);
    expect(rig.status("Ingress/shop/i")).toMatchObject({ loadBalancer: { ingress: [{ ip: "192.0.2.10" }, {}] } });
  });
});

describe("faults of the server", () => {
  beforeEach(async () => {
    await rig.apply(PROXY, SERVICE(), INGRESS("i"), INGRESS("j", "/j"));
    rig.writer.setLeading(true);
  });

  test("a conflict is settled with the newer object", async () => {
    let races = 1;
    rig.server.fault = ({ method, path }) => {
      if (method !== "PATCH" || races-- <= 0) return undefined;
      const own = path.replace("/status", "");
      rig.server.put(own, { ...rig.server.objects.get(own), status: { loadBalancer: { theirs: 1 } } });
      return undefined;
    };
    rig.acknowledge();
    await rig.pass(5_000);
    expect(rig.status("Ingress/shop/i")).toMatchObject({ loadBalancer: { theirs: 1, ingress: [{}, {}] } });
    expect(rig.writes()).toHaveLength(3);
  });

  test("while it is away nothing is lost and it is not pestered", async () => {
    rig.server.fault = () => "refused";
    rig.acknowledge();
    await rig.pass(300_000);
    expect(rig.writes().length).toBeLessThan(60);
    rig.server.fault = () => undefined;
    await rig.pass(60_000);
    expect(rig.status("Ingress/shop/i")).toHaveProperty("loadBalancer");
    expect(rig.status("Ingress/shop/j")).toHaveProperty("loadBalancer");
  });

  test("a permission that is missing is said once for a kind, and tried again now and then", async () => {
    rig.server.fault = ({ path }) => (path.includes("/ingresses/") ? { status: 403 } : undefined);
    await rig.apply(CONSUMER("anna"));
    rig.acknowledge();
    await rig.pass(60_000);
    expect(rig.logged).toEqual([
      "The status of Ingress cannot be written; grant get, and for its status update and patch",
    ]);
    expect(rig.conditions("KongConsumer/shop/c")).toEqual(["Programmed=True/Programmed@1"]);
    rig.server.fault = () => undefined;
    await rig.pass(300_000);
    expect(rig.status("Ingress/shop/i")).toHaveProperty("loadBalancer");
  });

  test("a server that refuses for a moment as it starts is asked again soon, and nobody hears of it", async () => {
    let refusals = 2;
    rig.server.fault = ({ method }) => (method === "PATCH" && refusals-- > 0 ? { status: 403 } : undefined);
    rig.acknowledge();
    await rig.pass(10_000);
    expect(rig.status("Ingress/shop/i")).toHaveProperty("loadBalancer");
    expect(rig.status("Ingress/shop/j")).toHaveProperty("loadBalancer");
    expect(rig.logged).toEqual([]);
  });

  test("an object that is made anew while its former self is written to does not wait", async () => {
    const key = "Ingress/shop/i";
    rig.server.fault = ({ method, path }) => {
      if (method !== "PATCH" || !path.includes("/i/")) return undefined;
      const own = path.replace("/status", "");
      const { metadata, ...fields } = rig.server.objects.get(own)!;
      rig.server.objects.delete(own);
      rig.store.delete("Ingress", "shop", "i");
      rig.server.put(own, { ...fields, metadata: { namespace: metadata["namespace"] } });
      rig.server.fault = () => undefined;
      return { status: 404 };
    };
    rig.acknowledge();
    await rig.pass();
    await rig.compile();
    rig.acknowledge();
    await rig.pass(10_000);
    expect(rig.status(key)).toHaveProperty("loadBalancer");
  });

  test("an object that is deleted meanwhile is no failure", async () => {
    rig.server.fault = ({ method, path }) => {
      if (method === "PATCH") rig.server.objects.delete(path.replace("/status", ""));
      return undefined;
    };
    rig.acknowledge();
    await rig.pass(60_000);
    expect(rig.logged).toEqual([]);
    expect(rig.writes()).toHaveLength(2);
  });

  test("losing the lead ends writes under way", async () => {
    rig.server.fault = ({ method }) => (method === "PATCH" ? "hang" : undefined);
    rig.acknowledge();
    await rig.pass();
    rig.writer.setLeading(false);
    await rig.pass();
    expect(rig.writer.waiting).toBe(0);
    expect(rig.logged).toEqual([]);
  });
});
