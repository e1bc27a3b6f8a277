import type { TSchema } from "typebox";
import { isJsonObject, type Json } from "../base/json.ts";
import type { CelRule } from "./schema.ts";

/**
 * A schema as Kubernetes understands one (a "structural schema"): the one form that checks, defaults, CRDs and the reference page are made from. Properties stand
 * in the order in which the schema names them.
 */
export interface Structural {
  readonly type?: "object" | "array" | "string" | "integer" | "number" | "boolean";
  readonly description?: string;
  readonly default?: Json;
  readonly enum?: readonly Json[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly properties?: ReadonlyMap<string, Structural>;
  /** What must be given; a property with a default need not. */
  readonly required: readonly string[];
  readonly items?: Structural;
  /** Of objects whose keys are free: the schema of every value. */
  readonly values?: Structural;
  readonly intOrString: boolean;
  /** Whether fields that are not described are kept. */
  readonly open: boolean;
  readonly listType?: "map" | "set" | "atomic";
  readonly listKeys: readonly string[];
  readonly rules: readonly CelRule[];
}

const known = new WeakMap<TSchema, Structural>();

/** The structural form of a schema. It throws for what Kubernetes has no form for: that is a mistake in a schema of ours. */
export function structuralOf(schema: TSchema): Structural {
  const made = known.get(schema);
  if (made !== undefined) return made;
  const structural = convert(schema as Record<string, unknown>);
  known.set(schema, structural);
  return structural;
}

/** Keywords that are taken over as they are. */
const PLAIN = [
  "description",
  "default",
  "enum",
  "format",
  "pattern",
  "minLength",
  "maxLength",
  "minimum",
  "maximum",
  "minItems",
  "maxItems",
  "maxProperties",
] as const;

const KNOWN: ReadonlySet<string> = new Set([
  ...PLAIN,
  "type",
  "properties",
  "required",
  "items",
  "patternProperties",
  "x-kubernetes-int-or-string",
  "x-kubernetes-preserve-unknown-fields",
  "x-kubernetes-list-type",
  "x-kubernetes-list-map-keys",
  "x-kubernetes-validations",
]);

function convert(schema: Record<string, unknown>): Structural {
  for (const key of Object.keys(schema)) {
    if (!KNOWN.has(key)) throw new Error(`schemas of resources cannot use the keyword ${key}`);
  }
  const plain = Object.fromEntries(PLAIN.filter((key) => schema[key] !== undefined).map((key) => [key, schema[key]]));
  const values = valuesOf(schema["patternProperties"]);
  const properties = schema["properties"];
  return {
    ...(plain as Partial<Structural>),
    ...(schema["type"] === undefined ? {} : { type: schema["type"] as NonNullable<Structural["type"]> }),
    ...(isJsonObject(properties) && values === undefined
      ? { properties: new Map(Object.entries(properties).map(([key, of]) => [key, structuralOf(of as TSchema)])) }
      : {}),
    required: (schema["required"] as readonly string[] | undefined) ?? [],
    ...(schema["items"] === undefined ? {} : { items: structuralOf(schema["items"] as TSchema) }),
    ...(values === undefined ? {} : { values }),
    intOrString: schema["x-kubernetes-int-or-string"] === true,
    open: schema["x-kubernetes-preserve-unknown-fields"] === true,
    ...(schema["x-kubernetes-list-type"] === undefined
      ? {}
      : { listType: schema["x-kubernetes-list-type"] as NonNullable<Structural["listType"]> }),
    listKeys: (schema["x-kubernetes-list-map-keys"] as readonly string[] | undefined) ?? [],
    rules: (schema["x-kubernetes-validations"] as readonly CelRule[] | undefined) ?? [],
  };
}

/** TypeBox writes a record of any string as one pattern that all keys match. */
function valuesOf(patterns: unknown): Structural | undefined {
  if (!isJsonObject(patterns)) return undefined;
  const [only, ...more] = Object.values(patterns);
  if (only === undefined || more.length > 0) throw new Error("a map in a schema of resources has keys of one kind");
  return structuralOf(only as TSchema);
}
