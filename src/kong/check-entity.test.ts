import { describe, expect, test } from "vitest";
import { checkEntity, stripEntity, type Target } from "./check-entity.ts";
import { number } from "./schema/notation.ts";
import { config, plugin } from "./schema/plugin.ts";
import { bundledPlugins } from "./schema/plugins/table.ts";
import { printSchema } from "./schema/print.ts";
import { readSchema } from "./schema/read.ts";

const target: Target = { flavor: "traditional_compatible", version: "3.9.1", now: Date.UTC(2026, 0, 1) };
const expressions: Target = { ...target, flavor: "expressions" };

function lines(section: string, entity: object, on: Target = target): string[] {
  return checkEntity(section, entity, on).map(({ field, message }) => `${field ?? "@"}: ${message}`);
}

describe("what a real Kong 3.9.1 refuses although KIC pushes it (spec: corrections, second table)", () => {
  test("redirect to a location without a host", () => {
    for (const location of ["/", "/new/path"])
      expect(lines("plugins", { name: "redirect", config: { location, status_code: 302 } })).toEqual([
        "config.location: missing host in url",
      ]);
    expect(lines("plugins", { name: "redirect", config: { location: "http://a/x" } })).toEqual([]);
  });

  test("an empty expression", () => {
    expect(
      lines("routes", { name: "r", protocols: ["tls_passthrough"], expression: "", priority: 1 }, expressions),
    ).toContain("expression: length must be at least 1");
  });

  test("protocols of a route", () => {
    const hosts = ["h"];
    expect(lines("routes", { hosts, protocols: ["gopher", "http"] })[0]).toMatch(/^protocols\.1: expected one of/);
    expect(lines("routes", { hosts, protocols: ["HTTP"] })).toEqual(["protocols: unknown type: HTTP"]);
    for (const protocol of ["tcp", "tls", "udp", "tls_passthrough"])
      expect(lines("routes", { hosts, paths: ["/"], protocols: [protocol] })).toContainEqual(
        expect.stringMatching(/^hosts: cannot set/),
      );
    const expression = 'http.host == "h"';
    expect(lines("routes", { expression, protocols: ["grpc", "http"] }, expressions)[0]).toContain(
      "mutually exclusive",
    );
    expect(lines("routes", { expression, strip_path: true, protocols: ["grpc"] }, expressions)[0]).toContain(
      "strip_path: cannot set",
    );
    expect(lines("routes", { expression, protocols: ["tcp"] }, expressions)[0]).toContain("Unknown LHS field");
  });

  test("fields of a service that do not go with its protocol, or are out of range", () => {
    const host = "h";
    for (const protocol of ["tcp", "tls", "udp"])
      expect(lines("services", { host, protocol, path: "/" })).toContain("path: value must be null");
    for (const protocol of ["ws", "wss"])
      expect(lines("services", { host, protocol })[0]).toMatch(/^protocol: expected one of/);
    expect(lines("services", { host, protocol: "http", tls_verify: true })).toContain("tls_verify: value must be null");
    expect(lines("services", { host, client_certificate: "x" })).toContain("client_certificate: value must be null");
    expect(lines("services", { host, read_timeout: 0, connect_timeout: -1, retries: 40_000 })).toEqual([
      "retries: value should be between 0 and 32767",
      "read_timeout: value should be between 1 and 2147483646",
      "connect_timeout: value should be between 1 and 2147483646",
    ]);
  });

  test("fields of a route that Kong does not take", () => {
    expect(lines("routes", { paths: ["/"], protocols: ["http"], snis: ["a"] })).toContain("snis: length must be 0");
    expect(lines("routes", { destinations: [{ port: 1 }], protocols: ["tcp"], snis: ["a"] })).toContain(
      "snis: length must be 0",
    );
    expect(lines("routes", { headers: { host: ["a"] } })[0]).toContain("headers: cannot contain 'host' header");
    for (const handling of ["xv1y", "v2"])
      expect(lines("routes", { paths: ["/"], path_handling: handling })).toEqual([
        "path_handling: expected one of: v0, v1",
      ]);
  });

  test("regular expressions that do not begin with ~/", () => {
    for (const path of ["~^/x", "~x", "x"])
      expect(lines("routes", { paths: [path] })).toEqual([
        "paths.1: should start with: / (fixed path) or ~/ (regex path)",
      ]);
  });

  test("credentials and CA certificates", () => {
    expect(lines("keyauth_credentials", { key: "" })).toEqual(["key: length must be at least 1"]);
    expect(lines("basicauth_credentials", { username: "a" })).toEqual(["password: required field missing"]);
    expect(lines("oauth2_credentials", { name: "a", redirect_uris: ["https://a", " https://b"] })).toEqual([
      "redirect_uris.2: cannot parse ' https://b'",
    ]);
    expect(lines("ca_certificates", { id: "my-ca", cert: "x" })).toContain("id: expected a valid UUID");
  });

  test("what needs the enterprise edition", () => {
    for (const section of ["consumer_groups", "consumer_group_consumers", "licenses", "mtls_auth_credentials"])
      expect(lines(section, { name: "a" })).toEqual(["@: this kind of entity needs Kong Gateway Enterprise"]);
    expect(lines("plugins", { name: "cors", ordering: { before: {} } })).toEqual(["ordering: unknown field"]);
    expect(lines("plugins", { name: "cors", consumer_group: "g" })).toEqual(["consumer_group: unknown field"]);
    expect(lines("plugins", { name: "acl", config: { allow: ["a"], include_consumer_groups: true } })).toEqual([
      "config.include_consumer_groups: unknown field",
    ]);
    expect(lines("vaults", { name: "hcv", prefix: "my-hcv" })).toEqual(["name: vault 'hcv' is not installed"]);
  });

  test("a cookie path without its slash, and sticky sessions before 3.11", () => {
    expect(lines("upstreams", { name: "u", hash_on: "cookie", hash_on_cookie: "c", hash_on_cookie_path: "x" })).toEqual(
      ["hash_on_cookie_path: should start with: /"],
    );
    expect(lines("upstreams", { name: "u", sticky_sessions_cookie: "c" })).toEqual([
      "sticky_sessions_cookie: unknown field",
    ]);
  });
});

