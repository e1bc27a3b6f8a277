import { isJsonObject, type Json, type JsonObject, own } from "../../base/json.ts";
import type { EntityCheck, Field, RecordType, Shorthand } from "./field.ts";

/**
 * Reads a schema that a gateway shows (`GET /schemas/plugins/NAME`, `GET /schemas/KIND`): `printSchema` the other way round. Checks that Kong keeps in code
 * are not in it. Throws a TypeError on anything that is no schema.
 */
export function readSchema(json: unknown): RecordType {
  return readRecord(objectOf(json, "a schema"));
}

function readRecord(json: JsonObject): RecordType {
  return {
    fields: new Map(named(own(json, "fields")).map(([name, field]) => [name, readField(field)])),
    checks: listOf(own(json, "entity_checks")).flatMap((check) => readCheck(objectOf(check, "an entity check"))),
    shorthands: new Map(named(own(json, "shorthand_fields")).map(([name, field]) => [name, readShorthand(field)])),
  };
}

/** Kong's names of what we call otherwise. */
const NAMES: Readonly<Record<string, keyof Field>> = {
  one_of: "oneOf",
  not_one_of: "notOneOf",
  len_min: "lenMin",
  len_max: "lenMax",
  len_eq: "lenEq",
  is_regex: "isRegex",
  starts_with: "startsWith",
  match_none: "matchNone",
  match_all: "matchAll",
  match_any: "matchAny",
  mutually_exclusive_subsets: "mutuallyExclusiveSubsets",
  on_delete: "onDelete",
  unique_across_ws: "uniqueAcrossWs",
};
/** Kept under their own name. */
const SAME = new Set([
  "type",
  "required",
  "default",
  "eq",
  "ne",
  "gt",
  "between",
  "timestamp",
  "uuid",
  "match",
  "contains",
  "err",
  "reference",
  "auto",
  "unique",
  "referenceable",
  "encrypted",
  "transient",
  "abstract",
]);

function readField(json: JsonObject): Field {
  const out: Record<string, unknown> = { type: "any" };
  for (const [key, value] of Object.entries(json)) {
    if (key === "elements" || key === "keys" || key === "values") out[key] = readField(objectOf(value, key));
    else if (key === "deprecation") out[key] = readDeprecation(value);
    else if (SAME.has(key)) out[key] = value;
    else if (Object.hasOwn(NAMES, key)) out[NAMES[key]!] = value;
  }
  if (out["type"] === "record") out["record"] = readRecord(json);
  return out as unknown as Field;
}

function readDeprecation(json: Json): Field["deprecation"] {
  const from = objectOf(json, "deprecation");
  const oldDefault = own(from, "old_default");
  const replaced = listOf(own(from, "replaced_with")).map((one) =>
    listOf(own(objectOf(one, "replaced_with"), "path")).map(String),
  );
  return {
    removalInVersion: String(own(from, "removal_in_version") ?? ""),
    ...(oldDefault !== undefined && { oldDefault }),
    ...(replaced.length > 0 && { replacedWith: replaced }),
  };
}

/** What a shorthand becomes is known only where the schema says what replaced it. */
function readShorthand(json: JsonObject): Shorthand {
  const field = readField(json);
  const path = field.deprecation?.replacedWith?.[0];
  return {
    field,
    expand: (value) =>
      path === undefined ? {} : (path.reduceRight<Json>((inner, key) => ({ [key]: inner }), value) as JsonObject),
  };
}

const FIELD_LISTS = ["at_least_one_of", "only_one_of", "distinct", "mutually_required", "mutually_exclusive"] as const;

function readCheck(json: JsonObject): readonly EntityCheck[] {
  for (const kind of FIELD_LISTS) {
    const fields = own(json, kind);
    if (fields !== undefined) return [{ kind, fields: listOf(fields).map(String) }];
  }
  const conditional = own(json, "conditional");
  if (conditional !== undefined) return [readConditional(objectOf(conditional, "conditional"))];
  const list = own(json, "conditional_at_least_one_of");
  return list === undefined ? [] : [readConditionalList(objectOf(list, "conditional_at_least_one_of"))];
}

function readConditional(json: JsonObject): EntityCheck {
  const thenErr = own(json, "then_err");
  return {
    kind: "conditional",
    ifField: String(own(json, "if_field")),
    ifMatch: readMatch(own(json, "if_match")),
    thenField: String(own(json, "then_field")),
    thenMatch: readMatch(own(json, "then_match")),
    ...(typeof thenErr === "string" && { thenErr }),
  };
}

function readConditionalList(json: JsonObject): EntityCheck {
  const texts = { thenErr: own(json, "then_err"), elseErr: own(json, "else_then_err") };
  const elseMatch = own(json, "else_match");
  const elseFields = own(json, "else_then_at_least_one_of");
  return {
    kind: "conditional_at_least_one_of",
    ifField: String(own(json, "if_field")),
    ifMatch: readMatch(own(json, "if_match")),
    thenFields: listOf(own(json, "then_at_least_one_of")).map(String),
    ...(typeof texts.thenErr === "string" && { thenErr: texts.thenErr }),
    ...(elseMatch !== undefined && { elseMatch: readMatch(elseMatch) }),
    ...(elseFields !== undefined && { elseFields: listOf(elseFields).map(String) }),
    ...(typeof texts.elseErr === "string" && { elseErr: texts.elseErr }),
  };
}

/** A field of which only some rules are given: without a type it takes that of the field it is laid over. */
function readMatch(json: Json | undefined): Partial<Field> {
  const { type, ...rest } = readField(objectOf(json, "a match"));
  return type === "any" ? rest : { type, ...rest };
}

/** `fields` is a list of objects with one key each; an empty Lua table is printed as `{}`. */
function named(json: Json | undefined): [string, JsonObject][] {
  return listOf(json).flatMap((one) =>
    Object.entries(objectOf(one, "a field")).map(([name, field]): [string, JsonObject] => [
      name,
      objectOf(field, name),
    ]),
  );
}

function listOf(json: Json | undefined): readonly Json[] {
  if (Array.isArray(json)) return json;
  // A list of one shorthand is printed without its brackets by some versions.
  return isJsonObject(json) && Object.keys(json).length > 0 ? [json as JsonObject] : [];
}

function objectOf(json: unknown, what: string): JsonObject {
  if (!isJsonObject(json)) throw new TypeError(`${what} of a Kong schema is no object`);
  return json as JsonObject;
}
