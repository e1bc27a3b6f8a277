import { describe, expect, it } from "vitest";
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
} from "../../testing/gateway-api.ts";

const PROFILES = {
  traditional: {},
  expressions: { flavor: "expressions" },
  old: { version: [3, 8, 0] },
} as const;

interface Shown {
  readonly paths: unknown;
  readonly expression: unknown;
  readonly plugins: readonly { readonly name: string; readonly config: unknown }[] | undefined;
}

/** What filters make of the first route of an HTTPRoute. */
async function filtered(
  filters: string,
  { path = "/p", profile = "traditional" as keyof typeof PROFILES, edge = EDGE, backend = true } = {},
) {
  const one = `{matches: [{path: {type: PathPrefix, value: ${path}}}], filters: [${filters}]${backend ? ", backendRefs: [{name: a, port: 80}]" : ""}}`;
  const yaml = all(edge, service("a"), route("HTTPRoute", "r", `rules: [${one}]`));
  const { routes, problems, document } = await compileRoutes(yaml, { profile: PROFILES[profile] });
  return { route: Object.values(routes)[0] as unknown as Shown | undefined, problems: found(problems), document };
}

const redirect = (fields: string, options = {}) =>
  filtered(`{type: RequestRedirect, requestRedirect: {${fields}}}`, { backend: false, ...options });

describe("header modifiers", () => {
  const modifier = (kind: string) =>
    `{type: ${kind}HeaderModifier, ${kind.toLowerCase()}HeaderModifier: {set: [{name: s, value: "1"}], add: [{name: a, value: "2"}], remove: [r]}}`;

  it.each(["Request", "Response"])("%s → a transformer", async (kind) => {
    expect((await filtered(modifier(kind))).route?.plugins).toEqual([
      {
        name: `${kind.toLowerCase()}-transformer`,
        config: {
          replace: { headers: ["s:1"] },
          add: { headers: ["s:1"] },
          append: { headers: ["a:2"] },
          remove: { headers: ["r"] },
        },
      },
    ]);
  });

  it("are put together with what else needs the transformer, and tagged like the route", async () => {
    const rewrite =
      "{type: URLRewrite, urlRewrite: {hostname: h.com, path: {type: ReplaceFullPath, replaceFullPath: /full}}}";
    const { route: made, document } = await filtered(`${rewrite}, ${modifier("Request")}`);
    expect(made?.plugins).toEqual([
      {
        name: "request-transformer",
        config: {
          replace: { headers: ["host:h.com", "s:1"], uri: "/full" },
          add: { headers: ["host:h.com", "s:1"] },
          append: { headers: ["a:2"] },
          remove: { headers: ["r"] },
        },
      },
    ]);
    const routes = document["services"]![0]!["routes"] as unknown as readonly {
      tags: string[];
      plugins: { tags: string[] }[];
    }[];
    expect(routes[0]?.plugins[0]?.tags).toEqual(routes[0]?.tags);
  });
});

