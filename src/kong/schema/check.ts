import { isJsonObject, type Json, type JsonObject, own } from "../../base/json.ts";
import { runEntityChecks } from "./entity-checks.ts";
import type { Check, CheckContext, EntitySchema, Field, RecordType } from "./field.ts";
import { defaultsOf, fieldsOf, fillDefaults, missing, subschemaOf } from "./fill.ts";
import { isVaultReference } from "./texts.ts";
import { validate } from "./validators.ts";
import { type Violation, ViolationTree } from "./violation.ts";

/**
 * How references to other entities are written: by name or id (`name`), as `{ id }` (`key`), or not at all because the entity stands inside the one it
 * belongs to (`none`). With `any` they are not looked at.
 */
export type ForeignForm = "name" | "key" | "none" | "any";

export interface CheckOptions extends CheckContext {
  readonly foreign: ForeignForm;
}

/** What is wrong with a value, by Kong's rules; it is completed first, as Kong does. Undefined when it is right. */
export function check(
  schema: RecordType | EntitySchema,
  value: JsonObject,
  options: CheckOptions,
): ViolationTree | undefined {
  const filled = fillDefaults(schema, value);
  return filled instanceof ViolationTree ? filled : checkFilled(schema, filled, options);
}

/** As `check`, for a value that `fillDefaults` has completed. */
export function checkFilled(
  schema: RecordType | EntitySchema,
  filled: JsonObject,
  options: CheckOptions,
): ViolationTree | undefined {
  const unknown = "subschemas" in schema ? unknownSubschema(schema, filled) : undefined;
  if (unknown !== undefined) return unknown;
  const fields = fieldsOf(schema, filled);
  const out = new ViolationTree();
  // An expiry is no field of its own: Kong takes it beside the fields of what can expire.
  const expires = "ttl" in schema && schema.ttl === true;
  for (const key of Object.keys(filled)) {
    if (!fields.has(key) && !(expires && key === "ttl")) out.add(key, "unknown field");
  }
  for (const { name, field, standard } of rowsOf(fields)) {
    // A name of the schema's, never one that every object has.
    const value = filled[name];
    if (value !== undefined && value === standard) continue;
    out.add(name, field.type === "foreign" ? checkForeign(field, value, options) : checkOwn(field, value, options));
  }
  runEntityChecks(schema.checks, fields, filled, out, options);
  if ("subschemas" in schema) {
    const subschema = subschemaOf(schema, filled);
    if (subschema !== undefined) runEntityChecks(subschema.checks, fields, filled, out, options);
  }
  if ("transformations" in schema && options.foreign !== "any") checkTransformations(schema, filled, out);
  return out.orNothing();
}

/** A field, and its default if that needs no check: it was checked by whoever wrote it. */
interface Row {
  readonly name: string;
  readonly field: Field;
  readonly standard: Json | undefined;
}

const rows = new WeakMap<ReadonlyMap<string, Field>, readonly Row[]>();

function rowsOf(fields: ReadonlyMap<string, Field>): readonly Row[] {
  let known = rows.get(fields);
  if (known === undefined) {
    const defaults = defaultsOf(fields);
    known = [...fields].map(([name, field]) => {
      const value = defaults[name];
      return { name, field, standard: value !== undefined && passesAsDefault(field, value) ? value : undefined };
    });
    rows.set(fields, known);
  }
  return known;
}

/** Where code decides, what it says of a default may differ from gateway to gateway. */
function passesAsDefault(field: Field, value: Json): boolean {
  if (field.type === "foreign" || field.check !== undefined) return false;
  return checkField(field, value, { flavor: "traditional", now: 0 }) === undefined;
}

function checkOwn(field: Field, value: Json | undefined, context: CheckContext): Violation | undefined {
  if (value !== undefined) return checkField(field, value, context);
  return field.required && !field.auto ? "required field missing" : undefined;
}

/** What is wrong with the value of one field. */
export function checkField(field: Field, value: Json, context: CheckContext): Violation | undefined {
  if (value === null) return checkNull(field);
  if (field.eq === null) return field.err ?? "value must be null";
  // The default itself was checked by whoever wrote it.
  if (field.default !== undefined && typeof value === "object" && value === missing(field)) return undefined;
  const inner = checkType(field, value, context);
  if (inner !== undefined) return inner;
  if (field.referenceable && typeof value === "string" && isVaultReference(value)) return undefined;
  const refused = validate(field, value) ?? (field.check as Check<unknown> | undefined)?.(value, context);
  return refused === undefined ? undefined : (field.err ?? refused);
}

