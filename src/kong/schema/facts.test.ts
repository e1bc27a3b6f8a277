import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../base/json.ts";
import { haveSharedFacts, sharedJson, sharedNames } from "../testing/shared-facts.ts";
import { bundledPlugins } from "./plugins/table.ts";
import { printSchema } from "./print.ts";
import { schemasOf, tagsSchema } from "./schemas.ts";

const FOLDER = "facts/kong-3.9/schemas";
type Dict = Record<string, unknown>;

/** What a Kong shows that is no rule: words for people, and what its validator leaves behind in its own tables. */
function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== "object" || value === null) return value;
  const out: Dict = {};
  for (const [key, one] of Object.entries(value)) {
    if (key === "description" || key === "json_schema") continue;
    if (key === "message" && "removal_in_version" in value) continue;
    if (key === "required" && one === false) continue;
    if (key === "len_min" && one === 1 && (value as Dict)["type"] === "string") continue;
    if (key === "unique" && one === false) continue;
    if (
      (key === "fields" || key === "entity_checks" || key === "shorthand_fields") &&
      Object.keys(one as object).length === 0
    )
      continue;
    out[key] = key === "fields" || key === "shorthand_fields" ? byName(one as readonly Dict[]) : normal(one);
  }
  return out;
}

function byName(fields: readonly Dict[]): Dict {
  return Object.fromEntries(fields.flatMap((field) => Object.entries(field)).map(([name, one]) => [name, normal(one)]));
}

/** Where ours and Kong's differ on purpose: kind, path, and why. */
const DIFFERENT: Readonly<Record<string, (schema: Dict) => void>> = {
  // Kong shows the default that it drew when it started; ours says that it draws one.
  session: (schema) => {
    const secret = ((schema["fields"] as Dict)["config"] as { fields: Dict }).fields["secret"] as Dict;
    expect(typeof (secret["default"] ?? secret["auto"])).toMatch(/string|boolean/);
    delete secret["default"];
    delete secret["auto"];
  },
};

function compare(name: string, ours: JsonObject, kongs: Json): void {
  const [left, right] = [normal(ours) as Dict, normal(kongs) as Dict];
  for (const side of [left, right]) DIFFERENT[name]?.(side);
  expect(left).toEqual(right);
}

describe.skipIf(!haveSharedFacts)("our schemas are those of a Kong 3.9", () => {
  const schemas = schemasOf("traditional_compatible");
  const kinds = sharedNames(FOLDER).filter((name) => name.endsWith(".json"));

  test("of every kind", () => {
    const names = kinds.map((name) => name.replace(".json", "")).filter((name) => name !== "tags");
    expect([...schemas.keys()].sort()).toEqual(names.sort());
    compare("tags", printSchema(tagsSchema), sharedJson(`${FOLDER}/tags.json`) as Json);
  });

  test.each([...schemas.keys()])("%s", (name) => {
    compare(name, printSchema(schemas.get(name)!), sharedJson(`${FOLDER}/${name}.json`) as Json);
  });

  test("of every plugin", () => {
    const names = sharedNames(`${FOLDER}/plugins`).map((name) => name.replace(".json", ""));
    expect([...bundledPlugins.keys()].sort()).toEqual([...names].sort());
  });

  test.each([...bundledPlugins.keys()])("plugin %s", (name) => {
    compare(name, printSchema(bundledPlugins.get(name)!), sharedJson(`${FOLDER}/plugins/${name}.json`) as Json);
  });

  test("routes under the expressions flavour", () => {
    const kongs = sharedJson("facts/kong-3.9/flavor-expressions/schema-routes.json") as Json;
    compare("routes", printSchema(schemasOf("expressions").get("routes")!), kongs);
  });
});

test("a comparison can fail", () => {
  const schema = printSchema(schemasOf("expressions").get("services")!);
  const changed = JSON.parse(JSON.stringify(schema).replace("32767", "32766")) as Json;
  expect(() => compare("services", schema, changed)).toThrow();
});
