import fc from "fast-check";
import { expect, test } from "vitest";
import { each, type Few, withOne, withoutOne } from "./few.ts";

test("it holds what a Set would hold, in the same order", () => {
  const things = Array.from({ length: 12 }, (_, at) => ({ at }));
  const step = fc.record({ add: fc.boolean(), at: fc.nat(things.length - 1) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const set = new Set<object>();
      let few: Few<object>;
      for (const { add, at } of steps) {
        const thing = things[at]!;
        few = add ? withOne(few, thing) : withoutOne(few, thing);
        if (add) set.add(thing);
        else set.delete(thing);
        expect([...each(few)]).toEqual([...set]);
        expect(few === undefined).toBe(set.size === 0);
      }
    }),
  );
});
