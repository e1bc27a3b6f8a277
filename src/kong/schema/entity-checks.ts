import { isJsonObject, type Json, type JsonObject, own } from "../../base/json.ts";
import { checkField } from "./check.ts";
import type { CheckContext, EntityCheck, Field } from "./field.ts";
import { defaultsOf } from "./fill.ts";
import { isVaultReference } from "./texts.ts";
import { ViolationTree } from "./violation.ts";

type FieldMap = ReadonlyMap<string, Field>;

/** Runs the rules among the fields of a completed record, and adds what they find to `out`. */
export function runEntityChecks(
  checks: readonly EntityCheck[],
  fields: FieldMap,
  value: JsonObject,
  out: ViolationTree,
  context: CheckContext,
): void {
  if (checks.length === 0) return;
  const defaults = defaultsOf(fields);
  for (const plan of plansOf(checks))
    if (!readsDefaults(plan, value, defaults) || !passesOnDefaults(plan, fields, defaults, context))
      runPlan(plan, fields, value, out, context);
}

function runPlan(plan: Plan, fields: FieldMap, value: JsonObject, out: ViolationTree, context: CheckContext): void {
  const { check, sources, required, withInvalid, withMissing } = plan;
  if (sources.some((path) => isReference(fields, path, at(value, path)))) return;
  if (!withInvalid && sources.some((path) => out.has(path))) return;
  if (!withMissing && sources.every((path) => at(value, path) === undefined)) return;
  const missing = required.filter((path) => at(value, path) === undefined && fieldAt(fields, path)?.auto !== true);
  if (missing.length > 0) for (const path of missing) out.addAt(path, "field required for entity check");
  else run(check, fields, value, out, context);
}

/** When a check runs. */
interface Plan {
  readonly check: EntityCheck;
  /** The fields that it reads. */
  readonly sources: readonly string[];
  /** The fields of the record that those are in. */
  readonly heads: readonly string[];
  /** Those that must be there, else that is what is wrong. */
  readonly required: readonly string[];
  /** Whether it runs although one of its fields is wrong. */
  readonly withInvalid: boolean;
  /** Whether it runs although none of its fields is there. */
  readonly withMissing: boolean;
  /** Whether it has nothing against the defaults of its fields; undefined as long as nobody asked. */
  passes: boolean | undefined;
}

const plans = new WeakMap<readonly EntityCheck[], readonly Plan[]>();

function plansOf(checks: readonly EntityCheck[]): readonly Plan[] {
  let known = plans.get(checks);
  if (known === undefined) {
    known = checks.map(planOf);
    plans.set(checks, known);
  }
  return known;
}

function planOf(check: EntityCheck): Plan {
  const sources = sourcesOf(check);
  return {
    check,
    sources,
    heads: [...new Set(sources.map((path) => path.split(".")[0]!))],
    required: requiredOf(check),
    withInvalid: runsWithInvalid(check),
    withMissing: runsWithMissing(check),
    // What is in code may read anything.
    passes: check.kind === "custom_entity_check" ? false : undefined,
  };
}

/** Whether nothing was given of what a check reads. */
function readsDefaults({ heads }: Plan, value: JsonObject, defaults: JsonObject): boolean {
  for (const head of heads) if (value[head] !== defaults[head]) return false;
  return true;
}

/** Most entities give little, and most checks are about something else. */
function passesOnDefaults(plan: Plan, fields: FieldMap, defaults: JsonObject, context: CheckContext): boolean {
  if (plan.passes === undefined) {
    const out = new ViolationTree();
    runPlan(plan, fields, defaults, out, context);
    plan.passes = out.empty;
  }
  return plan.passes;
}

function run(check: EntityCheck, fields: FieldMap, value: JsonObject, out: ViolationTree, context: CheckContext): void {
  const message =
    check.kind === "conditional"
      ? conditional(check, fields, value, out, context)
      : check.kind === "conditional_at_least_one_of"
        ? conditionalAtLeastOneOf(check, fields, value, context)
        : check.kind === "custom_entity_check"
          ? check.check(value, context)
          : fieldList(check, value);
  if (message !== undefined) out.entity.push(message);
}

function fieldList(
  check: Extract<EntityCheck, { readonly fields: readonly string[] }>,
  value: JsonObject,
): string | undefined {
  const filled = check.fields.map((path) => at(value, path)).filter(isFilled);
  const names = quoted(check.fields);
  switch (check.kind) {
    case "at_least_one_of":
      return filled.length > 0 ? undefined : `at least one of these fields must be non-empty: ${names}`;
    case "only_one_of":
      return filled.length === 1 ? undefined : `exactly one of these fields must be non-empty: ${names}`;
    case "distinct":
      return new Set(filled).size === filled.length ? undefined : `values of these fields must be distinct: ${names}`;
    case "mutually_required":
      if (filled.length === 0 || filled.length === check.fields.length) return undefined;
      return `all or none of these fields must be set: ${names}`;
    default:
      return filled.length < 2 ? undefined : `only one or none of these fields must be set: ${names}`;
  }
}

