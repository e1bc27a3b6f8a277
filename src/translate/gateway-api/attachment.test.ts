import { describe, expect, it } from "vitest";
import { objectsOf } from "../testing/compile.ts";
import {
  all,
  CLASS,
  compileRoutes,
  EDGE,
  found,
  gateway,
  listener,
  route,
  rule,
  service,
} from "../testing/gateway-api.ts";

const http = (parents: string, spec = `rules: [${rule("/p")}]`) => route("HTTPRoute", "r", spec, { parents });
const NAMESPACES = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: blue}}`;

async function attached(parents: string, ...objects: readonly string[]) {
  const { routes, problems } = await compileRoutes(all(...objects, http(parents), service("a")));
  return { protocols: Object.values(routes)[0]?.["protocols"] as readonly string[] | undefined, problems };
}

const two = gateway(
  "edge",
  listener("http"),
  listener("https", "", "{namespaces: {from: Same}}").replace("80, protocol: HTTP", "443, protocol: HTTPS"),
);

describe("which listeners take a route", () => {
  it.each([
    ["any of the Gateway's", "{name: edge, namespace: infra}", ["http"]],
    ["the one it names", "{name: edge, namespace: infra, sectionName: http}", ["http"]],
    ["those of the port it names", "{name: edge, namespace: infra, port: 80}", ["http"]],
  ])("%s", async (_, parents, protocols) => {
    expect(await attached(parents, CLASS, two)).toEqual({ protocols, problems: [] });
  });

  it.each([
    ["a listener that is not there", "sectionName: nope", "there is no listener nope; there are http, https"],
    [
      "a listener that takes none from here",
      "sectionName: https",
      "the listener https takes no HTTPRoute from namespace shop",
    ],
    ["a port that is not there", "port: 81", "no listener that would take it has port 81"],
  ])("not %s", async (_, more, message) => {
    const { protocols, problems } = await attached(`{name: edge, namespace: infra, ${more}}`, CLASS, two);
    expect(protocols).toBeUndefined();
    expect(problems.join()).toContain(message);
    expect(found(problems)).toEqual(["error HTTPRoute shop/r spec.parentRefs[0] route-not-attached"]);
  });

  it.each([
    ["all", "{namespaces: {from: All}}", true],
    ["those of its own namespace", "{namespaces: {from: Same}}", false],
    ["none", "{namespaces: {from: None}}", false],
    ["labelled ones", "{namespaces: {from: Selector, selector: {matchLabels: {team: blue}}}}", true],
    ["otherwise labelled ones", "{namespaces: {from: Selector, selector: {matchLabels: {team: red}}}}", false],
    ["only gRPC", "{namespaces: {from: All}, kinds: [{kind: GRPCRoute}]}", false],
    ["this kind among others", "{namespaces: {from: All}, kinds: [{kind: GRPCRoute}, {kind: HTTPRoute}]}", true],
  ])("allowedRoutes: %s", async (_, allowed, taken) => {
    const edge = gateway("edge", listener("one", "", allowed));
    const { protocols } = await attached("{name: edge, namespace: infra}", CLASS, edge, NAMESPACES);
    expect(protocols !== undefined).toBe(taken);
  });

  it("sees the labels of a namespace change", async () => {
    const edge = gateway(
      "edge",
      listener("one", "", "{namespaces: {from: Selector, selector: {matchLabels: {team: blue}}}}"),
    );
    const { compiler, store } = await compileRoutes(
      all(CLASS, edge, NAMESPACES, http("{name: edge, namespace: infra}"), service("a")),
    );
    expect(compiler.document.entities("services")).toHaveLength(1);
    store.set({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { team: "red" } } });
    await compiler.run();
    expect(compiler.document.entities("services")).toHaveLength(0);
  });
});

describe("whose a Gateway is", () => {
  const parents = "{name: edge, namespace: infra}";
  const edge = gateway("edge", listener("http"));
  const foreign = CLASS.replace("konghq.com/kic-gateway-controller", "other.io/x");

  it("ours by its class", async () => expect((await attached(parents, CLASS, edge)).protocols).toEqual(["http"]));
  it("another controller's by its class: nothing is said", async () =>
    expect(await attached(parents, foreign, edge)).toEqual({ protocols: undefined, problems: [] }));
  it("nobody's without its class, where other classes are given", async () =>
    expect(await attached(parents, CLASS.replace("name: kong", "name: other"), edge)).toEqual({
      protocols: undefined,
      problems: [],
    }));
  it("ours where no class is given at all, offline", async () =>
    expect((await attached(parents, edge)).protocols).toEqual(["http"]));
  it("not ours without its class in a cluster", async () => {
    const { routes } = await compileRoutes(all(edge, http(parents), service("a")), {
      settings: { assumeExisting: false },
    });
    expect(routes).toEqual({});
  });
  it("assumed where it is not given, offline: nothing is known of its protocols", async () => {
    const { routes, problems } = await compileRoutes(all(http(parents), service("a")));
    expect(routes).toEqual({ "httproute.shop.r.0.0": { name: "httproute.shop.r.0.0", paths: ["~/p$", "/p/"] } });
    expect(problems).toEqual([]);
  });
  it("missing in a cluster", async () => {
    const { routes, problems } = await compileRoutes(all(http(parents), service("a")), {
      settings: { assumeExisting: false },
    });
    expect(routes).toEqual({});
    expect(found(problems)).toEqual(["warning HTTPRoute shop/r spec.parentRefs[0] parent-missing"]);
  });
  it("only the one of --gateway-to-reconcile", async () => {
    const yaml = all(
      CLASS,
      edge,
      gateway("other", listener("http")),
      http("{name: other, namespace: infra}"),
      service("a"),
    );
    const { routes } = await compileRoutes(yaml, { settings: { gatewayToReconcile: "infra/edge" } });
    expect(routes).toEqual({});
  });
});

it("ignores a parent that is a Service, and says so", async () => {
  const { protocols, problems } = await attached(
    "{group: '', kind: Service, name: a}, {name: edge, namespace: infra}",
    EDGE,
  );
  expect(protocols).toEqual(["http"]);
  expect(found(problems)).toEqual(["warning HTTPRoute shop/r spec.parentRefs[0] parent-kind"]);
});

describe("host names", () => {
  const hosts = async (own: string, listeners: readonly string[], parents = "{name: edge, namespace: infra}") => {
    const spec = `${own === "" ? "" : `hostnames: [${own}], `}rules: [${rule("/p")}]`;
    const { routes, problems } = await compileRoutes(
      all(CLASS, gateway("edge", ...listeners), http(parents, spec), service("a")),
    );
    return { hosts: Object.values(routes)[0]?.["hosts"], problems: found(problems) };
  };
  const wild = listener("wild", 'hostname: "*.example.com"');
  const one = listener("one", "hostname: one.example.org");

  it("come from the listeners when the route has none", async () =>
    expect(await hosts("", [wild, one])).toEqual({ hosts: ["*.example.com", "one.example.org"], problems: [] }));
  it("are those both sides agree on", async () =>
    expect(await hosts("a.example.com, '*.org', no.net", [wild, one])).toEqual({
      hosts: ["a.example.com", "one.example.org"],
      problems: ["warning HTTPRoute shop/r spec.hostnames[2] hostname-unserved"],
    }));
  it("leave a route out that agrees on none", async () =>
    expect(await hosts("no.net", [wild, one])).toEqual({
      hosts: undefined,
      problems: ["error HTTPRoute shop/r spec.parentRefs[0] route-not-attached"],
    }));
  it("are not taken from listeners that do not take the route", async () => {
    const closed = listener("closed", "hostname: closed.example.org", "{namespaces: {from: Same}}");
    expect(await hosts("", [wild, closed])).toEqual({ hosts: ["*.example.com"], problems: [] });
  });
  it("of other listeners cannot be kept from it by the traditional router", async () => {
    const parents = "{name: edge, namespace: infra, sectionName: wild}";
    const inner = listener("inner", "hostname: x.example.com");
    expect(await hosts("", [wild, inner], parents)).toEqual({
      hosts: ["*.example.com"],
      problems: ["warning HTTPRoute shop/r spec.parentRefs listener-not-isolated"],
    });
  });
  it("of other listeners are said when the route asks for nothing else", async () => {
    const parents = "{name: edge, namespace: infra, sectionName: wild}";
    const inner = listener("inner", 'hostname: "*.x.example.com"');
    expect(await hosts("a.x.example.com, b.example.com", [wild, inner], parents)).toEqual({
      hosts: ["a.x.example.com", "b.example.com"],
      problems: ["warning HTTPRoute shop/r spec.hostnames listener-not-isolated"],
    });
  });
  it("of other listeners do not matter where the route asks for others", async () => {
    const parents = "{name: edge, namespace: infra, sectionName: wild}";
    const inner = listener("inner", "hostname: x.example.com");
    expect(await hosts("b.example.com", [wild, inner], parents)).toEqual({ hosts: ["b.example.com"], problems: [] });
  });
  it("of a Gateway's listeners do not matter to a route that another Gateway serves for all", async () => {
    const parents = "{name: edge, namespace: infra, sectionName: wild}, {name: open, namespace: infra}";
    const yaml = all(
      CLASS,
      gateway("edge", wild, listener("inner", "hostname: x.example.com")),
      gateway("open", listener("any")),
      http(parents),
      service("a"),
    );
    expect((await compileRoutes(yaml)).problems).toEqual([]);
  });
  it("of other listeners are left to them by expressions", async () => {
    const inner = listener("inner", "hostname: x.example.com");
    const deeper = listener("deeper", 'hostname: "*.y.example.com"');
    const yaml = all(
      CLASS,
      gateway("edge", wild, inner, deeper),
      http("{name: edge, namespace: infra, sectionName: wild}"),
      service("a"),
    );
    const { routes, problems } = await compileRoutes(yaml, { profile: { flavor: "expressions" } });
    expect(problems).toEqual([]);
    expect(routes["httproute.shop.r._.example.com.0.0"]?.["expression"]).toBe(
      '(http.host =^ ".example.com") && ((!(http.host =^ ".y.example.com")) && (http.host != "x.example.com")) && ((http.path == "/p") || (http.path ^= "/p/"))',
    );
  });
});

describe("ListenerSets", () => {
  const set = (from: string) =>
    all(
      gateway("edge", listener("http", "hostname: gw.example.com")).replace(
        "gatewayClassName: kong",
        `gatewayClassName: kong\n  allowedListeners: {namespaces: {from: ${from}}}`,
      ),
      `