describe("URLRewrite, ReplacePrefixMatch", () => {
  const rewrite = (to: string) =>
    `{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: "${to}"}}}`;

  it.each([
    ["/p", "/new", ["~/p$", "~/p(/.*)"], "/new$(uri_captures[1])"],
    ["/p/", "/new/", ["~/p$", "~/p(/.*)"], "/new$(uri_captures[1])"],
    ["/p", "/", ["~/p$", "~/p(/.*)"], '$(uri_captures[1] == nil and "/" or uri_captures[1])'],
    ["/p", "", ["~/p$", "~/p(/.*)"], '$(uri_captures[1] == nil and "/" or uri_captures[1])'],
    ["/", "/new", ["~/$", "~/(.*)"], '/new$(uri_captures[1] == nil and "" or "/" .. uri_captures[1])'],
    ["/", "/", ["~/$", "~/(.*)"], '$(uri_captures[1] == nil and "/" or "/" .. uri_captures[1])'],
  ])("%s by %j", async (path, to, paths, uri) => {
    const { route: made } = await filtered(rewrite(to), { path });
    expect(made).toMatchObject({ paths, plugins: [{ name: "request-transformer", config: { replace: { uri } } }] });
  });

  it("captures in expressions too", async () => {
    const at = async (path: string) =>
      (await filtered(rewrite("/new"), { path, profile: "expressions" })).route?.expression;
    expect(await at("/p")).toBe('(http.path == "/p") || (http.path ~ "^/p(/.*)")');
    expect(await at("/")).toBe('(http.path == "/") || (http.path ~ "^/(.*)")');
  });

  it("of several rules keeps the paths of all, and does not mix different replacements", async () => {
    const one = (path: string, to: string) => rule(path, "a", `filters: [${rewrite(to)}]`);
    const list = [one("/one", "/new"), one("/two", "/new/"), one("/three", "/other"), one("/", "/new")].join(", ");
    const { routes } = await compileRoutes(all(EDGE, service("a"), route("HTTPRoute", "r", `rules: [${list}]`)));
    const paths = Object.values(routes).map(({ paths: of }) => of);
    expect(paths).toHaveLength(4);
    expect(paths).toContainEqual(["~/one$", "~/one(/.*)"]);
    expect(paths).toContainEqual(["~/two$", "~/two(/.*)"]);
    const same = await compileRoutes(
      all(EDGE, service("a"), route("HTTPRoute", "r", `rules: [${one("/one", "/new")}, ${one("/two", "/new")}]`)),
    );
    expect(Object.values(same.routes).map(({ paths: of }) => of)).toEqual([
      ["~/one$", "~/one(/.*)", "~/two$", "~/two(/.*)"],
    ]);
  });

  it("without a prefix leaves the match out", async () => {
    const yaml = all(
      EDGE,
      service("a"),
      route(
        "HTTPRoute",
        "r",
        `rules: [{matches: [{path: {type: Exact, value: /e}}, {path: {type: PathPrefix, value: /p}}], filters: [${rewrite("/n")}], backendRefs: [{name: a, port: 80}]}]`,
      ),
    );
    const { routes, problems } = await compileRoutes(yaml);
    expect(Object.keys(routes)).toEqual(["httproute.shop.r.0.1"]);
    expect(found(problems)).toEqual([
      "error HTTPRoute shop/r spec.rules[0].filters[0].urlRewrite.path rewrite-without-prefix",
    ]);
  });
});

