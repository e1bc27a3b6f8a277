import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatDuration, parseDuration } from "./duration.ts";

describe("parseDuration", () => {
  test.each([
    ["10s", 10_000],
    ["1m30s", 90_000],
    ["10h", 36_000_000],
    ["0", 0],
    ["-1s", -1000],
    ["+1s", 1000],
    ["1.5h", 5_400_000],
    ["5.s", 5000],
    [".5s", 500],
    ["00s", 0],
    ["1s1s", 2000],
    ["250ms", 250],
    ["1µs", 0.001],
    ["1us", 0.001],
  ])("%s", (text, ms) => expect(parseDuration(text)).toBe(ms));

  test.each(["", "10", "1..5s", ".s", "1h1", "1d", "1 s", " 1s", "--1s", "s", "1S"])("%j is none", (text) =>
    expect(parseDuration(text)).toBeUndefined(),
  );
});

describe("formatDuration", () => {
  test.each([
    [0, "0s"],
    [250, "250ms"],
    [1500, "1.5s"],
    [90_000, "1m30s"],
    [3_600_000, "1h0m0s"],
    [-1000, "-1s"],
  ])("%d ms", (ms, text) => expect(formatDuration(ms)).toBe(text));

  test("what is printed is read back", () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms === 0 ? 0 : ms);
      }),
    );
  });
});