apiVersion: gateway.networking.k8s.io/v1
kind: ListenerSet
metadata: {name: more, namespace: infra}
spec: {parentRef: {name: edge}, listeners: [${listener("set", "hostname: set.example.com")}]}`,
    );
  const hostsBy = async (parents: string, objects: string) => {
    const { routes, problems } = await compileRoutes(all(CLASS, objects, http(parents), service("a")));
    return { hosts: Object.values(routes)[0]?.["hosts"], problems: found(problems) };
  };

  it("add listeners for routes that name them", async () =>
    expect(await hostsBy("{kind: ListenerSet, name: more, namespace: infra}", set("Same"))).toEqual({
      hosts: ["set.example.com"],
      problems: [],
    }));
  it("do not for those that name the Gateway", async () =>
    expect(await hostsBy("{name: edge, namespace: infra}", set("All"))).toEqual({
      hosts: ["gw.example.com"],
      problems: [],
    }));
  it("have to be allowed", async () =>
    expect(await hostsBy("{kind: ListenerSet, name: more, namespace: infra}", set("None"))).toEqual({
      hosts: undefined,
      problems: [
        "error ListenerSet infra/more spec.parentRef listener-set-not-allowed",
        "error HTTPRoute shop/r spec.parentRefs[0] route-not-attached",
      ],
    }));
});

describe("what a change costs", () => {
  const objects = (name: string, more: string) =>
    all(
      CLASS,
      gateway("edge", listener("http", more)),
      ...["r1", "r2", "r3"].map((r) => route("HTTPRoute", r, `rules: [${rule("/p")}]`)),
      service("a"),
    ).replace("metadata: {name: edge", `metadata: {annotations: {note: ${name}}, name: edge`);

  it.each(["traditional_compatible", "expressions"] as const)(
    "only the unit that changed is compiled again (%s)",
    async (flavor) => {
      const { compiler, store } = await compileRoutes(objects("one", ""), { profile: { flavor } });
      const change = async (yaml: string) => {
        const before = compiler.compiled;
        for (const object of objectsOf(yaml)) store.set(object);
        await compiler.run();
        return compiler.compiled - before;
      };
      expect(await change(objects("two", ""))).toBe(1);
      expect(await change(route("HTTPRoute", "r2", `rules: [${rule("/other")}]`))).toBe(1);
      expect(await change(objects("two", "hostname: x.example.com"))).toBe(4);
    },
  );
});
