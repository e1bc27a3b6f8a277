import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../base/json.ts";
import { type CheckOptions, check } from "./check.ts";
import { fillDefaults } from "./fill.ts";
import { schemasOf } from "./schemas.ts";
import { flatten, violationJson } from "./violation.ts";

const options: CheckOptions = { flavor: "traditional_compatible", now: Date.UTC(2026, 0, 1), foreign: "any" };
const schemas = schemasOf("traditional_compatible");

/** `field: message` lines, `@: message` for what is wrong with the whole. */
function wrong(kind: string, value: JsonObject, more: Partial<CheckOptions> = {}): string[] {
  const all = { ...options, ...more };
  const found = check(schemasOf(all.flavor).get(kind)!, value, all);
  return found === undefined ? [] : flatten(found).map(({ field, message }) => `${field ?? "@"}: ${message}`);
}

describe("services", () => {
  test("a right one", () => expect(wrong("services", { name: "a", host: "a.b", tags: ["k8s-name:a"] })).toEqual([]));

  test("types, ranges and choices", () => {
    expect(wrong("services", { host: 1, port: 65536, retries: 1.5, enabled: "yes", protocol: "ws" })).toEqual([
      "retries: expected an integer",
      "protocol: expected one of: grpc, grpcs, http, https, tcp, tls, tls_passthrough, udp",
      "port: value should be between 0 and 65535",
      "host: expected a string",
      "enabled: expected a boolean",
    ]);
  });

  test("required, unknown and empty fields", () => {
    expect(wrong("services", { bogus: 1, name: "", ["__proto__"]: 1 })).toEqual([
      "name: length must be at least 1",
      "host: required field missing",
      "bogus: unknown field",
      "__proto__: unknown field",
    ]);
  });

  test("what goes with which protocol", () => {
    expect(wrong("services", { host: "a", protocol: "tcp", path: "/" })).toEqual([
      "path: value must be null",
      "@: failed conditional validation given value of field 'protocol'",
    ]);
    expect(wrong("services", { host: "a", tls_verify: true })[0]).toBe("tls_verify: value must be null");
    expect(wrong("services", { host: "a", protocol: "https", tls_verify: true })).toEqual([]);
  });

  test("url stands for four fields", () => {
    const filled = fillDefaults(schemas.get("services")!, { url: "https://a.b/x?y=1" });
    expect(filled).toMatchObject({ protocol: "https", host: "a.b", port: 443, path: "/x" });
    expect(wrong("services", { url: "http://a" })).toEqual([]);
  });
});

