import { isIP } from "node:net";
import { type CelInput, CelScalar, celEnv, celFunc, isCelError, parse, plan } from "@bufbuild/cel";
import { strings } from "@bufbuild/cel/ext";
import { isJsonObject } from "../base/json.ts";
import type { Problem } from "../base/problem.ts";
import { asProblem } from "./check.ts";
import { type Kind, type KubernetesObject, refOf } from "./kind.ts";
import { formatPath } from "./path.ts";
import type { CelRule } from "./schema.ts";
import { type Structural, structuralOf } from "./structural.ts";
import type { Finding } from "./structure.ts";

/**
 * Evaluates the CEL rules of a kind, as the API server does on objects that have their defaults (https://kubernetes.io/docs/reference/using-api/cel/). Rules about a
 * change are only looked at if the object's former version is given. A rule that cannot be evaluated counts as broken, as there.
 */
export function checkRules(kind: Kind, object: KubernetesObject, former?: KubernetesObject): readonly Problem[] {
  const findings = findBrokenRules(structuralOf(kind.schema), object, former);
  return findings.map((finding) => asProblem("rule-broken", refOf(object), finding));
}

export function findBrokenRules(schema: Structural, value: unknown, former: unknown): readonly Finding[] {
  const findings: Finding[] = [];
  visit(schema, value, former, [], findings);
  return findings;
}

function visit(
  schema: Structural,
  value: unknown,
  former: unknown,
  path: (string | number)[],
  findings: Finding[],
): void {
  if (!hasRules(schema)) return;
  for (const rule of schema.rules) {
    if (isAboutChange(rule) && former === undefined) continue;
    const message = failure(rule, schema, value, former);
    if (message !== undefined) findings.push({ path: formatPath(path), message });
  }
  if (Array.isArray(value)) {
    if (schema.items === undefined) return;
    for (let i = 0; i < value.length; i++)
      visit(schema.items, value[i], formerItem(schema, value[i], former), [...path, i], findings);
  } else if (isJsonObject(value)) {
    const keys = schema.properties?.keys() ?? Object.keys(value);
    for (const key of keys) {
      const part = schema.properties?.get(key) ?? schema.values;
      const of = ownValue(value, key);
      if (part === undefined || of === undefined || of === null) continue;
      visit(part, of, ownValue(former, key), [...path, key], findings);
    }
  }
}

function ownValue(object: unknown, key: string): unknown {
  return isJsonObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Only the items of a map-like list can be followed from one version to the next. */
function formerItem(schema: Structural, item: unknown, former: unknown): unknown {
  if (schema.listType !== "map" || !Array.isArray(former)) return undefined;
  return former.find((old) =>
    schema.listKeys.every((key) => isJsonObject(old) && isJsonObject(item) && old[key] === item[key]),
  );
}

function isAboutChange(rule: CelRule): boolean {
  return /\boldSelf\b/.test(rule.rule);
}

type Program = (context: { readonly self: CelInput; readonly oldSelf: CelInput }) => unknown;

const programs = new Map<string, Program>();

const environment = celEnv({
  variables: { self: CelScalar.DYN, oldSelf: CelScalar.DYN },
  funcs: [...strings, celFunc("isIP", [CelScalar.STRING], CelScalar.BOOL, (text) => isIP(text) !== 0)],
});

function failure({ rule, message }: CelRule, schema: Structural, value: unknown, former: unknown): string | undefined {
  let program = programs.get(rule);
  if (program === undefined) {
    program = plan(environment, parse(rule));
    programs.set(rule, program);
  }
  const result = program({ self: asCel(schema, value), oldSelf: former === undefined ? null : asCel(schema, former) });
  if (result === true) return undefined;
  return isCelError(result) ? `${message} (this could not be found out: ${result.message})` : message;
}

/** The value with the types that its schema gives it: CEL knows integers from fractions. */
function asCel(schema: Structural | undefined, value: unknown): CelInput {
  switch (typeof value) {
    case "boolean":
    case "string":
      return value;
    case "number":
      return (schema?.type === "integer" || schema?.type !== "number") && Number.isInteger(value)
        ? BigInt(value)
        : value;
    case "object":
      if (Array.isArray(value)) return value.map((item) => asCel(schema?.items, item));
      return isJsonObject(value) ? asMap(schema, value) : null;
    default:
      return null;
  }
}

function asMap(
  schema: Structural | undefined,
  value: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, CelInput> {
  const entries = Object.entries(value).filter(([, of]) => of !== undefined);
  return new Map(
    entries.map(([key, of]) => {
      const property = schema?.properties?.get(key);
      return [property === undefined ? key : fieldName(key), asCel(property ?? schema?.values, of)];
    }),
  );
}

/** The words of CEL that cannot be the name of a field. */
const RESERVED: ReadonlySet<string> = new Set(
  "true false null in as break const continue else for function if import let loop package namespace return var void while".split(
    " ",
  ),
);

/** How a field is written in a rule. */
function fieldName(key: string): string {
  if (RESERVED.has(key)) return `__${key}__`;
  return key
    .replaceAll("__", "__underscores__")
    .replaceAll(".", "__dot__")
    .replaceAll("-", "__dash__")
    .replaceAll("/", "__slash__");
}

const withRules = new WeakMap<Structural, boolean>();

function hasRules(schema: Structural): boolean {
  let known = withRules.get(schema);
  if (known === undefined) {
    const parts = [...(schema.properties?.values() ?? []), schema.items, schema.values];
    known = schema.rules.length > 0 || parts.some((part) => part !== undefined && hasRules(part));
    withRules.set(schema, known);
  }
  return known;
}