type Conditional = Extract<EntityCheck, { readonly kind: "conditional" }>;

function conditional(
  check: Conditional,
  fields: FieldMap,
  value: JsonObject,
  out: ViolationTree,
  context: CheckContext,
): string | undefined {
  const { ifField, ifMatch, thenField, thenMatch, thenErr } = check;
  if (!passes(fields, ifField, ifMatch, at(value, ifField) ?? null, context)) return undefined;
  const then = at(value, thenField) ?? null;
  const standard = `failed conditional validation given value of field '${ifField}'`;
  if (thenMatch.required && then === null) {
    out.addAt(thenField, "required field missing");
    return standard;
  }
  const refused = checkField(overlay(fields, thenField, thenMatch), then, context);
  if (refused === undefined) return undefined;
  out.addAt(thenField, refused);
  return thenErr ?? standard;
}

type ConditionalList = Extract<EntityCheck, { readonly kind: "conditional_at_least_one_of" }>;

function conditionalAtLeastOneOf(
  check: ConditionalList,
  fields: FieldMap,
  value: JsonObject,
  context: CheckContext,
): string | undefined {
  const ifValue = at(value, check.ifField);
  if (ifValue === undefined) return undefined;
  const first = passes(fields, check.ifField, check.ifMatch, ifValue, context);
  if (!first && (check.elseMatch === undefined || !passes(fields, check.ifField, check.elseMatch, ifValue, context)))
    return undefined;
  const wanted = (first ? check.thenFields : check.elseFields) ?? [];
  if (wanted.some((path) => isFilled(at(value, path)))) return undefined;
  const err = (first ? check.thenErr : check.elseErr) ?? "at least one of these fields must be non-empty: %s";
  return err.replace("%s", quoted(wanted));
}

function passes(fields: FieldMap, path: string, match: Partial<Field>, value: Json, context: CheckContext): boolean {
  return checkField(overlay(fields, path, match), value, context) === undefined;
}

const overlays = new WeakMap<Partial<Field>, Field>();

/** The field at a path with other rules on top. */
function overlay(fields: FieldMap, path: string, match: Partial<Field>): Field {
  let field = overlays.get(match);
  if (field === undefined) {
    // Without the default: a value that equals it is checked too.
    const { default: _, ...base } = fieldAt(fields, path) ?? { type: "any" as const };
    field = { ...base, ...match };
    overlays.set(match, field);
  }
  return field;
}

function sourcesOf(check: EntityCheck): readonly string[] {
  if (check.kind === "conditional") return [check.ifField, check.thenField];
  if (check.kind === "conditional_at_least_one_of")
    return [check.ifField, ...check.thenFields, ...(check.elseFields ?? [])];
  return check.fields;
}

function requiredOf(check: EntityCheck): readonly string[] {
  if (check.kind === "conditional") return [check.ifField];
  if (check.kind === "only_one_of" || check.kind === "distinct") return check.fields;
  return check.kind === "custom_entity_check" && !check.runWithMissingFields ? check.fields : [];
}

function runsWithInvalid(check: EntityCheck): boolean {
  if (check.kind === "custom_entity_check") return check.runWithInvalidFields === true;
  return check.kind !== "mutually_required" && check.kind !== "mutually_exclusive";
}

function runsWithMissing(check: EntityCheck): boolean {
  return ["at_least_one_of", "conditional_at_least_one_of", "mutually_required", "mutually_exclusive"].includes(
    check.kind,
  );
}

function isReference(fields: FieldMap, path: string, value: Json | undefined): boolean {
  return typeof value === "string" && isVaultReference(value) && fieldAt(fields, path)?.referenceable === true;
}

function isFilled(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === "") return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}

function at(value: JsonObject, path: string): Json | undefined {
  if (!path.includes(".")) return own(value, path);
  let here: Json | undefined = value;
  for (const part of partsOf(path)) here = isJsonObject(here) ? own(here as JsonObject, part) : undefined;
  return here;
}

const split = new Map<string, readonly string[]>();

/** The paths of the schemas, split once. */
function partsOf(path: string): readonly string[] {
  let parts = split.get(path);
  if (parts === undefined) {
    parts = path.split(".");
    split.set(path, parts);
  }
  return parts;
}

function fieldAt(fields: FieldMap, path: string): Field | undefined {
  const [head, ...rest] = path.split(".");
  const field = fields.get(head!);
  return rest.length === 0 || field?.record === undefined ? field : fieldAt(field.record.fields, rest.join("."));
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(", ");
}
