import { isJsonObject, type Json, type JsonObject, own } from "../../base/json.ts";
import type { EntitySchema, RecordType } from "../../kong/schema/field.ts";
import { subschemaOf } from "../../kong/schema/fill.ts";
import type { Entity } from "../entity-set.ts";

/** A plugin as the Admin API shows it: settings that have a new place stand at their old one too (facts: db-mode/README.md §5). */
export function pluginView(schema: EntitySchema, plugin: Entity): Entity {
  const config = plugin["config"];
  const record = subschemaOf(schema, plugin as unknown as JsonObject)?.fields.get("config")?.record;
  if (!isJsonObject(config) || record === undefined || !hasOldPlaces(record)) return plugin;
  return { ...plugin, config: withOldPlaces(record, config as JsonObject) };
}

function hasOldPlaces(record: RecordType): boolean {
  return (
    record.shorthands.size > 0 ||
    [...record.fields.values()].some((f) => f.record !== undefined && hasOldPlaces(f.record))
  );
}

function withOldPlaces(record: RecordType, value: JsonObject): JsonObject {
  const entries = Object.entries(value).map(([name, one]): [string, Json] => {
    const below = record.fields.get(name)?.record;
    return [name, below !== undefined && isJsonObject(one) ? withOldPlaces(below, one as JsonObject) : one];
  });
  const old = [...record.shorthands].flatMap(([name, { field }]): [string, Json][] => {
    const path = field.deprecation?.replacedWith?.[0];
    return path === undefined ? [] : [[name, at(value, path)]];
  });
  return Object.fromEntries([...entries, ...old]);
}

function at(value: JsonObject, path: readonly string[]): Json {
  let found: Json | undefined = value;
  for (const name of path) found = isJsonObject(found) ? own(found as JsonObject, name) : undefined;
  return found ?? null;
}
