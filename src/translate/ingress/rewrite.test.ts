import fc from "fast-check";
import { expect, it } from "vitest";
import { parseRewrite } from "./rewrite.ts";

it.each([
  ["", "/"],
  ["/a", "/a"],
  ["/$1/b/$12", "/$(uri_captures[1])/b/$(uri_captures[12])"],
  ["/\\$1", "/$1"],
  ["/x$9", "/x$(uri_captures[9])"],
])("turns %s into a template", (text, uri) => expect(parseRewrite(text)).toEqual({ uri }));

it.each([
  ["/a$", 'it ends right after "$"'],
  ["/a\\", 'it ends right after "\\"'],
  ["/$x", '"x" at position 2 is not expected there'],
  ["/ä$x", '"x" at position 4 is not expected there'],
  ["/\\a", '"a" at position 2 is not expected there'],
])("says what is wrong with %s", (text, error) => expect(parseRewrite(text)).toEqual({ error }));

it("reads or refuses any text", () => {
  fc.assert(fc.property(fc.string(), (text) => Object.keys(parseRewrite(text)).length === 1));
});
