import fc from "fast-check";
import type { Kind } from "../kind.ts";
import { apiVersionOf } from "../kinds.ts";
import { type Structural, structuralOf } from "../structural.ts";

/** Objects of a kind as a test may meet them: mostly of the right shape, now and then with anything at all in some place. */
export function anyObject(kind: Kind): fc.Arbitrary<unknown> {
  const schema = structuralOf(kind.schema);
  return fc
    .record({ body: anyValue(schema, 0.02), name: fc.string({ minLength: 1 }), junk: fc.nat(9) })
    .map(({ body, name, junk }) => {
      // Nearly always the head is right: what is below would not be looked at otherwise.
      if (junk === 0 || typeof body !== "object" || body === null) return body;
      const own = body as Record<string, unknown>;
      const metadata = typeof own["metadata"] === "object" && own["metadata"] !== null ? own["metadata"] : {};
      return { ...own, apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: { ...metadata, name } };
    });
}

const KEYS = fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "toString", "konghq.com/plugins"));

/** A value that fits the schema, but for a part `wrong` of all places. */
function anyValue(schema: Structural, wrong: number): fc.Arbitrary<unknown> {
  const right = fitting(schema, wrong);
  const weight = Math.max(1, Math.round(1 / wrong) - 1);
  return fc.oneof({ weight, arbitrary: right }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) });
}

function fitting(schema: Structural, wrong: number): fc.Arbitrary<unknown> {
  if (schema.intOrString) return fc.oneof(fc.integer(), fc.string());
  switch (schema.type) {
    case "object":
      return anyFields(schema, wrong);
    case "array":
      return fc.array(schema.items === undefined ? fc.jsonValue() : anyValue(schema.items, wrong), { maxLength: 3 });
    case "integer":
      return fc.integer({ min: schema.minimum ?? -5, max: Math.min(schema.maximum ?? 70_000, 70_000) });
    case "number":
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case "boolean":
      return fc.boolean();
    case "string":
      return schema.enum === undefined ? fc.string() : fc.oneof(fc.constantFrom(...schema.enum), fc.string());
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function anyFields(schema: Structural, wrong: number): fc.Arbitrary<unknown> {
  if (schema.values !== undefined) return fc.dictionary(KEYS, anyValue(schema.values, wrong), { maxKeys: 3 });
  if (schema.properties === undefined) return fc.dictionary(KEYS, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 });
  const model = Object.fromEntries([...schema.properties].map(([key, of]) => [key, anyValue(of, wrong)]));
  return fc.record(model, { requiredKeys: [...schema.required] });
}
