import { describe, expect, it } from "vitest";
import { all, CLASS, compileRoutes, EDGE, found, gateway, listener, route, service } from "../testing/gateway-api.ts";

const HTTPS = listener("https").replace("80, protocol: HTTP", "443, protocol: HTTPS");
const grpc = (spec: string, options = {}) => route("GRPCRoute", "g", spec, options);
const one = (match: string, more = "") =>
  grpc(`rules: [{matches: [${match}], backendRefs: [{name: a, port: 80}]${more}}]`);
const traditional = (...objects: readonly string[]) => compileRoutes(all(EDGE, service("a"), service("b"), ...objects));
const expressions = (...objects: readonly string[]) =>
  compileRoutes(all(EDGE, service("a"), service("b"), ...objects), { profile: { flavor: "expressions" } });

describe("methods", () => {
  it.each([
    ["{method: {service: s.S, method: M}}", "~/s.S/M", 'http.path == "/s.S/M"'],
    ["{method: {service: s.S}}", "~/s.S/", 'http.path ^= "/s.S/"'],
    ["{method: {method: M}}", "~/.+/M", 'http.path =^ "/M"'],
    ["{method: {type: RegularExpression, service: 's.*', method: 'M.'}}", "~/s.*/M.", 'http.path ~ "^/s.*/M."'],
    ["{method: {type: RegularExpression, service: s}}", "~/s/.+", 'http.path ~ "^/s/.+"'],
    ["{method: {type: RegularExpression, method: M}}", "~/.+/M", 'http.path ~ "^/.+/M"'],
  ])("%s", async (match, path, expression) => {
    expect((await traditional(one(match))).routes["grpcroute.shop.g.0.0"]).toEqual({
      name: "grpcroute.shop.g.0.0",
      paths: [path],
      protocols: ["grpc", "grpcs"],
    });
    expect((await expressions(one(match))).routes["grpcroute.shop.g._.0.0"]).toMatchObject({
      expression,
      protocols: ["grpc"],
    });
  });

  it("all of them", async () => {
    const spec = "rules: [{backendRefs: [{name: a, port: 80}]}]";
    expect((await traditional(grpc(spec))).routes["grpcroute.shop.g.0.0"]).toMatchObject({ paths: ["/"] });
    expect((await traditional(grpc(`hostnames: [h.com], ${spec}`))).routes["grpcroute.shop.g.0.0"]).toEqual({
      name: "grpcroute.shop.g.0.0",
      hosts: ["h.com"],
      protocols: ["grpc", "grpcs"],
    });
    expect((await expressions(grpc(spec))).routes["grpcroute.shop.g._.0.0"]).toMatchObject({
      expression: '(net.protocol == "http") || (net.protocol == "https")',
      priority: 2 ** 44 + 255,
    });
  });
});

it("asks for no path where a match names no method", async () => {
  const route = one("{headers: [{name: x-a, value: a}]}");
  expect((await expressions(route)).routes["grpcroute.shop.g._.0.0"]).toMatchObject({
    expression: 'http.headers.x_a == "a"',
  });
  const empty = one("{method: {type: RegularExpression}}");
  expect((await expressions(empty)).routes["grpcroute.shop.g._.0.0"]).toMatchObject({ expression: 'http.path ^= "/"' });
});

it("matches headers, by regular expression too", async () => {
  const match =
    "{method: {service: s}, headers: [{name: X-B, value: b}, {name: x-a, value: 'a.*', type: RegularExpression}]}";
  expect((await traditional(one(match))).routes["grpcroute.shop.g.0.0"]).toMatchObject({
    headers: { "X-B": ["b"], "x-a": ["~*a.*"] },
  });
  expect((await expressions(one(match))).routes["grpcroute.shop.g._.0.0"]).toMatchObject({
    expression: '(http.path ^= "/s/") && ((http.headers.x_b == "b") && (http.headers.x_a ~ "a.*"))',
    priority: 2 ** 44 + 2 ** 24 + 2 * 2 ** 8 + 255,
  });
});

