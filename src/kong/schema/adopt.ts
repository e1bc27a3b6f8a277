import type { Field, RecordType } from "./field.ts";

/** A schema that a gateway showed, together with the checks that Kong keeps in code, as far as our schema of the same name has them for the same fields. */
export function adoptCodeChecks(shown: RecordType, ours: RecordType): RecordType {
  const fields = [...shown.fields].map(([name, field]): [string, Field] => [name, adopt(field, ours.fields.get(name))]);
  const code = ours.checks.filter(
    (check) =>
      check.kind === "custom_entity_check" && check.fields.every((path) => shown.fields.has(path.split(".")[0]!)),
  );
  const shorthands = [...shown.shorthands].map(
    ([name, shorthand]) => [name, ours.shorthands.get(name) ?? shorthand] as const,
  );
  return { fields: new Map(fields), checks: [...shown.checks, ...code], shorthands: new Map(shorthands) };
}

function adopt(shown: Field, ours: Field | undefined): Field {
  if (ours?.type !== shown.type) return shown;
  return {
    ...shown,
    ...(ours.check && { check: ours.check }),
    ...(shown.elements && { elements: adopt(shown.elements, ours.elements) }),
    ...(shown.keys && { keys: adopt(shown.keys, ours.keys) }),
    ...(shown.values && { values: adopt(shown.values, ours.values) }),
    ...(shown.record && ours.record && { record: adoptCodeChecks(shown.record, ours.record) }),
  };
}
