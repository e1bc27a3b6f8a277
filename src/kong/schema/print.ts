import type { Json, JsonObject } from "../../base/json.ts";
import type { Deprecation, EntityCheck, EntitySchema, Field, RecordType, Shorthand } from "./field.ts";

/** A schema as Kong's Admin API shows it under `/schemas/…` (without descriptions): `fields` is a list of objects with one key each. */
export function printSchema(schema: RecordType | EntitySchema): JsonObject {
  return { fields: printFields(schema.fields), entity_checks: schema.checks.map(printCheck) };
}

function printFields(fields: ReadonlyMap<string, Field>): Json {
  return [...fields].map(([name, field]) => ({ [name]: printField(field) }));
}

/** Names that differ in Kong's form. */
const NAMES: Readonly<Record<string, string>> = {
  oneOf: "one_of",
  notOneOf: "not_one_of",
  lenMin: "len_min",
  lenMax: "len_max",
  lenEq: "len_eq",
  isRegex: "is_regex",
  startsWith: "starts_with",
  matchNone: "match_none",
  matchAll: "match_all",
  matchAny: "match_any",
  mutuallyExclusiveSubsets: "mutually_exclusive_subsets",
  onDelete: "on_delete",
  uniqueAcrossWs: "unique_across_ws",
};

export function printField(field: Partial<Field>): JsonObject {
  const out: Record<string, Json> = {};
  for (const [name, value] of Object.entries(field)) {
    if (name === "check" || value === undefined) continue;
    if (name === "elements" || name === "keys" || name === "values") out[name] = printField(value as Field);
    else if (name === "record") Object.assign(out, printRecord(value as RecordType));
    else if (name === "deprecation") out[name] = printDeprecation(value as Deprecation);
    else out[NAMES[name] ?? name] = value as Json;
  }
  return out;
}

function printRecord(record: RecordType): JsonObject {
  return {
    fields: printFields(record.fields),
    ...(record.checks.length > 0 && { entity_checks: record.checks.map(printCheck) }),
    ...(record.shorthands.size > 0 && { shorthand_fields: [...record.shorthands].map(printShorthand) }),
  };
}

function printShorthand([name, { field }]: readonly [string, Shorthand]): Json {
  return { [name]: printField(field) };
}

function printDeprecation(deprecation: Deprecation): Json {
  return {
    removal_in_version: deprecation.removalInVersion,
    ...(deprecation.oldDefault !== undefined && { old_default: deprecation.oldDefault }),
    ...(deprecation.replacedWith && { replaced_with: deprecation.replacedWith.map((path) => ({ path })) }),
  };
}

function printCheck(check: EntityCheck): Json {
  switch (check.kind) {
    case "conditional":
      return {
        conditional: {
          if_field: check.ifField,
          if_match: printField(check.ifMatch),
          then_field: check.thenField,
          then_match: printField(check.thenMatch),
          ...(check.thenErr !== undefined && { then_err: check.thenErr }),
        },
      };
    case "conditional_at_least_one_of":
      return {
        conditional_at_least_one_of: {
          if_field: check.ifField,
          if_match: printField(check.ifMatch),
          then_at_least_one_of: check.thenFields,
          ...(check.thenErr !== undefined && { then_err: check.thenErr }),
          ...(check.elseMatch && { else_match: printField(check.elseMatch) }),
          ...(check.elseFields && { else_then_at_least_one_of: check.elseFields }),
          ...(check.elseErr !== undefined && { else_then_err: check.elseErr }),
        },
      };
    case "custom_entity_check":
      return {
        custom_entity_check: {
          field_sources: check.fields,
          ...(check.runWithMissingFields && { run_with_missing_fields: true }),
          ...(check.runWithInvalidFields && { run_with_invalid_fields: true }),
        },
      };
    default:
      return { [check.kind]: check.fields };
  }
}