it("has a service for each host name in expressions, the last host first among equals", async () => {
  const { services, routes } = await expressions(
    grpc(
      "hostnames: [a.com, '*.b.com', c.com], rules: [{matches: [{method: {service: s}}, {method: {service: t}}], backendRefs: [{name: a, port: 80}]}]",
      {
        annotations: "{konghq.com/snis: 'x.com,*'}",
      },
    ),
  );
  expect(Object.keys(services).sort()).toEqual([
    "grpcroute.shop.g._.b.com.0",
    "grpcroute.shop.g.a.com.0",
    "grpcroute.shop.g.c.com.0",
  ]);
  expect(routes["grpcroute.shop.g._.b.com.0.1"]?.["expression"]).toBe(
    '(http.path ^= "/t/") && (http.host =^ ".b.com") && (tls.sni == "x.com")',
  );
  const last = (name: string) => (routes[`grpcroute.shop.g.${name}`]?.["priority"] as number) % 256;
  expect(["c.com.0.0", "a.com.0.0", "c.com.0.1", "a.com.0.1"].map(last)).toEqual([255, 254, 253, 252]);
});

it.each([
  ["HTTP", [listener("http")], "grpc", ["grpc"]],
  ["HTTPS", [HTTPS], "grpcs", ["grpcs"]],
  ["both", [listener("http"), HTTPS], "grpc", ["grpc", "grpcs"]],
])("speaks as the listeners do: %s", async (_, listeners, protocol, protocols) => {
  const yaml = all(CLASS, gateway("edge", ...listeners), service("a"), one("{method: {service: s}}"));
  const { services, routes } = await compileRoutes(yaml, { profile: { flavor: "expressions" } });
  expect(services["grpcroute.shop.g._.0"]?.["protocol"]).toBe(protocol);
  expect(routes["grpcroute.shop.g._.0.0"]?.["protocols"]).toEqual(protocols);
});

it.each([traditional, expressions])(
  "answers once for backends that cannot be used, however many matches there are",
  async (compiled) => {
    const { services, problems } = await compiled(
      grpc(
        "rules: [{matches: [{method: {service: s}}, {method: {service: t}}], backendRefs: [{name: gone, port: 80}]}]",
      ),
    );
    expect(Object.values(services)[0]?.["plugins"]).toHaveLength(1);
    expect(found(problems)).toEqual(["error GRPCRoute shop/g spec.rules[0].backendRefs[0] service-missing"]);
  },
);

it("applies filters, also those of the only backend", async () => {
  const filter = (name: string) => `{type: RequestHeaderModifier, requestHeaderModifier: {remove: [${name}]}}`;
  const { routes } = await traditional(
    grpc(`rules: [{filters: [${filter("one")}], backendRefs: [{name: a, port: 80, filters: [${filter("two")}]}]}]`),
  );
  expect(routes["grpcroute.shop.g.0.0"]?.["plugins"]).toEqual([
    { name: "request-transformer", config: { remove: { headers: ["one", "two"] } } },
  ]);
});

it("leaves a rule out whose filter Kong has not", async () => {
  const mirror = "filters: [{type: RequestMirror, requestMirror: {backendRef: {name: b, port: 80}}}]";
  const { routes, problems } = await traditional(
    grpc(`rules: [{${mirror}, backendRefs: [{name: a, port: 80}]}, {backendRefs: [{name: b, port: 80}]}]`),
  );
  expect(Object.keys(routes)).toEqual(["grpcroute.shop.g.1.0"]);
  expect(found(problems)).toEqual(["error GRPCRoute shop/g spec.rules[0].filters[0].type filter-unsupported"]);
});

it("tags the service of several backends with the route, and each route with the names of all rules", async () => {
  const { document } = await traditional(
    grpc("rules: [{name: n1, backendRefs: [{name: a, port: 80}, {name: b, port: 80}]}, {name: n2}]"),
  );
  const tags = document["services"]!.find(({ name }) => name === "grpcroute.shop.g.0") as unknown as {
    tags: string[];
    routes: { tags: string[] }[];
  };
  expect(tags.tags).toContain("k8s-kind:GRPCRoute");
  expect(tags.routes[0]?.tags.slice(-2)).toEqual(["k8s-named-route-rule:n1", "k8s-named-route-rule:n2"]);
});
