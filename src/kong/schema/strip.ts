import { deepEqual } from "../../base/equal.ts";
import { isJsonObject, type Json, type JsonObject, own } from "../../base/json.ts";
import type { EntitySchema, Field, RecordType } from "./field.ts";
import { fieldsOf, fillDefaults, missing } from "./fill.ts";
import { ViolationTree } from "./violation.ts";

/**
 * An entity without what Kong fills in by itself: completing what is left gives what completing the whole gives. Unknown fields stay, and so does an entity
 * that cannot be completed.
 */
export function stripDefaults<T extends JsonObject>(schema: RecordType | EntitySchema, value: T): T {
  const filled = fillDefaults(schema, value);
  if (filled instanceof ViolationTree) return value;
  return stripRecord(schema, value, filled) as T;
}

function stripRecord(schema: RecordType | EntitySchema, value: JsonObject, filled: JsonObject): JsonObject {
  const key = "subschemas" in schema ? schema.subschemas?.key : undefined;
  const fields = fieldsOf(schema, value);
  const out: [string, Json][] = [];
  for (const [name, one] of Object.entries(value)) {
    const field = fields.get(name);
    const standard = field === undefined ? undefined : missing(field);
    const complete = own(filled, name);
    // The default of the subschema key chooses no subschema, the same value given does (a route's protocols).
    if (field !== undefined && name !== key && standard !== undefined && deepEqual(complete, standard)) continue;
    out.push([name, field === undefined ? one : stripField(field, one, complete)]);
  }
  return out.length === Object.keys(value).length && out.every(([name, one]) => value[name] === one)
    ? value
    : Object.fromEntries(out);
}

function stripField(field: Field, value: Json, filled: Json | undefined): Json {
  const open = field.type === "record" && !field.abstract && !field.auto;
  return open && isJsonObject(value) && isJsonObject(filled)
    ? stripRecord(field.record!, value as JsonObject, filled as JsonObject)
    : value;
}
