import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../base/json.ts";
import { haveSharedFacts, sharedJson, sharedNames } from "../testing/shared-facts.ts";
import { check } from "./check.ts";
import type { RecordType } from "./field.ts";
import { bundledPlugins } from "./plugins/table.ts";
import { printSchema } from "./print.ts";
import { readSchema } from "./read.ts";
import { schemasOf } from "./schemas.ts";
import { flatten } from "./violation.ts";

/** Checks kept in code have no place in what is shown. */
function shown(schema: JsonObject): JsonObject {
  return JSON.parse(
    JSON.stringify(schema, (key, value: Json) =>
      key === "entity_checks"
        ? (value as readonly JsonObject[]).filter((one) => !("custom_entity_check" in one))
        : value,
    ),
  ) as JsonObject;
}

test.each([...schemasOf("expressions"), ...bundledPlugins] as [string, RecordType][])(
  "what is shown of %s is read back",
  (_, schema) => {
    expect(shown(printSchema(readSchema(printSchema(schema))))).toEqual(shown(printSchema(schema)));
  },
);

test("a schema that was read checks as the one that was shown", () => {
  const options = { flavor: "traditional_compatible", now: 0, foreign: "any" } as const;
  const read = readSchema(printSchema(bundledPlugins.get("rate-limiting")!));
  const lines = (config: JsonObject) =>
    flatten(check(read, { config }, options) ?? "fine").map(({ field, message }) => `${field}: ${message}`);
  expect(lines({ minute: 5, policy: "redis" })).toContain("config.redis.host: required field missing");
  expect(lines({ minute: "x" })).toEqual(["config.minute: expected a number"]);
  expect(lines({ minute: 5, policy: "redis", redis_host: "h" })).toEqual(["undefined: fine"]);
});

test("anything else is refused", () => {
  for (const json of [null, 1, "x", { fields: [1] }, { fields: [{ a: 1 }] }])
    expect(() => readSchema(json)).toThrow(TypeError);
  expect(readSchema({}).fields.size).toBe(0);
});

describe.skipIf(!haveSharedFacts)("what a real gateway shows", () => {
  const names = sharedNames("facts/kong-3.9/schemas/plugins");
  test.each(names)("%s can be read and used", (name) => {
    const schema = readSchema(sharedJson(`facts/kong-3.9/schemas/plugins/${name}`));
    expect(schema.fields.has("config")).toBe(true);
    const found = check(schema, { config: { nosuch: 1 } }, { flavor: "expressions", now: 0, foreign: "any" });
    expect(flatten(found!).map(({ field }) => field)).toContain("config.nosuch");
  });
});
