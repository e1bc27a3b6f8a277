import { describe, expect, it } from "vitest";
import { addAt } from "./json-patch.ts";

describe("adding a value at a JSON pointer", () => {
  it.each([
    ["a field", { a: 1 }, "/b", 2, { a: 1, b: 2 }],
    ["a field that is there", { a: 1 }, "/a", 2, { a: 2 }],
    ["parents that are missing", {}, "/a/b/c", 1, { a: { b: { c: 1 } } }],
    ["a parent that is null", { a: null }, "/a/b", 1, { a: { b: 1 } }],
    ["a list that is missing", {}, "/a/-", 1, { a: [1] }],
    ["the end of a list", { a: [1] }, "/a/-", 2, { a: [1, 2] }],
    ["the inside of a list", { a: [1, 2] }, "/a/0", 0, { a: [0, 1, 2] }],
    ["an object in a list", { a: [{ b: 1 }] }, "/a/0/c", 2, { a: [{ b: 1, c: 2 }] }],
    ["escaped keys", {}, "/a~1b~0c", 1, { "a/b~c": 1 }],
    ["the empty key", {}, "/", 1, { "": 1 }],
    ["the whole document", { a: 1 }, "", { b: 2 }, { b: 2 }],
  ])("%s", (_, document, pointer, value, expected) => {
    expect(addAt(document, pointer, value)).toEqual({ document: expected });
  });

  it("takes __proto__ for a key as any other", () => {
    const added = addAt({}, "/__proto__/x", 1);
    expect(JSON.stringify(added)).toBe('{"document":{"__proto__":{"x":1}}}');
    expect("x" in {}).toBe(false);
  });

  it("changes nothing in what it was given", () => {
    const document = Object.freeze({ a: Object.freeze([Object.freeze({ b: 1 })]) });
    expect(addAt(document as never, "/a/0/b", 2)).toEqual({ document: { a: [{ b: 2 }] } });
  });

  it.each([
    ["no slash", {}, "a"],
    ["into a text", { a: "b" }, "/a/b"],
    ["into a list by name", { a: [] }, "/a/b"],
    ["past the end of a list", { a: [1] }, "/a/3"],
    ["with a sign", { a: [1] }, "/a/-1"],
  ])("fails with %s", (_, document, pointer) => {
    expect(addAt(document, pointer, 1)).toHaveProperty("failure");
  });
});
