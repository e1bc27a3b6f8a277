import { expect, test } from "vitest";
import { Interner } from "./interner.ts";

test("equal values are one", () => {
  const interner = new Interner();
  const first = interner.one({ ready: true, ports: [1, 2] });
  expect(interner.one({ ready: true, ports: [1, 2] })).toBe(first);
  expect(interner.one({ ready: true, ports: [2, 1] })).toEqual({ ready: true, ports: [2, 1] });
});

test("equal texts are one, and no value that reads like them", () => {
  const interner = new Interner(2);
  expect(interner.text("{}")).toBe("{}");
  expect(interner.one({})).toEqual({});
  expect(interner.text("b") + interner.text("c") + interner.text("c")).toBe("bcc");
});

test("it remembers no more than it may", () => {
  const interner = new Interner(1);
  const first = interner.one({ at: 1 });
  const second = interner.one({ at: 2 });
  expect(interner.one({ at: 1 })).toBe(first);
  expect(interner.one({ at: 2 })).not.toBe(second);
  expect(interner.one({ at: 2 })).toEqual(second);
});
