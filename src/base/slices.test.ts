import { expect, test } from "vitest";
import { ManualClock } from "./manual-clock.ts";
import { Slices } from "./slices.ts";

test("a slice is used up after its time, and begins anew with a pause", async () => {
  const clock = new ManualClock();
  const slices = new Slices(clock, 12);
  expect(slices.due).toBe(false);
  await clock.advance(12);
  expect(slices.due).toBe(true);
  await slices.pause();
  expect(slices.due).toBe(false);
});

test("of several jobs one has a slice in each turn of the event loop, one after the other", async () => {
  let turn = 0;
  let ended = false;
  const count = () => {
    turn++;
    if (!ended) setImmediate(count);
  };
  setImmediate(count);
  const worked: [string, number][] = [];
  const job = async (name: string) => {
    const slices = new Slices(new ManualClock());
    for (let at = 0; at < 3; at++) {
      await slices.pause();
      worked.push([name, turn]);
    }
  };
  await Promise.all([job("a"), job("b"), job("c")]);
  ended = true;
  expect(worked.map(([name]) => name).join("")).toBe("abcabcabc");
  expect(new Set(worked.map(([, at]) => at)).size).toBe(9);
});
