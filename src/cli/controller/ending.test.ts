import { expect, test } from "vitest";
import { ManualClock } from "../../base/manual-clock.ts";
import { within } from "./ending.ts";

test("work that takes too long is waited for no longer, and no wait is left when it ends or fails", async () => {
  const clock = new ManualClock();
  let over = false;
  const forever = within(clock, 100, new Promise(() => undefined)).then(() => {
    over = true;
  });
  await clock.advance(99);
  expect(over).toBe(false);
  await clock.advance(1);
  await forever;
  await within(clock, 100, Promise.resolve());
  expect(clock.pending).toBe(0);
  await expect(within(clock, 100, Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(clock.pending).toBe(0);
});
