import { beforeEach, expect, test } from "vitest";
import { ManualClock } from "../base/manual-clock.ts";
import { Termination } from "./termination.ts";

let clock: ManualClock;
let exits: number[];
let termination: Termination;
beforeEach(() => {
  clock = new ManualClock();
  exits = [];
  termination = new Termination(clock, (code) => void exits.push(code));
});

test("the first signal only asks", async () => {
  expect(termination.signal.aborted).toBe(false);
  termination.received();
  expect(termination.signal.aborted).toBe(true);
  await clock.advance(1_000_000);
  expect(exits).toEqual([]);
});

test("the second one ends at once", () => {
  termination.received();
  termination.received();
  expect(exits).toEqual([1]);
});

test("with a delay, the process ends after it", async () => {
  termination.limit(5000);
  termination.received();
  await clock.advance(4999);
  expect(exits).toEqual([]);
  await clock.advance(1);
  expect(exits).toEqual([1]);
});

test("a command that ends in time is left alone", async () => {
  termination.limit(5000);
  termination.received();
  termination.finished();
  await clock.advance(5000);
  expect(exits).toEqual([]);
  expect(clock.pending).toBe(0);
});

test("a signal that comes before the flags are read is obeyed like any other", async () => {
  termination.received();
  termination.limit(5000);
  await clock.advance(5000);
  expect(exits).toEqual([1]);
});