function checkNull(field: Field): string | undefined {
  if (field.ne === null) return field.err ?? "value must not be null";
  if (field.eq !== undefined && field.eq !== null) return `value must be ${String(field.eq)}`;
  return field.required ? "required field missing" : undefined;
}

function checkType(field: Field, value: Json, context: CheckContext): Violation | undefined {
  switch (field.type) {
    case "string":
      return typeof value === "string" ? undefined : "expected a string";
    case "number":
      return typeof value === "number" ? undefined : "expected a number";
    case "integer":
      return Number.isInteger(value) ? undefined : "expected an integer";
    case "boolean":
      return typeof value === "boolean" ? undefined : "expected a boolean";
    case "array":
    case "set":
      return checkList(field, value, context);
    case "map":
      return checkMap(field, value, context);
    case "record":
      return checkRecord(field, value, context);
    default:
      return undefined;
  }
}

function checkList(field: Field, value: Json, context: CheckContext): Violation | undefined {
  if (!Array.isArray(value)) return field.type === "set" ? "expected a set" : "expected an array";
  let out: ViolationTree | undefined;
  for (let i = 0; i < value.length; i++) {
    const element = value[i] as Json;
    const refused = element === null ? "required field missing" : checkField(field.elements!, element, context);
    if (refused === undefined) continue;
    out ??= new ViolationTree();
    out.add(i + 1, refused);
  }
  return out;
}

/** Kong stops at the first key or value that is wrong, and does not say which. */
function checkMap(field: Field, value: Json, context: CheckContext): Violation | undefined {
  if (typeof value !== "object" || value === null) return "expected a map";
  const numbered = Array.isArray(value);
  for (const [key, one] of Object.entries(value as JsonObject)) {
    const refused = checkField(field.keys!, numbered ? Number(key) + 1 : key, context);
    if (refused !== undefined) return refused;
    const wrong = one === null ? "required field missing" : checkField(field.values!, one, context);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function checkRecord(field: Field, value: Json, context: CheckContext): Violation | undefined {
  if (field.abstract) return "error in schema definition: abstract field was not specialized";
  if (Array.isArray(value)) {
    const out = new ViolationTree();
    for (let i = 1; i <= value.length; i++) out.add(i, "unknown field");
    return out.orNothing();
  }
  if (!isJsonObject(value)) return "expected a record";
  return checkFilled(field.record!, value as JsonObject, { flavor: context.flavor, now: context.now, foreign: "key" });
}

function checkForeign(field: Field, value: Json | undefined, options: CheckOptions): Violation | undefined {
  const inside = options.foreign === "none" || options.foreign === "any";
  if (value === undefined || value === null) return field.required && !inside ? "required field missing" : undefined;
  if (field.eq === null) return checkField(field, value, options);
  if (options.foreign === "any") return undefined;
  if (options.foreign === "none") return "value must be null";
  if (options.foreign === "name") {
    if (typeof value !== "string") return "expected a string";
    return value === "" ? "length must be at least 1" : undefined;
  }
  const out = new ViolationTree();
  const id = isJsonObject(value) ? own(value as JsonObject, "id") : undefined;
  if (id === undefined || id === false) out.add("id", "missing primary key");
  else out.add("id", id === null ? "required field missing" : checkField({ type: "string", uuid: true }, id, options));
  return out.orNothing();
}

/** What is wrong with the name that chooses among subschemas, if it chooses none. */
export function unknownSubschema(schema: EntitySchema, filled: JsonObject): ViolationTree | undefined {
  if (schema.subschemas === undefined) return undefined;
  const { key, unknown } = schema.subschemas;
  const value = own(filled, key);
  const out = new ViolationTree();
  if (value === undefined || value === null) out.add(key, "required field missing");
  else if (subschemaOf(schema, filled) === undefined) {
    const name: Json | undefined = Array.isArray(value) ? value[0] : value;
    out.add(key, unknown(typeof name === "string" ? name : "nil"));
  }
  return out.orNothing();
}

/** What a transformation reads must be there as a whole. */
function checkTransformations(schema: EntitySchema, filled: JsonObject, out: ViolationTree): void {
  // By name, the other entity is not known yet: Kong looks for its id and does not find it.
  const there = (name: string) => {
    const [head, ...rest] = name.split(".");
    let value = own(filled, head!);
    for (const part of rest) value = isJsonObject(value) ? own(value as JsonObject, part) : undefined;
    return value !== undefined && value !== null && value !== "";
  };
  for (const { input, needs = [] } of schema.transformations ?? []) {
    if (!input.some(there)) continue;
    const all = [...input, ...needs];
    if (!all.every((name) => there(name) || schema.fields.get(name)?.auto))
      out.entity.push(`all or none of these fields must be set: ${all.map((name) => `'${name}'`).join(", ")}`);
  }
}