describe("RequestRedirect", () => {
  const plugins = async (fields: string, options = {}) => (await redirect(fields, options)).route?.plugins;
  const only = (name: string, config: unknown) => [{ name, config }];

  it.each([
    ["hostname: h.com", "http://h.com", true],
    ["hostname: h.com, scheme: https, port: 8443, statusCode: 301", "https://h.com:8443", true],
    ["hostname: h.com, path: {type: ReplaceFullPath, replaceFullPath: /a//b/}", "http://h.com/a/b", false],
  ])("to a known address: %s", async (fields, location, keep) => {
    expect(await plugins(fields)).toEqual(
      only("redirect", { status_code: fields.includes("301") ? 301 : 302, location, keep_incoming_path: keep }),
    );
  });

  it("has the scheme of the only listener, when it names none", async () => {
    const edge = all(CLASS, gateway("edge", listener("https").replace("80, protocol: HTTP", "443, protocol: HTTPS")));
    expect(await plugins("hostname: h.com", { edge })).toEqual(
      only("redirect", { status_code: 302, location: "https://h.com", keep_incoming_path: true }),
    );
  });

  it("with several matches is one plugin on each route", async () => {
    const one =
      "{matches: [{path: {type: PathPrefix, value: /a}}, {path: {type: PathPrefix, value: /b}, method: GET}, {path: {type: Exact, value: /c}}], filters: [{type: RequestRedirect, requestRedirect: {hostname: h.com}}]}";
    const { routes } = await compileRoutes(all(EDGE, route("HTTPRoute", "r", `rules: [${one}]`)));
    expect(
      Object.values(routes).map(({ name, paths, plugins: made }) => [name, paths, (made as unknown[]).length]),
    ).toEqual([
      ["httproute.shop.r.0.1", ["~/b$", "/b/"], 1],
      ["httproute.shop.r.0.0", ["~/a$", "/a/", "~/c$"], 1],
    ]);
  });

  it("before Kong 3.9 is an answer with a header", async () => {
    const answer = (code: number, location: string) => [
      { name: "response-transformer", config: { add: { headers: [`Location:${location}`] } } },
      { name: "request-termination", config: { status_code: code } },
    ];
    const profile = "old";
    expect(await plugins("hostname: h.com, statusCode: 301", { profile })).toEqual(answer(301, "http://h.com/p"));
    expect(await plugins("path: {type: ReplaceFullPath, replaceFullPath: /x/}", { profile })).toEqual(
      answer(302, "/x"),
    );
  });

  it("to an address made from the request is a few lines of Lua", async () => {
    expect(await plugins("scheme: https, statusCode: 301")).toEqual(
      only("post-function", {
        access: [
          [
            "local request = kong.request",
            "local path = request.get_raw_path()",
            'path = string.gsub(path, "^[/\\092]*", "/")',
            "local query = request.get_raw_query()",
            'if query ~= "" then path = path .. "?" .. query end',
            'return kong.response.exit(301, nil, { Location = "https" .. "://" .. request.get_forwarded_host() .. path })',
            "",
          ].join("\n"),
        ],
      }),
    );
  });

  const script = async (fields: string, options = {}) => {
    const made = (await plugins(fields, options))![0]!;
    expect(made.name).toBe("post-function");
    return (made.config as { access: string[] }).access[0]!;
  };

  it("of the port keeps scheme and host", async () =>
    expect(await script("port: 8443")).toContain(
      'Location = request.get_forwarded_scheme() .. "://" .. request.get_forwarded_host() .. ":8443" .. path }',
    ));
  it("leaves the well-known port away", async () =>
    expect(await script("scheme: https, port: 443")).toContain(
      '"https" .. "://" .. request.get_forwarded_host() .. path }',
    ));
  it("of the path alone is relative", async () => {
    const lines = await script('path: {type: ReplaceFullPath, replaceFullPath: "/a\\"b"}');
    expect(lines).toContain('local path = "/a\\034b"');
    expect(lines).toContain("{ Location = path }");
  });
  it("of the prefix takes the rest of the path along", async () => {
    const lines = await script(
      "path: {type: ReplacePrefixMatch, replacePrefixMatch: /new/}, hostname: h.com, scheme: https",
      { path: "/old/" },
    );
    expect(lines).toContain("local rest = string.sub(path, 5)");
    expect(lines).toContain('path = "/new" .. rest');
    expect(lines).toContain('"https" .. "://" .. "h.com" .. path }');
  });
  it("of a host name behind listeners of both schemes keeps the request's", async () => {
    const both = gateway(
      "edge",
      listener("http"),
      listener("https").replace("80, protocol: HTTP", "443, protocol: HTTPS"),
    );
    expect(await script("hostname: h.com", { edge: all(CLASS, both) })).toContain(
      'request.get_forwarded_scheme() .. "://" .. "h.com"',
    );
  });
});

describe("CORS", () => {
  it("→ cors", async () => {
    const filter =
      "{type: CORS, cors: {allowOrigins: ['https://a.com', 'https://*.b.com:8443'], allowMethods: [GET, PUT], allowHeaders: [x-a], exposeHeaders: [x-b], allowCredentials: true, maxAge: 60}}";
    expect((await filtered(filter)).route?.plugins).toEqual([
      {
        name: "cors",
        config: {
          origins: ["https://a.com", "^https://[^/]+\\.b\\.com:8443$"],
          methods: ["GET", "PUT"],
          headers: ["x-a"],
          exposed_headers: ["x-b"],
          credentials: true,
          max_age: 60,
        },
      },
    ]);
  });

  it("leaves to Kong's defaults what stands for all", async () => {
    const filter = "{type: CORS, cors: {allowOrigins: ['*'], allowMethods: ['*'], allowHeaders: ['*']}}";
    expect((await filtered(filter)).route?.plugins).toEqual([{ name: "cors", config: { origins: ["*"], max_age: 5 } }]);
  });

  it("twice counts once", async () => {
    const { route: made, problems } = await filtered(
      "{type: CORS, cors: {maxAge: 1}}, {type: CORS, cors: {maxAge: 2}}",
    );
    expect(made?.plugins).toEqual([{ name: "cors", config: { max_age: 1 } }]);
    expect(problems).toContain("warning HTTPRoute shop/r spec.rules[0].filters[1] filter-twice");
  });
});

