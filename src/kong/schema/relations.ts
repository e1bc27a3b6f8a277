import type { EntitySchema } from "./field.ts";
import { schemasOf } from "./schemas.ts";

/** A kind whose entities may stand inside of those of another, and the field with which they refer to it. */
export interface Child {
  readonly kind: string;
  readonly field: string;
}

let children: ReadonlyMap<string, ReadonlyMap<string, Child>> | undefined;

/** The kinds that may stand inside of an entity of this kind, by their plural: every kind with a field that refers to it. Flavours do not differ in that. */
export function childrenOf(kind: string): ReadonlyMap<string, Child> {
  children ??= relations(schemasOf("traditional_compatible"));
  return children.get(kind) ?? none;
}

const none: ReadonlyMap<string, Child> = new Map();

function relations(schemas: ReadonlyMap<string, EntitySchema>): ReadonlyMap<string, ReadonlyMap<string, Child>> {
  const out = new Map<string, Map<string, Child>>();
  for (const [kind, schema] of schemas)
    for (const [field, { type, reference }] of schema.fields) {
      if (type !== "foreign" || reference === undefined) continue;
      const inside = out.get(reference) ?? new Map<string, Child>();
      inside.set(kind, { kind, field });
      out.set(reference, inside);
    }
  return out;
}