describe("routes", () => {
  test("need something to match by", () => {
    const err = "@: must set one of 'methods', 'hosts', 'headers', 'paths', 'snis' when 'protocols' is 'https'";
    expect(wrong("routes", { name: "r" })).toEqual([err]);
    expect(wrong("routes", { name: "r", paths: [] })).toEqual([err]);
    expect(wrong("routes", { protocols: ["http"], snis: ["a"] })).toContain(
      "@: must set one of 'methods', 'hosts', 'headers', 'paths' when 'protocols' is 'http'",
    );
  });

  test("fields that do not go with their protocols", () => {
    expect(wrong("routes", { protocols: ["tcp"], paths: ["/x"] })).toEqual([
      "paths: cannot set 'paths' when 'protocols' is 'tcp', 'tls', 'tls_passthrough' or 'udp'",
      "@: must set one of 'sources', 'destinations', 'snis' when 'protocols' is 'tcp', 'tls' or 'udp'",
    ]);
    expect(wrong("routes", { protocols: ["grpc"], hosts: ["a"], strip_path: true })).toEqual([
      "strip_path: cannot set 'strip_path' when 'protocols' is 'grpc' or 'grpcs'",
    ]);
    expect(wrong("routes", { protocols: ["http"], hosts: ["a"], snis: ["b"] })).toEqual([
      "snis: length must be 0",
      "@: 'snis' can only be set when 'protocols' is 'grpcs', 'https', 'tls' or 'tls_passthrough'",
    ]);
  });

  test("protocols that do not go together, or are none", () => {
    expect(wrong("routes", { protocols: ["grpc", "http"], hosts: ["a"] })).toEqual([
      "protocols: these sets are mutually exclusive: ('grpc', 'grpcs'), ('http', 'https')",
    ]);
    expect(wrong("routes", { protocols: ["ws", "HTTP"], hosts: ["a"] })).toEqual(["protocols: unknown type: ws"]);
    expect(wrong("routes", { protocols: ["http", "gopher"], hosts: ["a"] })[0]).toMatch(
      /^protocols\.2: expected one of/,
    );
  });

  test("paths, hosts, methods and headers", () => {
    expect(
      wrong("routes", {
        paths: ["/a", "nope", "/x//y", "/~"],
        hosts: ["*.*", "a.*.b"],
        methods: ["get"],
        headers: { Host: ["a"] },
      }),
    ).toEqual([
      "paths.3: must not have empty segments",
      "paths.2: should start with: / (fixed path) or ~/ (regex path)",
      "methods.1: invalid value: get",
      "hosts.2: invalid wildcard: must be placed at leftmost or rightmost label",
      "hosts.1: invalid wildcard: must have at most one wildcard",
      "headers: cannot contain 'host' header, which must be specified in the 'hosts' attribute",
    ]);
  });

  test("the flavours differ in look-around, and in expressions", () => {
    const route = { paths: ["~/a(?=b)"] };
    expect(wrong("routes", route)[0]).toBe(
      '@: Router Expression failed validation:  --> 1:14\n  |\n1 | (http.path ~ r#"^/a(?=b)"#)\n  |              ^-----------^\n  |\n  = regex parse error:\n    ^/a(?=b)\n       ^^^\nerror: look-around, including look-ahead and look-behind, is not supported',
    );
    expect(wrong("routes", route, { flavor: "traditional" })).toEqual([]);
    const text = { expression: 'http.path == "/"', priority: 1 };
    expect(wrong("routes", text).slice(0, 2)).toEqual(["priority: unknown field", "expression: unknown field"]);
    expect(wrong("routes", text, { flavor: "expressions" })).toEqual([]);
  });

  test("under expressions", () => {
    const expressions = { flavor: "expressions" } as const;
    expect(wrong("routes", { expression: 'http.nope == "x"' }, expressions)).toEqual([
      "@: Router Expression failed validation: Unknown LHS field",
    ]);
    expect(wrong("routes", { expression: "http.path ==", paths: ["/"] }, expressions)[0]).toContain("simultaneously");
    expect(wrong("routes", { expression: "", protocols: ["tls_passthrough"] }, expressions)).toEqual([
      "expression: length must be at least 1",
      "@: must set snis when 'protocols' is 'tls_passthrough'",
    ]);
    expect(wrong("routes", { expression: "net.dst.port == 1", protocols: ["tcp"] }, expressions)).toEqual([]);
    expect(wrong("routes", { expression: 'http.host == "a"', protocols: ["tcp"] }, expressions)[0]).toContain(
      "Unknown LHS",
    );
    expect(wrong("routes", { expression: 'http.host == "a"', priority: 2 ** 46 }, expressions)[0]).toContain(
      "priority: value should be",
    );
  });
});

describe("plugins", () => {
  test("configuration", () => {
    expect(wrong("plugins", { name: "rate-limiting", config: { minute: "abc", bogus: true } })).toEqual([
      "config.minute: expected a number",
      "config.bogus: unknown field",
    ]);
    expect(wrong("plugins", { name: "rate-limiting" })[0]).toContain(
      "@: at least one of these fields must be non-empty: 'config.second'",
    );
    expect(wrong("plugins", { name: "rate-limiting", config: { minute: 5, hour: 1 } })).toEqual([
      "config: The limit for hour(1.0) cannot be lower than the limit for minute(5.0)",
    ]);
    expect(wrong("plugins", { name: "redirect", config: { location: "/" } })).toEqual([
      "config.location: missing host in url",
    ]);
  });

  test("names that are not enabled, and bindings that are not allowed", () => {
    expect(wrong("plugins", { name: "nosuch", config: { a: 1 } })).toEqual([
      "name: plugin 'nosuch' not enabled; add it to the 'plugins' configuration property",
    ]);
    expect(wrong("plugins", { name: "key-auth", consumer: "c" })).toEqual(["consumer: value must be null"]);
    expect(wrong("plugins", { name: "cors", ordering: {} })).toEqual(["ordering: unknown field"]);
    expect(wrong("plugins", {})).toEqual(["name: required field missing"]);
  });

  test("former names of fields", () => {
    const filled = fillDefaults(schemas.get("plugins")!, {
      name: "rate-limiting",
      config: { minute: 1, policy: "redis", redis_host: "r", redis: { port: 1 } },
    }) as { config: JsonObject };
    expect(filled.config["redis"]).toMatchObject({ host: "r", port: 1, timeout: 2000 });
    expect(filled.config).not.toHaveProperty("redis_host");
    expect(
      wrong("plugins", { name: "rate-limiting", config: { minute: 1, redis_host: "a", redis: { host: "b" } } }),
    ).toEqual([
      "config.redis_host: both deprecated and new field are used but their values mismatch: redis_host = a vs redis.host = b",
    ]);
  });

  test("a vault reference passes where Kong resolves one", () => {
    expect(wrong("plugins", { name: "http-log", config: { http_endpoint: "{vault://env/x}" } })).toEqual([]);
    expect(wrong("plugins", { name: "http-log", config: { http_endpoint: "nope" } })).toEqual([
      "config.http_endpoint: missing host in url",
    ]);
  });
});

