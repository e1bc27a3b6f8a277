import { isJsonObject } from "../base/json.ts";
import { formatPath } from "./path.ts";
import type { Structural } from "./structural.ts";
import type { Finding } from "./structure.ts";

/**
 * Compares the values of an object that has the right shape with what its schema allows: words, patterns, limits, and items that may stand once. The API server
 * refuses such an object; one that comes from files is used all the same.
 */
export function findValues(schema: Structural, value: unknown): readonly Finding[] {
  const findings: Finding[] = [];
  visit(schema, value, { path: [], say: (path, message) => findings.push({ path: formatPath(path), message }) });
  return findings;
}

interface Walk {
  readonly path: (string | number)[];
  say(path: readonly (string | number)[], message: string): void;
}

function visit(schema: Structural, value: unknown, walk: Walk): void {
  if (schema.enum !== undefined && !schema.enum.includes(value as string)) {
    walk.say(walk.path, `is ${shown(value)}, but must be one of ${schema.enum.join(", ")}`);
  }
  if (typeof value === "string") visitString(schema, value, walk);
  else if (typeof value === "number") visitNumber(schema, value, walk);
  else if (Array.isArray(value)) visitList(schema, value, walk);
  else if (isJsonObject(value)) visitObject(schema, value, walk);
}

function visitString(schema: Structural, value: string, walk: Walk): void {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema;
  if (value.length < minLength) {
    walk.say(walk.path, minLength === 1 ? "must not be empty" : `must have at least ${minLength} characters`);
    return;
  }
  // Characters are counted, not UTF-16 units; counting is only worth it when there are many.
  if (value.length > maxLength && [...value].length > maxLength) {
    walk.say(walk.path, `has ${[...value].length} characters, but at most ${maxLength} are allowed`);
    return;
  }
  if (schema.pattern !== undefined && !expression(schema.pattern).test(value)) {
    walk.say(walk.path, `is ${shown(value)}, which does not match ${schema.pattern}`);
  }
  if (schema.format === "byte" && !isBase64(value))
    walk.say(walk.path, "is not base64 (with stringData, plain text can be given)");
  if (schema.format === "date-time" && !isDateTime(value)) {
    walk.say(walk.path, `is ${shown(value)}, but must be a time such as 2026-01-31T12:00:00Z`);
  }
}

function visitNumber(schema: Structural, value: number, walk: Walk): void {
  const least = schema.minimum ?? (schema.format === "int32" ? -(2 ** 31) : Number.NEGATIVE_INFINITY);
  const most = schema.maximum ?? (schema.format === "int32" ? 2 ** 31 - 1 : Number.POSITIVE_INFINITY);
  if (value < least) walk.say(walk.path, `is ${value}, but must be at least ${least}`);
  if (value > most) walk.say(walk.path, `is ${value}, but must be at most ${most}`);
}

function visitObject(schema: Structural, value: Readonly<Record<string, unknown>>, walk: Walk): void {
  const keys = Object.keys(value);
  if (schema.maxProperties !== undefined && keys.length > schema.maxProperties) {
    walk.say(walk.path, `has ${keys.length} entries, but at most ${schema.maxProperties} are allowed`);
  }
  for (const key of keys) {
    const of = schema.properties?.get(key) ?? schema.values;
    if (of === undefined || value[key] === undefined || value[key] === null) continue;
    walk.path.push(key);
    visit(of, value[key], walk);
    walk.path.pop();
  }
}

function visitList(schema: Structural, value: readonly unknown[], walk: Walk): void {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema;
  if (value.length < minItems)
    walk.say(walk.path, `must have at least ${minItems === 1 ? "one item" : `${minItems} items`}`);
  if (value.length > maxItems) walk.say(walk.path, `has ${value.length} items, but at most ${maxItems} are allowed`);
  visitTwins(schema, value, walk);
  if (schema.items === undefined) return;
  for (let i = 0; i < value.length; i++) {
    walk.path.push(i);
    visit(schema.items, value[i], walk);
    walk.path.pop();
  }
}

function visitTwins(schema: Structural, value: readonly unknown[], walk: Walk): void {
  if (schema.listType !== "set" && schema.listType !== "map") return;
  const seen = new Map<string, number>();
  value.forEach((item, i) => {
    const id = JSON.stringify(
      schema.listType === "set" ? item : schema.listKeys.map((key) => keyOf(schema, item, key)),
    );
    const first = seen.get(id);
    if (first === undefined) seen.set(id, i);
    else {
      const same = schema.listType === "set" ? "is the same" : `has the same ${schema.listKeys.join(" and ")}`;
      walk.say([...walk.path, i], `${same} as item ${first} of the list`);
    }
  });
}

function keyOf(schema: Structural, item: unknown, key: string): unknown {
  if (!isJsonObject(item)) return item;
  return Object.hasOwn(item, key) ? item[key] : schema.items?.properties?.get(key)?.default;
}

const expressions = new Map<string, RegExp>();

function expression(pattern: string): RegExp {
  let made = expressions.get(pattern);
  if (made === undefined) {
    made = new RegExp(pattern);
    expressions.set(pattern, made);
  }
  return made;
}

/** Standard alphabet, with padding; line breaks are allowed (Go's encoding/base64). */
function isBase64(value: string): boolean {
  return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value.replace(/[\r\n]/g, ""));
}

function isDateTime(value: string): boolean {
  return (
    /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(value) && !Number.isNaN(Date.parse(value))
  );
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
