import fc from "fast-check";
import { expect, test } from "vitest";
import { Queue } from "./queue.ts";

test("who left and comes again is last", () => {
  const [one, other] = [{ name: "one" }, { name: "other" }];
  const queue = new Queue<object>();
  queue.add(one);
  expect(queue.first()).toBe(one);
  queue.delete(one);
  queue.add(other);
  queue.add(one);
  expect(queue.first()).toBe(other);
});

test("whatever comes and goes, who has waited longest is first", () => {
  const things = Array.from({ length: 6 }, (_, at) => ({ at }));
  const step = fc.record({ do: fc.constantFrom("add", "delete", "ask", "take"), at: fc.nat(things.length - 1) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const queue = new Queue<object>();
      const set = new Set<object>();
      for (const { do: what, at } of steps) {
        const thing = things[at]!;
        const first = [...set][0];
        if (what === "ask" || what === "take") expect(queue.first()).toBe(first);
        if (what === "add") queue.add(thing);
        if (what === "add") set.add(thing);
        const gone = what === "delete" ? thing : what === "take" ? first : undefined;
        if (gone !== undefined) queue.delete(gone);
        if (gone !== undefined) set.delete(gone);
      }
      for (const left of set) {
        expect(queue.first()).toBe(left);
        queue.delete(left);
      }
      expect(queue.first()).toBeUndefined();
    }),
    { numRuns: 1000 },
  );
});
