import { describe, expect, test } from "vitest";
import { parseGoBool, parseGoFloat, parseGoInteger, parseGoUnsigned } from "./go-number.ts";

describe("parseGoBool", () => {
  test.each(["1", "t", "T", "TRUE", "true", "True"])("%s is true", (text) => expect(parseGoBool(text)).toBe(true));
  test.each(["0", "f", "F", "FALSE", "false", "False"])("%s is false", (text) => expect(parseGoBool(text)).toBe(false));
  test.each(["", "yes", "on", "tRUE", " true", "2"])("%j is neither", (text) =>
    expect(parseGoBool(text)).toBeUndefined(),
  );
});

describe("parseGoInteger", () => {
  test.each([
    ["1", 1n],
    ["+1", 1n],
    ["-1", -1n],
    ["0x1f", 31n],
    ["0X1F", 31n],
    ["017", 15n],
    ["0o17", 15n],
    ["0O7", 7n],
    ["0b11", 3n],
    ["1_000", 1000n],
    ["0_7", 7n],
    ["0x_1", 1n],
    ["-0x10", -16n],
    ["0", 0n],
    ["9223372036854775808", 9223372036854775808n],
  ])("%s", (text, value) => expect(parseGoInteger(text)).toBe(value));

  test.each(["", "1__0", "_1", "1_", "08", "  1", "1.0", "1e3", "--1", "0x", "+"])("%j is none", (text) =>
    expect(parseGoInteger(text)).toBeUndefined(),
  );
});

test.each(["+1", "-1", "-0x10"])("an unsigned number has no sign: %s", (text) =>
  expect(parseGoUnsigned(text)).toBeUndefined(),
);

describe("parseGoFloat", () => {
  test.each([
    ["3", 3],
    ["3.5", 3.5],
    [".5", 0.5],
    ["5.", 5],
    ["1e3", 1000],
    ["-1.5E-1", -0.15],
    ["1_0.5", 10.5],
    ["0x1p3", 8],
    ["0x1.8p1", 3],
    ["0x1_0p1", 32],
    ["-0x.8p0", -0.5],
    ["inf", Number.POSITIVE_INFINITY],
    ["-Infinity", Number.NEGATIVE_INFINITY],
    ["1e-60", 1e-60],
  ])("%s", (text, value) => expect(parseGoFloat(text)).toBe(value));

  test("nan", () => expect(parseGoFloat("NaN")).toBeNaN());

  test.each(["", " 1", "0x1", "1e", "1_", "_1", "1._5", "0b1", ".", "e1", "0x.p1", "1,5"])("%j is none", (text) =>
    expect(parseGoFloat(text)).toBeUndefined(),
  );
});
