import { isJsonObject } from "../base/json.ts";
import { formatPath, type Path } from "./path.ts";
import type { Structural } from "./structural.ts";

/** What is wrong at one place. */
export interface Finding {
  readonly path: string;
  /** A sentence without its subject, which is the path: `must be a list, but is a string`. */
  readonly message: string;
}

/** What comes of looking at an object's shape. */
export interface Shape {
  /** Wrong types and missing fields: none means that the object has the type of its kind. */
  readonly findings: readonly Finding[];
  /** Whether a field is null that may be missing, which means the same and has to be taken out. */
  readonly nulls: boolean;
}

/** Compares a value with the types of a schema, and with nothing else: words, patterns and limits are `findValues`'. */
export function findShape(schema: Structural, value: unknown): Shape {
  const walk: Walk = { path: [], findings: [], nulls: false };
  visit(schema, value, walk);
  return walk;
}

interface Walk {
  readonly path: (string | number)[];
  readonly findings: Finding[];
  nulls: boolean;
}

function visit(schema: Structural, value: unknown, walk: Walk): void {
  if (schema.intOrString) {
    if (typeof value !== "string" && !Number.isInteger(value)) wrong(walk, "an integer or a string", value);
    return;
  }
  switch (schema.type) {
    case undefined:
      return;
    case "object":
      if (isJsonObject(value)) visitObject(schema, value, walk);
      else wrong(walk, "an object", value);
      return;
    case "array":
      if (Array.isArray(value)) visitList(schema, value, walk);
      else wrong(walk, "a list", value);
      return;
    case "integer":
      if (!Number.isInteger(value)) wrong(walk, "an integer", value);
      return;
    case "number":
      if (typeof value !== "number") wrong(walk, "a number", value);
      return;
    case "string":
      if (typeof value !== "string") wrong(walk, "a string", value, unquoted(value));
      return;
    case "boolean":
      if (typeof value !== "boolean") wrong(walk, "true or false", value);
  }
}

function visitObject(schema: Structural, value: Readonly<Record<string, unknown>>, walk: Walk): void {
  for (const key of schema.required) {
    const given = Object.hasOwn(value, key) ? value[key] : undefined;
    if ((given === undefined || given === null) && schema.properties?.get(key)?.default === undefined) {
      report(walk, { path: formatPath([...walk.path, key]), message: "is required" });
    }
  }
  if (schema.properties !== undefined) {
    for (const [key, of] of schema.properties) {
      if (!Object.hasOwn(value, key) || value[key] === undefined) continue;
      if (value[key] === null) {
        if (of.type !== undefined || of.intOrString) walk.nulls = true;
        continue;
      }
      walk.path.push(key);
      visit(of, value[key], walk);
      walk.path.pop();
    }
  }
  if (schema.values === undefined) return;
  for (const key of Object.keys(value)) {
    if (value[key] === null) {
      walk.nulls = true;
      continue;
    }
    walk.path.push(key);
    visit(schema.values, value[key], walk);
    walk.path.pop();
  }
}

function visitList(schema: Structural, value: readonly unknown[], walk: Walk): void {
  if (schema.items === undefined) return;
  for (let i = 0; i < value.length; i++) {
    walk.path.push(i);
    visit(schema.items, value[i], walk);
    walk.path.pop();
  }
}

function wrong(
  walk: { readonly path: Path; readonly findings: Finding[] },
  wanted: string,
  value: unknown,
  advice = "",
): void {
  report(walk, { path: formatPath(walk.path), message: `must be ${wanted}, but is ${typeName(value)}${advice}` });
}

/** What mostly happened when a text is none. */
function unquoted(value: unknown): string {
  if (typeof value === "number") return "; put it in quotes";
  return typeof value === "boolean"
    ? "; put it in quotes (YAML takes y, yes, on, n, no and off for true or false)"
    : "";
}

/** A list of ten thousand wrong items is one mistake: the first few say enough. */
const MOST_FINDINGS = 20;

function report(walk: { readonly findings: Finding[] }, finding: Finding): void {
  if (walk.findings.length < MOST_FINDINGS) walk.findings.push(finding);
}

/** A value's type in words. Never the value: it may be secret. */
function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "number") return Number.isInteger(value) ? "an integer" : "a number";
  if (typeof value === "boolean") return "true or false";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
