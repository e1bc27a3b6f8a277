import type { Json, JsonObject } from "../../base/json.ts";
import type {
  Deprecation,
  EntityCheck,
  EntitySchema,
  Field,
  FieldListCheck,
  Fields,
  RecordType,
  Shorthand,
} from "./field.ts";

type Options = Omit<Field, "type" | "elements" | "keys" | "values" | "record" | "reference">;

export const string = (options: Options = {}): Field => ({ type: "string", ...options });
export const number = (options: Options = {}): Field => ({ type: "number", ...options });
export const integer = (options: Options = {}): Field => ({ type: "integer", ...options });
export const boolean = (options: Options = {}): Field => ({ type: "boolean", ...options });
export const array = (elements: Field, options: Options = {}): Field => ({ type: "array", elements, ...options });
export const set = (elements: Field, options: Options = {}): Field => ({ type: "set", elements, ...options });
export const map = (keys: Field, values: Field, options: Options = {}): Field => ({
  type: "map",
  keys,
  values,
  ...options,
});
export const foreign = (reference: string, options: Options = {}): Field => ({
  type: "foreign",
  reference,
  ...options,
});

export interface RecordParts {
  readonly checks?: readonly EntityCheck[];
  readonly shorthands?: Readonly<Record<string, Shorthand>>;
}

export function recordType(fields: Fields, parts: RecordParts = {}): RecordType {
  return {
    fields: new Map(Object.entries(fields)),
    checks: parts.checks ?? [],
    shorthands: new Map(Object.entries(parts.shorthands ?? {})),
  };
}

export function record(fields: Fields, options: Options & RecordParts = {}): Field {
  const { checks, shorthands, ...rest } = options;
  return {
    type: "record",
    record: recordType(fields, { ...(checks && { checks }), ...(shorthands && { shorthands }) }),
    ...rest,
  };
}

export type EntityOptions = RecordParts &
  Partial<Pick<EntitySchema, "endpointKey" | "primaryKey" | "cacheKey" | "ttl" | "subschemas" | "transformations">>;

export function entity(name: string, fields: Fields, options: EntityOptions = {}): EntitySchema {
  return { primaryKey: ["id"], ...options, ...recordType(fields, options), name };
}

const fieldList =
  (kind: FieldListCheck) =>
  (...fields: readonly string[]): EntityCheck => ({ kind, fields });

export const atLeastOneOf = fieldList("at_least_one_of");
export const onlyOneOf = fieldList("only_one_of");
export const distinct = fieldList("distinct");
export const mutuallyRequired = fieldList("mutually_required");
export const mutuallyExclusive = fieldList("mutually_exclusive");

/** Where `ifField` passes `ifMatch`, `thenField` must pass `thenMatch`. */
export function conditional(
  ifField: string,
  ifMatch: Partial<Field>,
  thenField: string,
  thenMatch: Partial<Field>,
  thenErr?: string,
): EntityCheck {
  const check = { kind: "conditional", ifField, ifMatch, thenField, thenMatch } as const;
  return thenErr === undefined ? check : { ...check, thenErr };
}

/** Where `ifField` equals `value`, `thenField` must be set. */
export function requiredIf(ifField: string, value: string | boolean, thenField: string): EntityCheck {
  return conditional(ifField, { eq: value }, thenField, { required: true });
}

/** Marks a field that goes away in Kong 4.0. */
export function deprecated(oldDefault?: Json): Deprecation {
  return { removalInVersion: "4.0", ...(oldDefault !== undefined && { oldDefault }) };
}

/** A field under its former name: what it is given goes to `path`. */
export function moved(field: Field, ...path: readonly string[]): Shorthand {
  return {
    field: { ...field, deprecation: { ...deprecated(), replacedWith: [path] } },
    expand: (value) => nest(path, value),
  };
}

function nest(path: readonly string[], value: Json): JsonObject {
  const [head, ...rest] = path;
  return { [head!]: rest.length === 0 ? value : nest(rest, value) };
}