describe("ExtensionRef", () => {
  const plugin =
    "\napiVersion: configuration.konghq.com/v1\nkind: KongPlugin\nmetadata: {name: lim, namespace: shop}\nplugin: rate-limiting\nconfig: {minute: 5}";
  const ref = (name: string, kind = "KongPlugin") =>
    `{type: ExtensionRef, extensionRef: {group: configuration.konghq.com, kind: ${kind}, name: ${name}}}`;

  it("binds a KongPlugin to the routes of the rule", async () => {
    const yaml = all(
      EDGE,
      service("a"),
      plugin,
      route("HTTPRoute", "r", `rules: [${rule("/1", "a", `filters: [${ref("lim")}]`)}, ${rule("/2")}]`),
    );
    const { document, problems } = await compileRoutes(yaml);
    expect(document["plugins"]?.map(({ name, route: of }) => [name, of])).toEqual([
      ["rate-limiting", "httproute.shop.r.0.0"],
    ]);
    expect(problems).toEqual([]);
  });

  it.each([
    ["to a KongPlugin that is missing", "gone", "KongPlugin", "plugin-missing"],
    ["to another kind", "x", "KongClusterPlugin", "filter-unsupported"],
  ])("%s answers the requests of the rule with 500, whatever other filters do", async (_, name, kind, code) => {
    const other = "{type: RequestHeaderModifier, requestHeaderModifier: {remove: [x]}}";
    const { route: made, problems } = await filtered(`${other}, ${ref(name, kind)}`);
    expect(made?.plugins).toMatchObject([{ name: "request-termination", config: { status_code: 500 } }]);
    expect(made?.plugins).toHaveLength(1);
    expect(problems).toEqual([`error HTTPRoute shop/r spec.rules[0].filters[1].extensionRef ${code}`]);
  });
});

describe("what Kong cannot do", () => {
  it("leaves its rule out, and no other", async () => {
    const mirror = "filters: [{type: RequestMirror, requestMirror: {backendRef: {name: b, port: 80}}}]";
    const yaml = all(EDGE, service("a"), route("HTTPRoute", "r", `rules: [${rule("/1", "a", mirror)}, ${rule("/2")}]`));
    const { routes, problems } = await compileRoutes(yaml);
    expect(Object.keys(routes)).toEqual(["httproute.shop.r.1.0"]);
    expect(found(problems)).toEqual(["error HTTPRoute shop/r spec.rules[0].filters[0].type filter-unsupported"]);
  });
});

describe("filters of a backend", () => {
  const backend = (...names: readonly string[]) =>
    names
      .map(
        (name) =>
          `{name: ${name}, port: 80, filters: [{type: RequestHeaderModifier, requestHeaderModifier: {remove: [x]}}]}`,
      )
      .join(", ");
  const compiled = (...names: readonly string[]) =>
    compileRoutes(
      all(EDGE, service("a"), service("b"), route("HTTPRoute", "r", `rules: [{backendRefs: [${backend(...names)}]}]`)),
    );

  it("are those of the rule where there is only one", async () => {
    const { routes, problems } = await compiled("a");
    expect(routes["httproute.shop.r.0.0"]?.["plugins"]).toEqual([
      { name: "request-transformer", config: { remove: { headers: ["x"] } } },
    ]);
    expect(problems).toEqual([]);
  });

  it("are not applied to one of several, and it is said", async () => {
    const { routes, problems } = await compiled("a", "b");
    expect(routes["httproute.shop.r.0.0"]).not.toHaveProperty("plugins");
    expect(found(problems)).toEqual([
      "error HTTPRoute shop/r spec.rules[0].backendRefs[0].filters backend-filter-unsupported",
      "error HTTPRoute shop/r spec.rules[0].backendRefs[1].filters backend-filter-unsupported",
    ]);
  });
});
