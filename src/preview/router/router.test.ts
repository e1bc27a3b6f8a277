import { describe, expect, test } from "vitest";
import { RouterEngine } from "../../kong/router-engine.ts";
import { HeaderList } from "../proxy/header-list.ts";
import type { ClientRequest } from "../proxy/parse-request.ts";
import type { RouteEntity } from "../runtime/types.ts";
import { expressionsRouter } from "./expressions.ts";
import type { Router } from "./router.ts";
import { traditionalRouter } from "./traditional.ts";

function route(name: string, more: object): RouteEntity {
  return { id: name, name, protocols: ["http", "https"], strip_path: true, ...more } as unknown as RouteEntity;
}

function request(
  path: string,
  more: Partial<ClientRequest> & { readonly with?: Record<string, string> } = {},
): ClientRequest {
  return {
    method: "GET",
    scheme: "http",
    port: 8000,
    sni: "",
    hostHeader: "a.example",
    path,
    clientIp: "127.0.0.1",
    clientPort: 50_000,
    headers: new HeaderList(Object.entries(more.with ?? {})),
    message: { socket: { localAddress: "127.0.0.1" } },
    ...more,
  } as unknown as ClientRequest;
}

function name(router: Router, asked: ClientRequest): string | null | undefined {
  return router.find(asked)?.route.name;
}

describe("traditional_compatible", () => {
  const router = (...routes: readonly RouteEntity[]) => traditionalRouter(routes, RouterEngine.load());

  test("plain hosts come before everything, then expressions, then the number of attributes", () => {
    const found = router(
      route("plain-host", { hosts: ["a.example"] }),
      route("regex", { paths: ["~/p"] }),
      route("three", { hosts: ["*.example"], paths: ["/p"], methods: ["GET"] }),
      route("two", { paths: ["/p"], methods: ["GET"] }),
    );
    expect(name(found, request("/p"))).toBe("plain-host");
    expect(name(found, request("/p", { hostHeader: "b.example" }))).toBe("regex");
    expect(name(found, request("/q", { hostHeader: "b.example" }))).toBeUndefined();
  });

  test("four attributes outrank even a plain host", () => {
    const found = router(
      route("plain-host", { hosts: ["a.example"] }),
      route("four", { hosts: ["*.example"], paths: ["/"], methods: ["GET"], headers: { "x-a": ["1"] } }),
    );
    expect(name(found, request("/", { with: { "X-A": "1" } }))).toBe("four");
    expect(name(found, request("/"))).toBe("plain-host");
  });

  test("the longer prefix wins, of equal routes the highest id", () => {
    const found = router(route("a", { paths: ["/x"] }), route("b", { paths: ["/x/y"] }), route("c", { paths: ["/x"] }));
    expect(["/x/y/z", "/x/z"].map((path) => name(found, request(path)))).toEqual(["b", "c"]);
  });

  test("each sort of path of a route ranks on its own, and strips what it matched", () => {
    const found = router(route("many", { paths: ["/a", "/a/b", "~/a/b/c\\d+"] }), route("one", { paths: ["/a/b/"] }));
    const prefixes = ["/a/x", "/a/b/x", "/a/b/c9/x"].map((path) => found.find(request(path)));
    expect(prefixes.map((f) => [f?.route.name, f?.prefix])).toEqual([
      ["many", "/a"],
      ["one", "/a/b/"],
      ["many", "/a/b/c9"],
    ]);
  });

  test("hosts keep their case, stars stand for anything, a port must be the client's", () => {
    const found = router(
      route("left", { hosts: ["*.example"] }),
      route("right", { hosts: ["shop.*"] }),
      route("port", { hosts: ["ported.test:8080"] }),
      route("own-port", { hosts: ["ported.test:8000"] }),
    );
    const host = (hostHeader: string) => name(found, request("/", { hostHeader }));
    expect(["a.b.example", "A.EXAMPLE", ".example", "shop.test", "shop"].map(host)).toEqual([
      "left",
      undefined,
      "left",
      "right",
      undefined,
    ]);
    expect(["ported.test:8080", "ported.test", "ported.test:9"].map(host)).toEqual(["port", "own-port", undefined]);
  });

  test("headers match without case, one line at a time, or by an expression", () => {
    const found = router(
      route("value", { headers: { "X-Version": ["v1"] } }),
      route("regex", { headers: { "x-agent": ["~*^mobile.*(ios|android)$"] } }),
    );
    expect(name(found, request("/", { with: { "x-version": "V1" } }))).toBe("value");
    expect(name(found, request("/", { with: { "x-version": "v1, v2" } }))).toBeUndefined();
    expect(name(found, request("/", { with: { "x-agent": "Mobile Safari iOS" } }))).toBe("regex");
  });

  test("names in TLS are asked for only where there is TLS", () => {
    const found = router(route("sni", { snis: ["a.example", "*.w.example"] }));
    const asked = (more: Partial<ClientRequest>) => name(found, request("/", more));
    expect(asked({})).toBe("sni");
    expect(asked({ scheme: "https", sni: "x.y.w.example" })).toBe("sni");
    expect(asked({ scheme: "https", sni: "A.EXAMPLE" })).toBeUndefined();
  });

  test("a pattern that would take for ever elsewhere is decided at once", () => {
    const found = router(route("slow", { paths: ["~/(a+)+$"], headers: { "x-a": ["~*^(a+)+$"] } }));
    const text = `${"a".repeat(60)}!`;
    expect(name(found, request(`/${text}`, { with: { "x-a": "a" } }))).toBeUndefined();
    expect(name(found, request("/aa", { with: { "x-a": text } }))).toBeUndefined();
    expect(name(found, request("/aa", { with: { "x-a": "aa" } }))).toBe("slow");
  });

  test("what an expression caught is known by place and by name", () => {
    const found = router(route("r", { paths: ["~/u/(?<user>[^/]+)(/x)?"] })).find(request("/u/ann/y"));
    expect(found?.captures).toEqual({ unnamed: ["ann", ""], named: { user: "ann" } });
  });
});