describe("upstreams, consumers, vaults", () => {
  test("hashing", () => {
    expect(wrong("upstreams", { name: "u", hash_on: "header" })).toEqual([
      "hash_on_header: required field missing",
      "@: failed conditional validation given value of field 'hash_on'",
    ]);
    expect(wrong("upstreams", { name: "u", hash_on_cookie_path: "x" })).toEqual([
      "hash_on_cookie_path: should start with: /",
    ]);
    expect(wrong("upstreams", { name: "bad name!" })).toEqual([
      "name: Invalid name ('bad name!'); must be a valid hostname",
    ]);
  });

  test("references to other entities, in each form", () => {
    const target = { target: "a:80" };
    expect(wrong("targets", target, { foreign: "none" })).toEqual([]);
    expect(wrong("targets", { ...target, upstream: "u" }, { foreign: "none" })).toEqual([
      "upstream: value must be null",
    ]);
    expect(wrong("targets", target, { foreign: "name" })).toEqual(["upstream: required field missing"]);
    expect(wrong("targets", { ...target, upstream: { id: "x" } }, { foreign: "key" })).toEqual([
      "upstream.id: expected a valid UUID",
    ]);
    expect(wrong("targets", { ...target, upstream: "u" }, { foreign: "key" })).toEqual([
      "upstream.id: missing primary key",
    ]);
  });

  test("a basic-auth credential needs its consumer for the hash", () => {
    const credential = { username: "a", password: "b" };
    const err = "@: all or none of these fields must be set: 'password', 'consumer.id'";
    expect(wrong("basicauth_credentials", credential, { foreign: "none" })).toEqual([err]);
    expect(wrong("basicauth_credentials", credential)).toEqual([]);
  });

  test("vaults", () => {
    expect(wrong("vaults", { name: "hcv", prefix: "my-vault" })).toEqual(["name: vault 'hcv' is not installed"]);
    expect(wrong("vaults", { name: "env", prefix: "env" })).toEqual(["prefix: must not be one of: env"]);
    expect(wrong("vaults", { name: "env", prefix: "My" })).toEqual(["prefix: invalid value: My"]);
  });
});

test("an expiry stands beside the fields of what can expire", () => {
  expect(wrong("keyauth_credentials", { key: "k", ttl: 60 })).toEqual([]);
  expect(wrong("acls", { group: "g", ttl: 60 })).toEqual(["ttl: unknown field"]);
});

test("Lua has one empty table", () => {
  expect(wrong("plugins", { name: "cors", config: [] })).toEqual([]);
  expect(wrong("routes", { hosts: {}, paths: ["/"] })).toEqual([]);
  expect(wrong("plugins", { name: "cors", config: [1] })).toEqual(["config.1: unknown field"]);
  expect(wrong("routes", { hosts: { a: 1 }, paths: ["/"] })).toEqual(["hosts: expected an array"]);
});

test("violations as Kong writes them in JSON", () => {
  const found = check(schemas.get("routes")!, { paths: ["/", "nope"], protocols: ["http"] }, options)!;
  expect(violationJson(found)).toEqual({ paths: [null, "should start with: / (fixed path) or ~/ (regex path)"] });
  const none = check(schemas.get("consumers")!, {}, options)!;
  expect(violationJson(none)).toEqual({
    "@entity": ["at least one of these fields must be non-empty: 'custom_id', 'username'"],
  });
});
