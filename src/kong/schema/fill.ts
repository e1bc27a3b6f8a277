import { deepEqual } from "../../base/equal.ts";
import { isJsonObject, type Json, type JsonObject, own } from "../../base/json.ts";
import type { EntitySchema, Field, RecordType, Shorthand } from "./field.ts";
import { ViolationTree } from "./violation.ts";

/** What Kong makes up for fields marked `auto`. Without it they stay as they are. */
export interface AutoValues {
  /** Wall-clock time in ms since 1970. */
  readonly now: number;
  uuid(): string;
  token(): string;
}

/** The fields of an entity, after the value of its subschema key where it has one. */
export function fieldsOf(schema: RecordType | EntitySchema, value: JsonObject): ReadonlyMap<string, Field> {
  const subschema = "subschemas" in schema ? subschemaOf(schema, value) : undefined;
  if (subschema === undefined) return schema.fields;
  let merged = mergedFields.get(subschema);
  if (merged === undefined) {
    merged = new Map([...schema.fields].map(([name, field]) => [name, subschema.fields.get(name) ?? field]));
    mergedFields.set(subschema, merged);
  }
  return merged;
}

/** A subschema belongs to one schema, so that its merged fields can be kept. */
const mergedFields = new WeakMap<RecordType, ReadonlyMap<string, Field>>();

