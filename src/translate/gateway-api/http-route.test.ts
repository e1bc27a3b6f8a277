import { describe, expect, it } from "vitest";
import { all, compileRoutes, EDGE, found, route, rule, service } from "../testing/gateway-api.ts";

const http = (spec: string, options = {}) => route("HTTPRoute", "r", spec, options);
const rules = (...list: readonly string[]) => http(`rules: [${list.join(", ")}]`);
const SERVICES = all(...["a", "b", "c"].map((name) => service(name)));
const shown = (...objects: readonly string[]) => compileRoutes(all(EDGE, SERVICES, ...objects));
const expressions = (...objects: readonly string[]) =>
  compileRoutes(all(EDGE, SERVICES, ...objects), { profile: { flavor: "expressions" } });
const names = (record: object) => Object.keys(record).sort();

describe("which rules share a Kong service", () => {
  it("those with equal backends in any order, named by the first", async () => {
    const both = (a: string, b: string) => `{backendRefs: [{name: ${a}, port: 80}, {port: 80, name: ${b}}]}`;
    const { services } = await shown(rules(both("a", "b"), rule("/c", "c"), both("b", "a")));
    expect(names(services)).toEqual(["httproute.shop.r.0", "httproute.shop.r.1"]);
  });

  it("not those with other time-outs, retries or sessions", async () => {
    const { services } = await shown(
      rules(
        rule("/0"),
        rule("/1", "a", "timeouts: {backendRequest: 9s}"),
        rule("/2", "a", "timeouts: {request: 7s}"),
        rule("/3", "a", "timeouts: {request: 7s, backendRequest: 2s}"),
        rule("/4", "a", "retry: {attempts: 2}"),
        rule("/5", "a", "timeouts: {request: 60s}"),
        rule("/6", "a", "timeouts: {request: 0s}"),
      ),
    );
    const settings = Object.entries(services).map(
      ([name, { connect_timeout, read_timeout, write_timeout, retries }]) => [
        name.slice("httproute.shop.".length),
        [...new Set([connect_timeout, read_timeout, write_timeout])].join(),
        retries,
      ],
    );
    expect(settings.sort()).toEqual([
      ["r.0", "60000", 5],
      ["r.1", "9000", 5],
      ["r.2", "7000", 5],
      ["r.3", "2000", 5],
      ["r.4", "60000", 2],
      ["r.6", "2147483646", 5],
    ]);
  });

  it("those of all HTTPRoutes of a namespace, when services are combined", async () => {
    const yaml = all(
      EDGE,
      SERVICES,
      rules(rule("/one"), rule("/three", "c", "timeouts: {backendRequest: 9s}")),
      route("HTTPRoute", "q", `rules: [${rule("/two")}]`),
      route("HTTPRoute", "none", "rules: [{}]"),
    );
    const { services, routes } = await compileRoutes(yaml, { settings: { combinedServices: true } });
    expect(names(services)).toEqual([
      "httproute.shop.svc._",
      "httproute.shop.svc.shop.a.80.1",
      "httproute.shop.svc.shop.c.80.1.timeout-9000",
    ]);
    expect(names(routes)).toEqual([
      "httproute.shop.none.0.0",
      "httproute.shop.q.0.0",
      "httproute.shop.r.0.0",
      "httproute.shop.r.1.0",
    ]);
  });

  it("whose name would be too long are told apart by a digest", async () => {
    const long = Array.from({ length: 12 }, (_, at) => `{name: ${"n".repeat(50)}${at}, port: 80}`).join(", ");
    const { services } = await compileRoutes(all(EDGE, rules(`{backendRefs: [${long}]}`)), {
      settings: { combinedServices: true },
    });
    expect(names(services)).toEqual([
      expect.stringMatching(/^httproute\.shop\.svc\.shop\.n{50}0\.80\.1_combined\.[0-9a-f]{64}$/),
    ]);
  });
});