describe("traditional", () => {
  const router = (...routes: readonly RouteEntity[]) => traditionalRouter(routes, undefined);

  test("the number of attributes comes first, and of equal routes the oldest", () => {
    const found = router(
      route("regex", { paths: ["~/p"] }),
      route("two", { paths: ["/p"], methods: ["GET"] }),
      route("young", { paths: ["/q"], created_at: 2 }),
      route("old", { paths: ["/q"], created_at: 1 }),
    );
    expect([name(found, request("/p")), name(found, request("/q"))]).toEqual(["two", "old"]);
  });

  test("a star stands for at least one character", () => {
    expect(
      name(router(route("left", { hosts: ["*.example"] })), request("/", { hostHeader: ".example" })),
    ).toBeUndefined();
  });
});

describe("expressions", () => {
  const engine = RouterEngine.load();
  const router = (...routes: readonly RouteEntity[]) => expressionsRouter(routes, engine);
  const expr = (id: string, expression: string, priority = 0) => route(id, { expression, priority });

  test("the highest priority wins, then the highest id; routes in fields come last", () => {
    const found = router(
      expr("a", 'http.path ^= "/x"', 1),
      expr("b", 'http.path ^= "/x"', 1),
      expr("c", 'http.path ^= "/x/y"', 2),
      route("fields", { paths: ["/x/y/z"], hosts: ["a.example"], methods: ["GET"] }),
      route("other", { paths: ["/o"] }),
    );
    expect(["/x", "/x/y/z", "/o"].map((path) => name(found, request(path)))).toEqual(["b", "c", "other"]);
    found.free?.();
  });

  test("strips what a prefix or an expression matched, and nothing for an exact path", () => {
    const found = router(
      expr("both", '(http.path == "/p") || (http.path ^= "/p/")'),
      expr("regex", 'http.host == "a.example" && http.path ~ r#"^/re/(?<id>\\d+)"#'),
    );
    const prefix = (path: string) => found.find(request(path))?.prefix;
    expect(["/p", "/p/x", "/re/17/x"].map(prefix)).toEqual([undefined, "/p/", "/re/17"]);
    expect(found.find(request("/re/17"))?.captures.named).toEqual({ id: "17" });
    found.free?.();
  });

  test("sees headers, arguments, segments and the connection", () => {
    const found = router(
      expr("header", 'any(http.headers.x_a) == "2"'),
      expr("query", 'http.queries.q == "1 2"'),
      expr("segment", 'http.path.segments.1 == "b" && http.path.segments.len == 3'),
      expr("range", 'http.path.segments.0_1 == "c/d"'),
      expr("tls", 'net.protocol == "https" && tls.sni == "s.example" && net.src.ip in 127.0.0.0/8'),
    );
    expect(
      name(
        found,
        request("/", {
          headers: new HeaderList([
            ["X-A", "1"],
            ["x-a", "2"],
          ]),
        }),
      ),
    ).toBe("header");
    expect(name(found, request("/", { query: "q=1%202" }))).toBe("query");
    expect(name(found, request("/a/b/c"))).toBe("segment");
    expect(name(found, request("/c/d/e/f"))).toBe("range");
    expect(name(found, request("/", { scheme: "https", sni: "s.example" }))).toBe("tls");
    found.free?.();
  });
});