/** The first name that has a subschema decides. */
export function subschemaOf(schema: EntitySchema, value: JsonObject): RecordType | undefined {
  if (schema.subschemas === undefined) return undefined;
  const names = own(value, schema.subschemas.key);
  for (const name of Array.isArray(names) ? (names as readonly Json[]) : [names]) {
    const found = typeof name === "string" ? schema.subschemas.byName.get(name) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * A record or entity as Kong completes it before it checks it: shorthands expanded, defaults set, sets without repetitions, `null` for optional fields that
 * are not given. Fields that Kong demands and nobody gave stay absent; unknown fields stay. A tree says what is wrong with shorthands.
 */
export function fillDefaults(
  schema: RecordType | EntitySchema,
  given: JsonObject,
  auto?: AutoValues,
): JsonObject | ViolationTree {
  const value = schema.shorthands.size === 0 ? given : expandShorthands(schema.shorthands, given);
  if (value instanceof ViolationTree) return value;
  const fields = fieldsOf(schema, value);
  const { defaults, made } = templateOf(fields);
  const out: Record<string, Json> = { ...defaults };
  let wrong: ViolationTree | undefined;
  for (const name of Object.keys(value)) {
    const field = fields.get(name);
    const filled = field === undefined ? value[name]! : fillField(name, field, value[name]!, auto);
    if (filled instanceof ViolationTree) {
      wrong ??= new ViolationTree();
      wrong.add(name, filled);
    } else if (name === "__proto__") define(out, name, filled);
    else out[name] = filled!;
  }
  if (wrong !== undefined) return wrong;
  if (auto === undefined) return out;
  for (const [name, field] of made) {
    const one = fillField(name, field, own(value, name), auto);
    if (one !== undefined && !(one instanceof ViolationTree)) out[name] = one;
  }
  return out;
}

function define(object: object, name: string, value: Json | undefined): void {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

/** A record of these fields of which none is given, as Kong completes it; shared, so never to be changed. */
export function defaultsOf(fields: ReadonlyMap<string, Field>): JsonObject {
  return templateOf(fields).defaults;
}

interface Template {
  /** What stands for the fields that are not given. */
  readonly defaults: JsonObject;
  /** The fields that something may be made up for. */
  readonly made: readonly (readonly [string, Field])[];
}

const templates = new WeakMap<ReadonlyMap<string, Field>, Template>();

function templateOf(fields: ReadonlyMap<string, Field>): Template {
  let template = templates.get(fields);
  if (template === undefined) {
    const defaults = [...fields].flatMap(([name, field]): [string, Json][] => {
      const value = missing(field);
      return value === undefined ? [] : [[name, value]];
    });
    template = { defaults: Object.fromEntries(defaults), made: [...fields].filter(([, field]) => hasAuto(field)) };
    templates.set(fields, template);
  }
  return template;
}

function fillField(
  name: string,
  field: Field,
  value: Json | undefined,
  auto: AutoValues | undefined,
): Json | undefined | ViolationTree {
  if (field.auto && auto !== undefined) value = autoValue(name, field, value, auto);
  if (value === undefined) return missing(field, auto);
  if (value === null || typeof value !== "object" || field.abstract) return value;
  switch (field.type) {
    case "record":
      // Lua has one empty table: [] is an empty record too.
      if (Array.isArray(value)) return value.length === 0 ? fillDefaults(field.record!, {}, auto) : value;
      return fillDefaults(field.record!, value as JsonObject, auto);
    case "set":
    case "array":
      return fillList(field, value, auto);
    case "map":
      return fillMap(field.values!, value, auto);
    default:
      return value;
  }
}

function fillList(field: Field, value: Json, auto: AutoValues | undefined): Json | ViolationTree {
  if (!Array.isArray(value)) return isJsonObject(value) && Object.keys(value).length === 0 ? [] : value;
  const list = field.type === "set" ? withoutRepetitions(value) : (value as readonly Json[]);
  if (field.elements?.type !== "record") return list;
  const wrong = new ViolationTree();
  const out = list.map((element, i) => {
    const filled = fillField("", field.elements!, element, auto);
    if (filled instanceof ViolationTree) wrong.add(i + 1, filled);
    return filled instanceof ViolationTree || filled === undefined ? element : filled;
  });
  return wrong.orNothing() ?? out;
}

function withoutRepetitions(list: readonly Json[]): readonly Json[] {
  const once = new Set(list);
  return once.size === list.length ? list : [...once];
}

function fillMap(values: Field, value: Json, auto: AutoValues | undefined): Json | ViolationTree {
  if (values.type !== "record" || !isJsonObject(value)) return value;
  const entries = Object.entries(value as JsonObject).map(([key, one]): [string, Json] => {
    const filled = fillField("", values, one, auto);
    return [key, filled === undefined || filled instanceof ViolationTree ? one : filled];
  });
  return Object.fromEntries(entries);
}

/** What stands for a field that is not given; shared between entities, so never to be changed. */
export function missing(field: Field, auto?: AutoValues): Json | undefined {
  if (auto !== undefined && hasAuto(field)) return makeMissing(field, auto);
  if (!missingValues.has(field)) missingValues.set(field, makeMissing(field, undefined));
  return missingValues.get(field);
}

const missingValues = new WeakMap<Field, Json | undefined>();

function makeMissing(field: Field, auto: AutoValues | undefined): Json | undefined {
  if (field.type === "record" && field.required && !field.abstract) {
    const filled = fillDefaults(field.record!, (field.default ?? {}) as JsonObject, auto);
    return filled instanceof ViolationTree ? undefined : filled;
  }
  if (field.default !== undefined) return field.default;
  return field.required ? undefined : null;
}

function hasAuto(field: Field): boolean {
  return field.auto === true || [...(field.record?.fields.values() ?? [])].some(hasAuto);
}

function autoValue(name: string, field: Field, value: Json | undefined, auto: AutoValues): Json | undefined {
  if (field.uuid) return value === undefined ? auto.uuid() : value;
  if (field.type === "string") return value === undefined ? auto.token() : value;
  const time = field.type === "integer" ? Math.floor(auto.now / 1000) : auto.now / 1000;
  if (name === "created_at") return value ?? time;
  return name === "updated_at" ? time : value;
}

function expandShorthands(shorthands: ReadonlyMap<string, Shorthand>, given: JsonObject): JsonObject | ViolationTree {
  const used = [...shorthands].filter(([name]) => Object.hasOwn(given, name));
  if (used.length === 0) return given;
  const wrong = new ViolationTree();
  let out = given;
  for (const [name, { field, expand }] of used) {
    const value = given[name]!;
    const { [name]: _, ...rest } = out;
    const clash = value === null ? undefined : mismatch(name, field, value, rest);
    if (clash !== undefined) wrong.add(name, clash);
    // A field that was renamed gives way to the new one; any other shorthand wins.
    const expanded = expand(value);
    out = field.deprecation === undefined ? merge(rest, expanded) : merge(expanded, rest);
  }
  return wrong.orNothing() ?? out;
}

function mismatch(name: string, field: Field, value: Json, others: JsonObject): string | undefined {
  for (const path of field.deprecation?.replacedWith ?? []) {
    const there = path.reduce<Json | undefined>(
      (at, key) => (isJsonObject(at) ? own(at as JsonObject, key) : undefined),
      others,
    );
    if (there !== undefined && there !== null && !deepEqual(there, value))
      return `both deprecated and new field are used but their values mismatch: ${name} = ${shown(value)} vs ${path.join(".")} = ${shown(there)}`;
  }
  return undefined;
}

function shown(value: Json): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Both, `over` winning; records are merged, and a `null` of `over` does not win. */
function merge(under: JsonObject, over: JsonObject): JsonObject {
  const out: Record<string, Json> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const there = own(out, key);
    if (isJsonObject(value) && isJsonObject(there)) out[key] = merge(there as JsonObject, value as JsonObject);
    else if (value !== null || there === undefined) out[key] = value;
  }
  return out;
}