describe("backends", () => {
  it("that cannot be used are answered for with 500", async () => {
    const { services, problems } = await shown(
      rules(
        "{backendRefs: [{name: gone, port: 80}, {kind: Bucket, group: x.com, name: b}, {name: a, namespace: other, port: 80}]}",
      ),
      service("a", "other"),
    );
    expect(services["httproute.shop.r.0"]?.["plugins"]).toEqual([
      { name: "request-termination", config: { status_code: 500, message: "no existing backendRef provided" } },
    ]);
    expect(found(problems)).toEqual([
      "error HTTPRoute shop/r spec.rules[0].backendRefs[0] service-missing",
      "error HTTPRoute shop/r spec.rules[0].backendRefs[1] backend-kind",
      "error HTTPRoute shop/r spec.rules[0].backendRefs[2] backend-not-granted",
    ]);
  });

  it("beside those that can are left out", async () => {
    const { services, upstreams } = await shown(
      rules("{backendRefs: [{name: gone, port: 80}, {name: a, port: 80, weight: 3}]}"),
    );
    expect(services["httproute.shop.r.0"]).not.toHaveProperty("plugins");
    expect(upstreams["httproute.shop.r.0"]?.["targets"]).toEqual([{ target: "10.0.0.1:8080", weight: 3 }]);
  });

  it("come back when their Service does", async () => {
    const { compiler, store } = await shown(rules(rule("/", "late")));
    store.set({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "late", namespace: "shop" },
      spec: { ports: [{ port: 80 }] },
    } as never);
    await compiler.run();
    expect(compiler.document.entities("services")[0]?.value).not.toHaveProperty("plugins");
    expect(compiler.problems()).toEqual([]);
  });
});

describe("matches, traditional", () => {
  it("that differ only in their paths share a route", async () => {
    const { routes } = await shown(
      rules(
        "{matches: [{path: {type: PathPrefix, value: /}}, {path: {type: Exact, value: /e}}, {path: {type: RegularExpression, value: '/r/\\d+'}}, {path: {type: PathPrefix, value: /p/}, method: GET}], backendRefs: [{name: a, port: 80}]}",
      ),
    );
    expect(routes).toMatchObject({
      "httproute.shop.r.0.0": { paths: ["~/$", "/", "~/e$", "~/r/\\d+"], protocols: ["http"] },
      "httproute.shop.r.0.3": { paths: ["~/p/$", "/p/"], methods: ["GET"] },
    });
  });

  it("by headers: of one name in either case the first counts", async () => {
    const { routes, problems } = await shown(
      rules(
        "{matches: [{headers: [{name: X-A, value: '1'}, {name: x-a, value: '2'}, {name: b, value: 'x.*', type: RegularExpression}]}], backendRefs: [{name: a, port: 80}]}",
      ),
    );
    expect(routes["httproute.shop.r.0.0"]).toMatchObject({
      headers: { "X-A": ["1"], b: ["~*x.*"] },
      paths: ["~/$", "/"],
    });
    expect(found(problems)).toEqual([
      "warning HTTPRoute shop/r spec.rules[0].matches[0].headers[1].name match-name-twice",
    ]);
  });

  it("by query are left out, and nothing else", async () => {
    const { routes, problems } = await shown(
      rules(
        "{matches: [{queryParams: [{name: q, value: '1'}]}, {path: {type: Exact, value: /e}}], backendRefs: [{name: a, port: 80}]}",
        rule("/other", "b"),
      ),
    );
    expect(names(routes)).toEqual(["httproute.shop.r.0.1", "httproute.shop.r.1.0"]);
    expect(found(problems)).toEqual(["error HTTPRoute shop/r spec.rules[0].matches[0].queryParams query-match"]);
  });

  it("of an unknown type are left out", async () => {
    const { routes, problems } = await shown(
      rules("{matches: [{path: {type: Glob, value: /x}}], backendRefs: [{name: a, port: 80}]}", rule("/")),
    );
    expect(names(routes)).toEqual(["httproute.shop.r.1.0"]);
    expect(found(problems)).toContain("error HTTPRoute shop/r spec.rules[0].matches[0].path.type match-type-unknown");
  });
});

