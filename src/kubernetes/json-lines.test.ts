import fc from "fast-check";
import { expect, test } from "vitest";
import { LineSplitter } from "./json-lines.ts";

test("however a stream is cut, its lines come out whole and in order", () => {
  const line = fc.string({ unit: "grapheme", minLength: 1 }).map((text) => JSON.stringify({ text }));
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(20)), (lines, cuts) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(""));
      const splitter = new LineSplitter();
      const out: string[] = [];
      let at = 0;
      for (const cut of cuts) {
        out.push(...splitter.push(bytes.subarray(at, at + cut)));
        at += cut;
      }
      out.push(...splitter.push(bytes.subarray(at)));
      expect(out).toEqual(lines);
      expect(splitter.pendingBytes).toBe(0);
    }),
  );
});

test("empty lines and carriage returns are nothing; a line without an end waits", () => {
  const splitter = new LineSplitter();
  expect(splitter.push(Buffer.from('\n\r\n{"a":1}\r\n{"b"'))).toEqual(['{"a":1}']);
  expect(splitter.pendingBytes).toBe(4);
});

test("a line that never ends is refused", () => {
  const splitter = new LineSplitter(10);
  splitter.push(Buffer.from("1234567890"));
  expect(() => splitter.push(Buffer.from("1"))).toThrow("longer than 10 bytes");
});
