import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatCsvRecord, parseCsvRecord } from "./csv-record.ts";

// What spf13/pflag 1.0.6 makes of the same texts.
describe("parseCsvRecord", () => {
  test.each<[string, readonly string[]]>([
    ["", []],
    ["a", ["a"]],
    ["a,b", ["a", "b"]],
    ["a, b", ["a", " b"]],
    [" a", [" a"]],
    ['"a,b",c', ["a,b", "c"]],
    ['"a""b"', ['a"b']],
    ["a\nb", ["a"]],
    ["\na", ["a"]],
    ["a\r\n", ["a"]],
    ["a\r", ["a"]],
    ['"a\r\nb"', ["a\nb"]],
    ['""', [""]],
    [",", ["", ""]],
    ["a,", ["a", ""]],
    ['"a"\r', ["a"]],
    ["x\r,y", ["x\r", "y"]],
    ["#a", ["#a"]],
    ['a,"b\nc",d\ne', ["a", "b\nc", "d"]],
  ])("%j", (text, items) => expect(parseCsvRecord(text)).toEqual({ value: items }));

  test.each(['a"b', '"a"b', '"a', "\r\n", "\n", '"a" ,b', 'x,"'])("%j is no record", (text) =>
    expect(parseCsvRecord(text)).toHaveProperty("cause"),
  );

  test("what is printed is read back", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('"', ",", "\n", "\r", "a") }))),
        (given) => {
          const items = given.map((item) => item.replaceAll(/\r+\n/g, "\n"));
          expect(parseCsvRecord(formatCsvRecord(items))).toEqual({ value: items });
        },
      ),
    );
  });
});