describe("matches, expressions", () => {
  const spec = (match: string) =>
    http(`hostnames: [h.com], rules: [{matches: [${match}], backendRefs: [{name: a, port: 80}]}]`);
  const only = async (match: string) => (await expressions(spec(match))).routes["httproute.shop.r.h.com.0.0"];

  it("have one expression for all that is asked", async () =>
    expect(
      await only(
        "{path: {type: Exact, value: /e}, method: GET, headers: [{name: X-B, value: b}, {name: X-A, value: a, type: RegularExpression}], queryParams: [{name: q, value: '1'}]}",
      ),
    ).toEqual({
      name: "httproute.shop.r.h.com.0.0",
      expression:
        '(http.host == "h.com") && ((http.path == "/e") && ((http.headers.x_a ~ "a") && (http.headers.x_b == "b")) && (http.queries.q == "1") && (http.method == "GET"))',
      priority: 2 * 2 ** 44 + 2 ** 43 + 5 * 2 ** 35 + 2 ** 34 + 1 * 2 ** 23 + 2 ** 22 + 2 * 2 ** 17 + 2 ** 12 + 4095,
      protocols: ["http"],
    }));

  it("rank equals by age, name, rule, match and host name, over all HTTPRoutes", async () => {
    const two = (name: string, created: string) =>
      route("HTTPRoute", name, `hostnames: [a.com, b.com], rules: [${rule("/p")}, ${rule("/q")}]`, { created });
    const { routes } = await expressions(
      two("young", "2026-01-02T00:00:00Z"),
      two("z-old", "2026-01-01T00:00:00Z"),
      two("a-old", "2026-01-01T00:00:00Z"),
    );
    const order = Object.values(routes).sort((a, b) => (b["priority"] as number) - (a["priority"] as number));
    const base = Math.floor((order[0]!["priority"] as number) / 4096);
    expect(
      order.map(({ name, priority }) => [
        (name as string).slice("httproute.shop.".length),
        (priority as number) - base * 4096,
      ]),
    ).toEqual([
      ["a-old.b.com.0.0", 4095],
      ["a-old.a.com.0.0", 4094],
      ["a-old.b.com.1.0", 4093],
      ["a-old.a.com.1.0", 4092],
      ["z-old.b.com.0.0", 4091],
      ["z-old.a.com.0.0", 4090],
      ["z-old.b.com.1.0", 4089],
      ["z-old.a.com.1.0", 4088],
      ["young.b.com.0.0", 4087],
      ["young.a.com.0.0", 4086],
      ["young.b.com.1.0", 4085],
      ["young.a.com.1.0", 4084],
    ]);
  });

  it("that are left out keep their place", async () => {
    const mirror = "filters: [{type: RequestMirror, requestMirror: {backendRef: {name: b, port: 80}}}]";
    const objects = [
      http(`rules: [${rule("/a", "a", mirror)}, ${rule("/b", "b")}]`),
      route("HTTPRoute", "z", `rules: [${rule("/c", "c")}]`),
    ];
    const { routes } = await expressions(...objects);
    const last = (name: string) => (routes[name]?.["priority"] as number) % 4096;
    expect(names(routes)).toEqual(["httproute.shop.r._.1.0", "httproute.shop.z._.0.0"]);
    expect([last("httproute.shop.r._.1.0"), last("httproute.shop.z._.0.0")]).toEqual([4094, 4093]);
    const { routes: others } = await compileRoutes(all(EDGE, SERVICES, ...objects), {
      profile: { flavor: "expressions" },
      excluded: ["HTTPRoute/shop/r"],
    });
    expect(others["httproute.shop.z._.0.0"]?.["priority"]).toBe(routes["httproute.shop.z._.0.0"]?.["priority"]);
  });
});

describe("session persistence", () => {
  const persistent = (more: string) => rules(rule("/s", "a", `sessionPersistence: {${more}}`));

  it("is Kong's from 3.11 on", async () => {
    const options = { profile: { version: [3, 11, 0] } } as const;
    const { upstreams } = await compileRoutes(all(EDGE, SERVICES, persistent("sessionName: s")), options);
    expect(upstreams["httproute.shop.r.0"]).toMatchObject({
      algorithm: "sticky-sessions",
      sticky_sessions_cookie: "s",
    });
    const unnamed = await compileRoutes(all(EDGE, SERVICES, persistent("")), options);
    expect(unnamed.upstreams["httproute.shop.r.0"]?.["sticky_sessions_cookie"]).toMatch(/^session-[0-9a-f]{8}$/);
  });

  it.each([
    ["before", "sessionName: s", [3, 9, 1], "sessionPersistence"],
    ["by a header", "type: Header", [3, 11, 0], "sessionPersistence.type"],
  ] as const)("is not there %s", async (_, more, version, field) => {
    const { upstreams, problems } = await compileRoutes(all(EDGE, SERVICES, persistent(more)), {
      profile: { version },
    });
    expect(upstreams["httproute.shop.r.0"]?.["algorithm"]).toBe("round-robin");
    expect(found(problems)).toEqual([`warning HTTPRoute shop/r spec.rules[0].${field} session-unsupported`]);
  });
});

it("says what of retries Kong cannot do", async () => {
  const { problems } = await shown(rules(rule("/", "a", "retry: {attempts: 3, codes: [503]}")));
  expect(found(problems)).toEqual(["warning HTTPRoute shop/r spec.rules[0].retry.codes retry-unsupported"]);
});

it("tags routes with the names of the rules they come from", async () => {
  const { document } = await shown(rules(rule("/1", "a", "name: one"), rule("/2", "a", "name: two")));
  const routes = document["services"]![0]!["routes"] as unknown as readonly { readonly tags: readonly string[] }[];
  expect(routes[0]?.tags.filter((tag) => tag.startsWith("k8s-named-route-rule"))).toEqual([
    "k8s-named-route-rule:one",
    "k8s-named-route-rule:two",
  ]);
});
