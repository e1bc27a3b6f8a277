import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../base/json.ts";
import { type CheckOptions, check } from "./check.ts";
import { fillDefaults } from "./fill.ts";
import { schemasOf } from "./schemas.ts";
import { stripDefaults } from "./strip.ts";
import { ViolationTree } from "./violation.ts";

const options: CheckOptions = { flavor: "traditional_compatible", now: Date.UTC(2026, 0, 1), foreign: "any" };
const schemas = schemasOf("traditional_compatible");

describe("defaults", () => {
  const samples: readonly (readonly [string, JsonObject])[] = [
    [
      "services",
      { name: "a", host: "h", protocol: "http", port: 80, retries: 5, path: null, connect_timeout: 1, enabled: true },
    ],
    [
      "routes",
      {
        name: "r",
        protocols: ["http", "https"],
        strip_path: true,
        path_handling: "v0",
        regex_priority: 0,
        paths: ["/"],
      },
    ],
    ["routes", { name: "r", protocols: ["grpc"], strip_path: false, hosts: ["a"] }],
    [
      "upstreams",
      { name: "u", slots: 10_000, healthchecks: { active: { healthy: { interval: 5, successes: 0 } }, threshold: 0 } },
    ],
    ["upstreams", { name: "u", healthchecks: { passive: {}, threshold: 0 } }],
    [
      "plugins",
      { name: "opentelemetry", enabled: true, config: { traces_endpoint: "http://a", queue: { max_batch_size: 1 } } },
    ],
    ["plugins", { name: "opentelemetry", config: { traces_endpoint: "http://a", queue: { max_batch_size: 200 } } }],
    ["plugins", { name: "cors", protocols: ["grpc", "grpcs", "http", "https"], config: { credentials: false } }],
  ];

  test.each(samples)("what is stripped of %s comes back (%#)", (kind, value) => {
    const schema = schemas.get(kind)!;
    const stripped = stripDefaults(schema, value);
    expect(fillDefaults(schema, stripped)).toEqual(fillDefaults(schema, value));
    expect(JSON.stringify(stripped).length).toBeLessThan(JSON.stringify(value).length);
  });

  test("nothing is left of a service that says what Kong says", () => {
    expect(stripDefaults(schemas.get("services")!, samples[0]![1])).toEqual({
      name: "a",
      host: "h",
      connect_timeout: 1,
    });
  });

  test("what does not equal the default stays, and the whole is kept as it is when nothing goes", () => {
    const grpc = { name: "r", protocols: ["grpc"], strip_path: true, hosts: ["a"] };
    expect(stripDefaults(schemas.get("routes")!, grpc)).toBe(grpc);
  });

  test("any mixture of fields, right or wrong, comes back", () => {
    const json: fc.Arbitrary<Json> = fc.jsonValue() as fc.Arbitrary<Json>;
    for (const [kind, schema] of schemas) {
      const field = fc.constantFrom(...schema.fields.keys(), "bogus");
      const value = fc.array(
        fc.tuple(
          field,
          fc.oneof(
            json,
            ...[...schema.fields.values()].flatMap((f) => (f.default === undefined ? [] : [fc.constant(f.default)])),
          ),
        ),
      );
      fc.assert(
        fc.property(value, (entries) => {
          const entity = Object.fromEntries(entries) as JsonObject;
          const filled = fillDefaults(schema, entity);
          if (filled instanceof ViolationTree) return;
          expect(fillDefaults(schema, stripDefaults(schema, entity)), kind).toEqual(filled);
          check(schema, entity, options);
        }),
        { numRuns: 30 },
      );
    }
  });

  test("what is made up: ids, times and keys", () => {
    const auto = { now: 1500, uuid: () => "u", token: () => "t" };
    const credential = fillDefaults(schemas.get("keyauth_credentials")!, {}, auto);
    expect(credential).toEqual({ id: "u", created_at: 1, key: "t", tags: null });
    expect(fillDefaults(schemas.get("targets")!, { target: "a" }, auto)).toMatchObject({
      created_at: 1.5,
      weight: 100,
    });
    expect(fillDefaults(schemas.get("plugins")!, { name: "oauth2" }, auto)).toMatchObject({
      config: { provision_key: "t" },
    });
  });
});
