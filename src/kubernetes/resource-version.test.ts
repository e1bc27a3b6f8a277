import { expect, test } from "vitest";
import { compareVersions, isOlder } from "./resource-version.ts";

test.each([
  ["9", "10", -1],
  ["10", "9", 1],
  ["18446744073709551615", "18446744073709551616", -1],
  ["7", "7", 0],
  ["abc", "abc", 0],
  ["abc", "abd", undefined],
  ["7", "", undefined],
  ["07", "8", undefined],
])("%s and %s: %s", (a, b, expected) => {
  const order = compareVersions(a, b);
  expect(order === undefined ? undefined : Math.sign(order)).toBe(expected);
  expect(isOlder(a, b)).toBe(expected === -1);
});
