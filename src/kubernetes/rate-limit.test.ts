import { expect, test } from "vitest";
import { ManualClock } from "../base/manual-clock.ts";
import { RateLimit } from "./rate-limit.ts";

test("the burst is free, then requests leave in the order they came, and rest refills", async () => {
  const clock = new ManualClock();
  const limit = new RateLimit(clock, 2, 2);
  const left: number[] = [];
  for (let i = 0; i < 5; i++) void limit.take().then(() => left.push(i));
  await clock.advance(0);
  expect(left).toEqual([0, 1]);
  await clock.advance(500);
  expect(left).toEqual([0, 1, 2]);
  await clock.advance(1000);
  expect(left).toEqual([0, 1, 2, 3, 4]);
  await clock.advance(60_000);
  for (let i = 5; i < 8; i++) void limit.take().then(() => left.push(i));
  await clock.advance(0);
  expect(left).toEqual([0, 1, 2, 3, 4, 5, 6]);
  await clock.advance(500);
});

test("who gives up gives the place back", async () => {
  const clock = new ManualClock();
  const limit = new RateLimit(clock, 1, 1);
  await limit.take();
  const abort = new AbortController();
  const first = limit.take(abort.signal);
  abort.abort();
  await first;
  let done = false;
  void limit.take().then(() => {
    done = true;
  });
  await clock.advance(1000);
  expect(done).toBe(true);
});

test("a rate of 0 is no limit", async () => {
  const limit = new RateLimit(new ManualClock(), 0, 1);
  for (let i = 0; i < 1000; i++) await limit.take();
});
