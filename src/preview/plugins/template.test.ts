import fc from "fast-check";
import { expect, test } from "vitest";
import type { LuaTable, Names } from "./lua-expression.ts";
import { render } from "./template.ts";

function table(values: Readonly<Record<string, string>>): LuaTable {
  return { get: (key) => (Object.hasOwn(values, String(key)) ? values[String(key)] : undefined) };
}

const names: Names = {
  headers: table({ host: "a.example", "x-y": "z" }),
  uri_captures: table({ 1: "/rest", name: "Bob" }),
};
const nothing: Names = { uri_captures: table({}) };

test.each([
  ["plain", names, "plain"],
  ["$(headers.host)!", names, "a.example!"],
  ['$(headers["x-y"])', names, "z"],
  ["$(headers.none)", names, ""],
  ["cost: $5 (five)", names, "cost: $5 (five)"],
  ["$(uri_captures[1])", names, "/rest"],
  // What stands for a replaced prefix (spec: gateway-api §5.6).
  ['$(uri_captures[1] == nil and "/" or "/" .. uri_captures[1])', nothing, "/"],
  ['$(uri_captures[1] == nil and "/" or "/" .. uri_captures[1])', names, "//rest"],
  ['/new$(uri_captures[1] == nil and "" or "/" .. uri_captures[1])', nothing, "/new"],
  ["$(uri_captures.name:lower():sub(2, -1))", names, "ob"],
  ['$("a" .. 1 + 2 * 3 .. "b")', names, "a7b"],
  ["$(not nil)", names, "true"],
  ["$(#uri_captures.name > 2 and 'long' or 'short')", names, "long"],
  ["$((1 + 2) * 3 % 4)", names, "1"],
  ["$('it''s')", names, undefined],
  ["$(os.execute('x'))", names, undefined],
  ["$(headers.host .. nil)", names, undefined],
  ["$(1 +)", names, undefined],
  ["$(function() end)", names, undefined],
  [`$(${"(".repeat(200)}1${")".repeat(200)})`, names, undefined],
])("%s", (template, given, wanted) => {
  if (wanted === undefined) expect(() => render(template, given)).toThrow(SyntaxError);
  else expect(render(template, given)).toBe(wanted);
});

test("any text is filled in or refused, and never anything else", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'$()[]."..nilandor+-*#:, h1'.split("")) }), (text) => {
      try {
        expect(typeof render(text, names)).toBe("string");
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
      }
    }),
  );
});
