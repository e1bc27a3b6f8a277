import { describe, expect, it } from "vitest";
import { all, CLASS, compileRoutes, found, gateway, route, service } from "../testing/gateway-api.ts";

const stream = (name: string, port: number, protocol: string, more = "") =>
  `{name: ${name}, port: ${port}, protocol: ${protocol}, allowedRoutes: {namespaces: {from: All}}${more}}`;
const EDGE = all(
  CLASS,
  gateway(
    "edge",
    stream("tcp1", 9000, "TCP"),
    stream("tcp2", 9001, "TCP"),
    stream("udp", 9000, "UDP"),
    stream("pass", 8899, "TLS", ", tls: {mode: Passthrough}"),
    stream("named", 8899, "TLS", ", tls: {mode: Passthrough}, hostname: '*.named.com'"),
  ),
  service("a"),
);
const RULES = "rules: [{name: n, backendRefs: [{name: a, port: 80}]}]";
const FLAVORS = ["traditional_compatible", "expressions"] as const;

async function both(kind: string, spec = RULES, parents = "{name: edge, namespace: infra}") {
  const outcomes = FLAVORS.map((flavor) =>
    compileRoutes(all(EDGE, route(kind, "r", spec, { parents })), { profile: { flavor } }),
  );
  const [traditional, expressions] = await Promise.all(outcomes);
  return { traditional: traditional!, expressions: expressions! };
}

describe("ports", () => {
  it.each([
    ["TCPRoute", "{name: edge, namespace: infra}", [9000, 9001]],
    ["TCPRoute", "{name: edge, namespace: infra, sectionName: tcp2}", [9001]],
    ["TCPRoute", "{name: edge, namespace: infra, port: 9000}", [9000]],
    ["UDPRoute", "{name: edge, namespace: infra}", [9000]],
    ["TCPRoute", "{name: assumed, namespace: infra, port: 7000}", [7000]],
  ])("%s of %s", async (kind, parents, ports) => {
    const { traditional, expressions } = await both(kind, RULES, parents);
    const protocol = kind === "TCPRoute" ? "tcp" : "udp";
    const name = `${protocol}route.shop.r.0`;
    expect(traditional.routes[`${name}.0`]).toEqual({
      name: `${name}.0`,
      protocols: [protocol],
      destinations: ports.map((port) => ({ port })),
    });
    expect(traditional.services[name]).toMatchObject({ protocol, host: name, port: 80, retries: 5 });
    const tests = ports.map((port) => `net.dst.port == ${port}`);
    expect(expressions.routes[`${name}.0`]).toEqual({
      name: `${name}.0`,
      protocols: [protocol],
      expression: tests.length === 1 ? tests[0] : tests.map((test) => `(${test})`).join(" || "),
      priority: 1,
    });
  });

  it("that nobody knows are said", async () => {
    const { traditional } = await both("TCPRoute", RULES, "{name: assumed, namespace: infra}");
    expect(traditional.routes).toEqual({});
    expect(found(traditional.problems)).toEqual(["error TCPRoute shop/r spec.parentRefs listener-unknown"]);
  });
});

describe("TLSRoutes", () => {
  const sectioned = (name: string) => `{name: edge, namespace: infra, sectionName: ${name}}`;

  it("match by server name, wildcards too", async () => {
    const { traditional, expressions } = await both(
      "TLSRoute",
      `hostnames: [x.com, '*.y.com'], ${RULES}`,
      sectioned("pass"),
    );
    const name = "tlsroute.shop.r.0";
    expect(traditional.routes[`${name}.0`]).toMatchObject({
      snis: ["x.com", "*.y.com"],
      protocols: ["tls_passthrough"],
    });
    expect(traditional.services[name]).toMatchObject({ protocol: "tcp" });
    expect(expressions.routes[`${name}.0`]).toMatchObject({
      expression: '(tls.sni == "x.com") || (tls.sni =^ ".y.com")',
    });
  });

  it("take the host names of their listener when they have none", async () =>
    expect((await both("TLSRoute", RULES, sectioned("named"))).traditional.routes["tlsroute.shop.r.0.0"]).toMatchObject(
      {
        snis: ["*.named.com"],
      },
    ));

  it("have to have some", async () => {
    const { traditional } = await both("TLSRoute", RULES, sectioned("pass"));
    expect(traditional.routes).toEqual({});
    expect(found(traditional.problems)).toEqual(["error TLSRoute shop/r spec.hostnames route-without-hostnames"]);
  });
});

describe("rules", () => {
  it("without backends are left out, alone", async () => {
    const { traditional } = await both("TCPRoute", "rules: [{}, {backendRefs: [{name: a, port: 80}]}]");
    expect(Object.keys(traditional.routes)).toEqual(["tcproute.shop.r.1.0"]);
    expect(found(traditional.problems)).toEqual([
      "error TCPRoute shop/r spec.rules[0].backendRefs rule-without-backends",
    ]);
  });

  it("have to be there", async () =>
    expect(found((await both("TCPRoute", "rules: []")).traditional.problems)).toEqual([
      "error TCPRoute shop/r spec.rules route-without-rules",
    ]));

  it("whose backends cannot be used have an empty upstream", async () => {
    const { traditional } = await both("TCPRoute", "rules: [{backendRefs: [{name: gone, port: 80}]}]");
    expect(traditional.services["tcproute.shop.r.0"]).not.toHaveProperty("plugins");
    expect(traditional.upstreams["tcproute.shop.r.0"]).not.toHaveProperty("targets");
  });
});

it("tags routes with the name of their rule alone", async () => {
  const { document } = (
    await both(
      "TCPRoute",
      "rules: [{backendRefs: [{name: a, port: 80}]}, {name: two, backendRefs: [{name: a, port: 80}]}]",
    )
  ).traditional;
  const rules = document["services"]!.flatMap(({ routes }) =>
    (routes as unknown as { name: string; tags: string[] }[]).map(({ name, tags }) => [name, tags.at(-1)]),
  );
  expect(rules).toEqual([
    ["tcproute.shop.r.1.0", "k8s-named-route-rule:two"],
    ["tcproute.shop.r.0.0", "k8s-version:v1"],
  ]);
});
