import { isJsonObject, type Json, type JsonObject, own } from "../../base/json.ts";
import type { EntitySchema, Field, RecordType } from "../../kong/schema/field.ts";
import { fieldsOf, fillDefaults } from "../../kong/schema/fill.ts";
import { ViolationTree } from "../../kong/schema/violation.ts";
import { targetText } from "./target-text.ts";

/**
 * An entity as the gateway would keep it: what it fills in by itself is there, a field that goes by an old and a new name has only the new one (facts:
 * db-mode/README.md §5). What cannot be completed stays as it is: the gateway will say what is wrong with it.
 */
export function normalForm(kind: string, value: JsonObject, schema: EntitySchema | undefined): JsonObject {
  const own = kind === "targets" ? { ...value, target: targetText(String(value["target"])) } : value;
  if (schema === undefined) return own;
  const filled = fillDefaults(schema, own);
  return filled instanceof ViolationTree ? own : filled;
}

/** The fields of an entity, after its name where that decides. */
export function fieldsFor(
  schema: RecordType | EntitySchema | undefined,
  value: JsonObject,
): ReadonlyMap<string, Field> {
  return schema === undefined ? NO_FIELDS : fieldsOf(schema, value);
}

const NO_FIELDS: ReadonlyMap<string, Field> = new Map();

/** Kong draws a value where none is given: at writing (`auto`), or once at its start, which its schema then shows as the default of something secret. */
export function isDrawn(field: Field): boolean {
  return field.auto === true || (field.encrypted === true && field.default !== undefined);
}

/** Whether two values of a field in normal form are the same to Kong: the order in a set means nothing, and Lua's empty table is a list or a map. */
export function sameValue(field: Field | undefined, a: Json, b: Json): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return false;
  if (isEmpty(a) && isEmpty(b)) return true;
  if (Array.isArray(a) || Array.isArray(b)) return sameList(field, a, b);
  if (field?.type === "foreign") return own(a as JsonObject, "id") === own(b as JsonObject, "id");
  const left = a as JsonObject;
  const right = b as JsonObject;
  const fields = field?.type === "record" ? field.record!.fields : undefined;
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)]))
    if (!sameValue(fields?.get(key) ?? field?.values, own(left, key) ?? null, own(right, key) ?? null)) return false;
  return true;
}

function sameList(field: Field | undefined, a: Json, b: Json): boolean {
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  const left = a as readonly Json[];
  const right = b as readonly Json[];
  if (field?.type !== "set") return left.every((one, at) => sameValue(field?.elements, one, right[at]!));
  const rest = [...right];
  return left.every((one) => {
    const at = rest.findIndex((other) => sameValue(field.elements, one, other));
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  });
}

function isEmpty(value: Json): boolean {
  return Array.isArray(value) ? value.length === 0 : isJsonObject(value) && Object.keys(value).length === 0;
}
