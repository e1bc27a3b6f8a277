import type { Json } from "../../base/json.ts";
import { isUuid } from "../ids.ts";
import type { Field } from "./field.ts";
import { luaMatches } from "./lua-pattern.ts";
import { pcreError } from "./regexes.ts";

/** The first of a field's own rules, in Kong's order, that a value of the right type breaks: its text. */
export function validate(field: Field, value: Json): string | undefined {
  return (
    equality(field, value) ??
    (typeof value === "number" ? numberRules(field, value) : undefined) ??
    (typeof value === "string" ? stringRules(field, value) : undefined) ??
    (Array.isArray(value) ? listRules(field, value) : mapRules(field, value))
  );
}

function equality(field: Field, value: Json): string | undefined {
  if (field.eq !== undefined && value !== field.eq) return `value must be ${String(field.eq)}`;
  if (field.ne !== undefined && value === field.ne) return `value must not be ${String(value)}`;
  if (field.notOneOf?.includes(value as string) === true) return `must not be one of: ${field.notOneOf.join(", ")}`;
  if (field.oneOf?.includes(value as string) === false) return `expected one of: ${field.oneOf.join(", ")}`;
  return undefined;
}

function numberRules(field: Field, value: number): string | undefined {
  if (field.gt !== undefined && !(value > field.gt)) return `value must be greater than ${field.gt}`;
  if (field.timestamp && !(value > 0)) return "expected a valid timestamp";
  if (field.between === undefined) return undefined;
  const [low, high] = field.between;
  // Kong prints both as integers.
  return value < low || value > high ? `value should be between ${Math.trunc(low)} and ${Math.trunc(high)}` : undefined;
}

function stringRules(field: Field, value: string): string | undefined {
  if (field.uuid && !isUuid(value)) return "expected a valid UUID";
  if (field.isRegex && pcreError(value) !== undefined) return `not a valid regex: ${value}`;
  const length = lengthRules(field, () => Buffer.byteLength(value), field.lenMin ?? 1);
  if (length !== undefined) return length;
  if (field.startsWith !== undefined && !value.startsWith(field.startsWith))
    return `should start with: ${field.startsWith}`;
  for (const { pattern, err } of field.matchNone ?? []) if (luaMatches(value, pattern)) return err;
  if (field.match !== undefined && !luaMatches(value, field.match)) return `invalid value: ${value}`;
  for (const { pattern, err } of field.matchAll ?? []) if (!luaMatches(value, pattern)) return err;
  if (field.matchAny !== undefined && !field.matchAny.patterns.some((pattern) => luaMatches(value, pattern)))
    return field.matchAny.err ?? `invalid value: ${value}`;
  return undefined;
}

function listRules(field: Field, value: readonly Json[]): string | undefined {
  const length = lengthRules(field, () => value.length, field.lenMin);
  if (length !== undefined) return length;
  if (field.contains !== undefined && !value.includes(field.contains)) return `expected to contain: ${field.contains}`;
  return exclusiveSubsets(field, value);
}

function mapRules(field: Field, value: Json): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return lengthRules(field, () => Object.keys(value).length, field.lenMin);
}

function lengthRules(field: Field, length: () => number, min: number | undefined): string | undefined {
  if (field.lenEq !== undefined && length() !== field.lenEq) return `length must be ${field.lenEq}`;
  if (min !== undefined && length() < min) return `length must be at least ${min}`;
  if (field.lenMax !== undefined && length() > field.lenMax) return `length must be at most ${field.lenMax}`;
  return undefined;
}

function exclusiveSubsets(field: Field, value: readonly Json[]): string | undefined {
  if (field.mutuallyExclusiveSubsets === undefined) return undefined;
  const touched = new Set(
    value.map((one) => field.mutuallyExclusiveSubsets?.find((subset) => subset.includes(one as string))),
  );
  touched.delete(undefined);
  if (touched.size < 2) return undefined;
  const sets = [...touched].map((subset) => `(${subset!.map((one) => `'${one}'`).join(", ")})`);
  return `these sets are mutually exclusive: ${sets.join(", ")}`;
}