test("targets that are nothing but an address are told apart as the rules do it", () => {
  const texts = ["10.0.0.1:80", "0.0.0.0:1", "255.255.255.255:59999", "10.0.0.1:65535", "10.0.0.1:65536", "10.0.0.1:0"];
  const others = [
    "256.0.0.1:80",
    "010.0.0.1:80",
    "10.0.0:80",
    "10.0.0.1:099",
    "10.0.0.1:",
    "10.0.0.1",
    "a:1",
    "1.2.3.4:5 ",
  ];
  for (const text of [...texts, ...others])
    expect(lines("targets", { target: text }), text).toEqual(lines("targets", { target: text, weight: 7 }));
  expect(lines("targets", { target: "256.0.0.1:80" })).not.toEqual([]);
  expect(lines("targets", { target: "10.0.0.1:80", wait: 1 })).not.toEqual([]);
});

test("entities inside of an entity are for calls of their own", () => {
  const service = { name: "a", host: "h", routes: [{ name: "r", paths: ["bad"] }], plugins: [{ name: "nosuch" }] };
  expect(lines("services", service)).toEqual([]);
  expect(lines("upstreams", { name: "u", targets: [{ target: "?" }] })).toEqual([]);
  expect(lines("consumers", { username: "c", keyauth_credentials: [{}], acls: [] })).toEqual([]);
});

describe("gateways that our tables are not the ones of", () => {
  const newer: Target = { ...target, version: "3.12.0" };
  const enterprise: Target = { ...target, version: "3.9.0.1", enterprise: true };

  test("may know more, but not less", () => {
    for (const on of [newer, enterprise]) {
      expect(lines("upstreams", { name: "u", sticky_sessions_cookie: "c", algorithm: "sticky-sessions" }, on)).toEqual(
        [],
      );
      expect(lines("plugins", { name: "nosuch", config: {} }, on)).toEqual([]);
      expect(lines("consumer_groups", { name: "g" }, on)).toEqual([]);
      expect(lines("services", { host: "h", retries: -1 }, on)).toEqual([
        "retries: value should be between 0 and 32767",
      ]);
    }
  });

  test("say which plugins they have", () => {
    const on: Target = { ...target, plugins: new Set(["custom", "cors"]) };
    expect(lines("plugins", { name: "custom", config: { any: 1 }, service: "a" }, on)).toEqual([]);
    expect(lines("plugins", { name: "custom", config: {}, enabled: 1 }, on)).toEqual(["enabled: expected a boolean"]);
    expect(lines("plugins", { name: "cors" }, on)).toEqual([]);
    expect(lines("plugins", { name: "key-auth" }, on)[0]).toContain("name: plugin 'key-auth' not enabled");
  });

  test("show the schemas of their plugins", () => {
    const live = plugin(config({ size: number({ between: [0, 1] }) }));
    const on: Target = { ...newer, pluginSchemas: new Map([["custom", live]]) };
    expect(lines("plugins", { name: "custom", config: { size: 2 } }, on)).toEqual([
      "config.size: value should be between 0 and 1",
    ]);
  });

  test("show schemas without what Kong checks in code, which ours add", () => {
    const shown = readSchema(printSchema(bundledPlugins.get("redirect")!));
    const on: Target = { ...newer, pluginSchemas: new Map([["redirect", shown]]) };
    expect(lines("plugins", { name: "redirect", config: { location: "/" } }, on)).toEqual([
      "config.location: missing host in url",
    ]);
  });
});

test("stripping leaves the configuration of plugins alone", () => {
  const cors = { name: "cors", enabled: true, config: { credentials: false } };
  expect(stripEntity("plugins", cors, "expressions")).toEqual({ name: "cors", config: { credentials: false } });
  const service = {
    name: "s",
    host: "h",
    protocol: "http",
    port: 80,
    retries: 5,
    connect_timeout: 60_000,
    path: "/",
    routes: [],
  };
  expect(stripEntity("services", service, "expressions")).toEqual({ name: "s", host: "h", path: "/", routes: [] });
  expect(stripEntity("licenses", { payload: "x" }, "expressions")).toEqual({ payload: "x" });
});

test("nothing is wrong with 30,000 good entities", () => {
  const entities = Array.from({ length: 10_000 }, (_, i) => ({
    service: {
      name: `ns.s${i}.80`,
      host: `s${i}.ns.80.svc`,
      port: 80,
      protocol: "http",
      path: "/",
      retries: 5,
      read_timeout: 60_000,
      tags: [`k8s-name:s${i}`, "k8s-kind:Service"],
    },
    route: {
      name: `ns.i${i}`,
      hosts: [`h${i}.example.com`],
      paths: ["/a/", "~/a$"],
      strip_path: false,
      tags: [`k8s-name:i${i}`],
    },
    upstream: { name: `s${i}.ns.80.svc`, algorithm: "round-robin", tags: [`k8s-name:s${i}`] },
  }));
  for (const { service, route, upstream } of entities) {
    expect(
      checkEntity("services", service, target).length +
        checkEntity("routes", route, target).length +
        checkEntity("upstreams", upstream, target).length,
    ).toBe(0);
  }
});
