import { isJsonObject } from "../base/json.ts";
import type { Structural } from "./structural.ts";

/** The value with the schema's defaults in it; what has none missing is the very same value. */
export function filled(schema: Structural, value: unknown): unknown {
  if (!hasDefaults(schema)) return value;
  if (Array.isArray(value))
    return changed(value, (item) => (schema.items === undefined ? item : filled(schema.items, item)));
  if (!isJsonObject(value)) return value;
  let out: Record<string, unknown> | undefined;
  for (const [key, of] of schema.properties ?? []) {
    const given = Object.hasOwn(value, key) ? value[key] : undefined;
    const start = given === undefined ? of.default : given;
    if (start === undefined) continue;
    const end = filled(of, start);
    if (end !== given) {
      out ??= { ...value };
      out[key] = end;
    }
  }
  if (schema.values !== undefined && schema.properties === undefined) {
    const of = schema.values;
    return mapped(value, (item) => filled(of, item));
  }
  return out ?? value;
}

/**
 * The value without the nulls that Kubernetes takes for absent: those in described fields and in maps. In a map of strings null is the empty string, as for the API
 * server's decoder.
 */
export function withoutNulls(schema: Structural, value: unknown): unknown {
  if (Array.isArray(value)) {
    return changed(value, (item) => (schema.items === undefined ? item : withoutNulls(schema.items, item)));
  }
  if (!isJsonObject(value)) return value;
  const of = schema.values;
  if (of !== undefined) {
    return mapped(value, (item) => (item === null ? (of.type === "string" ? "" : undefined) : withoutNulls(of, item)));
  }
  if (schema.properties === undefined) return value;
  const { properties } = schema;
  return mapped(value, (item, key) => {
    const property = properties.get(key);
    if (property === undefined) return item;
    if (item === null) return property.type !== undefined || property.intOrString ? undefined : null;
    return withoutNulls(property, item);
  });
}

/** The list with each item replaced, or the list itself if none changes. */
function changed(value: readonly unknown[], replace: (item: unknown) => unknown): readonly unknown[] {
  let out: unknown[] | undefined;
  for (let i = 0; i < value.length; i++) {
    const now = replace(value[i]);
    if (now !== value[i]) {
      out ??= [...value];
      out[i] = now;
    }
  }
  return out ?? value;
}

/** The object with each value replaced, undefined taking it out; the object itself if none changes. */
function mapped(
  value: Readonly<Record<string, unknown>>,
  replace: (item: unknown, key: string) => unknown,
): Readonly<Record<string, unknown>> {
  let same = true;
  const entries: [string, unknown][] = [];
  for (const key of Object.keys(value)) {
    const now = replace(value[key], key);
    if (now !== value[key]) same = false;
    if (now !== undefined) entries.push([key, now]);
  }
  // fromEntries makes `__proto__` a key as any other.
  return same ? value : Object.fromEntries(entries);
}

const withDefaults = new WeakMap<Structural, boolean>();

/** Whether there is a default anywhere in the schema: most parts have none, and are not walked through. */
function hasDefaults(schema: Structural): boolean {
  let known = withDefaults.get(schema);
  if (known === undefined) {
    const parts = [...(schema.properties?.values() ?? []), schema.items, schema.values];
    known = parts.some((part) => part !== undefined && (part.default !== undefined || hasDefaults(part)));
    withDefaults.set(schema, known);
  }
  return known;
}
