import { expect, test } from "vitest";
import { type BulkSelector, chooseBulk, type PlanObject } from "./content-plan.ts";

const byLabel: BulkSelector = { label: "kind=a" };
const byKey: BulkSelector = { label: "other" };
const byField: BulkSelector = { field: "type=tls" };
const all = [byField, byLabel, byKey];

function objects(count: number, needed: boolean, labels?: Record<string, string>): PlanObject[] {
  return Array.from({ length: count }, () => ({ labels, needed }));
}

test.each([
  ["few", objects(19, true, { kind: "a" }), []],
  ["many with the label", objects(20, true, { kind: "a" }), [byLabel]],
  ["many with another value", objects(20, true, { kind: "b" }), [byField]],
  ["many with the key", objects(20, true, { other: "x" }), [byKey]],
  ["many without labels", objects(20, true), [byField]],
  [
    "many that few others share the label with",
    [...objects(20, true, { kind: "a" }), ...objects(60, false, { kind: "a" })],
    [byLabel],
  ],
  [
    "many among too many others",
    [...objects(20, true, { kind: "a" }), ...objects(61, false, { kind: "a" })],
    [byField],
  ],
  [
    "some with the label, many without",
    [...objects(20, true, { kind: "a" }), ...objects(20, true)],
    [byLabel, byField],
  ],
  ["many with it, few without", [...objects(20, true, { kind: "a" }), ...objects(19, true)], [byLabel]],
  ["odd labels", objects(20, true, { __proto__: "x" } as Record<string, string>), [byField]],
])("%s", (_, given, expected) => {
  expect(chooseBulk(all, given, new Map())).toEqual(expected);
});

test("a field selector that brought too much the last time is left out until more is needed", () => {
  expect(chooseBulk(all, objects(20, true), new Map([[byField, 201]]))).toEqual([]);
  expect(chooseBulk(all, objects(21, true), new Map([[byField, 201]]))).toEqual([byField]);
});
