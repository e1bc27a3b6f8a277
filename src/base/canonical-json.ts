import { compareStrings } from "./problem.ts";

/** JSON with the keys of every object in one order, so that equal values give equal bytes however they were put together. Undefined fields are left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(ordered(value));
}

function ordered(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.some(isObject) ? value.map(ordered) : value;
  const record = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(record);
  if (isSorted(keys) && !keys.some((key) => isObject(record[key]))) return value;
  // From entries, not by assignment: `__proto__` is a key as any other. Keys that are numbers come first in every object of JavaScript's, here as there.
  return Object.fromEntries(keys.sort(compareStrings).map((key) => [key, ordered(record[key])]));
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function isSorted(keys: readonly string[]): boolean {
  for (let at = 1; at < keys.length; at++) if (keys[at - 1]! > keys[at]!) return false;
  return true;
}
