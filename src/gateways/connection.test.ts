import { expect, test } from "vitest";
import type { RetryPolicy } from "../base/backoff.ts";
import { ManualClock } from "../base/manual-clock.ts";
import type { ConnectionState, GatewayFacts } from "../sync/gateway.ts";
import { AdminFailure } from "./admin-failure.ts";
import { Connection } from "./connection.ts";

const FACTS: GatewayFacts = {
  profile: { flavor: "expressions", version: [3, 9, 1], enterprise: false, workspace: "", dbless: true },
  version: "3.9.1",
  nodeId: "n",
  hash: undefined,
};

const REQUEST: RetryPolicy = { maxAttempts: 5, initialDelay: 1000, maxDelay: 30_000 };
const STANDARD: RetryPolicy = { maxAttempts: 0, initialDelay: 1000, maxDelay: 30_000 };

/** A connection whose attempts fail until told otherwise, with the seconds at which they were made. */
function rig(policy: RetryPolicy, attempt?: (signal: AbortSignal) => Promise<GatewayFacts>) {
  const clock = new ManualClock(0);
  const attempts: number[] = [];
  const states: ConnectionState[] = [];
  const up = { now: false };
  const connection = new Connection({
    policy,
    clock,
    attempt: async (signal) => {
      attempts.push(clock.monotonic() / 1000);
      if (attempt !== undefined) return attempt(signal);
      if (!up.now) throw new AdminFailure("unreachable", "connect ECONNREFUSED");
      return FACTS;
    },
    changed: (state) => states.push(state),
  });
  return { clock, attempts, states, up, connection };
}

test("the example of the request: 5 attempts at 0, 1, 3, 7 and 15 s, and nothing is waited for after the last", async () => {
  const { clock, attempts, connection } = rig(REQUEST);
  connection.start();
  await clock.advance(14_999);
  expect(attempts).toEqual([0, 1, 3, 7]);
  expect(connection.state).toMatchObject({ phase: "connecting", attempt: 4, nextTry: 15_000 });
  await clock.advance(1);
  expect(attempts).toEqual([0, 1, 3, 7, 15]);
  expect(connection.state).toEqual({
    phase: "exhausted",
    attempts: 5,
    cause: { message: "connect ECONNREFUSED" },
  });
  expect(clock.pending).toBe(0);
});

test.each([6, -6])("the wall clock jumps by %d hours: no attempt comes sooner or later for that", async (hours) => {
  const { clock, attempts, connection } = rig(STANDARD);
  connection.start();
  await clock.advance(5000);
  clock.jump(hours * 3_600_000);
  expect(connection.state).toMatchObject({ attempt: 3, nextTry: 7000 });
  await clock.advance(147_000);
  expect(attempts).toEqual([0, 1, 3, 7, 15, 31, 61, 91, 121, 151]);
  connection.close();
});

test("the delay doubles up to the maximum and stays there", async () => {
  const { clock, attempts, connection } = rig(STANDARD);
  connection.start();
  await clock.advance(152_000);
  expect(attempts).toEqual([0, 1, 3, 7, 15, 31, 61, 91, 121, 151]);
  connection.close();
});

test("by default it never gives up", async () => {
  const { clock, attempts, connection } = rig({ ...STANDARD, maxDelay: 3_600_000, initialDelay: 3_600_000 });
  connection.start();
  await clock.advance(1000 * 3_600_000);
  expect(attempts).toHaveLength(1001);
  expect(connection.state.phase).toBe("connecting");
  connection.close();
});

test("a fixed delay, as the deprecated flags give it", async () => {
  const { clock, attempts, connection } = rig({ maxAttempts: 4, initialDelay: 2000, maxDelay: 2000 });
  connection.start();
  await clock.advance(60_000);
  expect(attempts).toEqual([0, 2, 4, 6]);
});

test("a single attempt waits for nothing", async () => {
  const { clock, attempts, connection } = rig({ ...REQUEST, maxAttempts: 1 });
  connection.start();
  await clock.advance(0);
  expect(attempts).toEqual([0]);
  expect(connection.state.phase).toBe("exhausted");
});

test("the delay counts from the end of an attempt", async () => {
  const clock = new ManualClock(0);
  const attempts: number[] = [];
  const connection = new Connection({
    policy: REQUEST,
    clock,
    attempt: () => {
      attempts.push(clock.monotonic() / 1000);
      return new Promise((_resolve, reject) => clock.after(5000, () => reject(new Error("time-out"))));
    },
    changed: () => undefined,
  });
  connection.start();
  await clock.advance(60_000);
  expect(attempts).toEqual([0, 6, 13, 22, 35]);
});

test("it goes through its states by name, and tells what it is doing", async () => {
  const { clock, states, up, connection } = rig(STANDARD);
  expect(connection.state).toEqual({ phase: "waiting" });
  connection.start();
  await clock.advance(500);
  up.now = true;
  await clock.advance(500);
  const cause = { message: "connect ECONNREFUSED" };
  expect(states).toEqual([
    { phase: "connecting", attempt: 1, nextTry: undefined, cause: undefined, lostSince: undefined },
    { phase: "connecting", attempt: 1, nextTry: 1000, delay: 1000, cause, lostSince: undefined },
    { phase: "connecting", attempt: 2, nextTry: undefined, cause, lostSince: undefined },
    { phase: "ready", since: 1000, facts: FACTS },
  ]);
});

test("a lost one is tried again at once and without end, counting from 1", async () => {
  const { clock, attempts, states, up, connection } = rig({ ...REQUEST, maxAttempts: 2 });
  up.now = true;
  connection.start();
  await clock.advance(10_000);
  up.now = false;
  states.length = 0;
  connection.lose({ message: "reset" });
  await clock.advance(0);
  expect(states[0]).toEqual({ phase: "lost", since: 10_000, cause: { message: "reset" } });
  expect(states[1]).toMatchObject({ phase: "connecting", attempt: 1, lostSince: 10_000 });
  await clock.advance(90_000);
  expect(attempts).toEqual([0, 10, 11, 13, 17, 25, 41, 71]);
  up.now = true;
  await clock.advance(30_000);
  expect(connection.state.phase).toBe("ready");
  expect(connection.attempts).toBe(9);
});

test("only a ready one can be lost", async () => {
  const { clock, states, connection } = rig(STANDARD);
  connection.lose({ message: "before the start" });
  connection.start();
  await clock.advance(0);
  connection.lose({ message: "while connecting" });
  await clock.advance(500);
  expect(states.map(({ phase }) => phase)).toEqual(["connecting", "connecting"]);
  connection.close();
});

test("poking cuts a wait short and leaves the count", async () => {
  const { clock, attempts, connection } = rig(REQUEST);
  connection.start();
  await clock.advance(3500);
  connection.poke();
  await clock.advance(0);
  expect(attempts).toEqual([0, 1, 3, 3.5]);
  expect(connection.state).toMatchObject({ attempt: 4, nextTry: 11_500 });
  await clock.advance(8000);
  expect(connection.state).toMatchObject({ phase: "exhausted", attempts: 5 });
});

test("poking during an attempt makes the next one follow at once", async () => {
  const clock = new ManualClock(0);
  const attempts: number[] = [];
  const connection = new Connection({
    policy: STANDARD,
    clock,
    attempt: () => {
      attempts.push(clock.monotonic() / 1000);
      return new Promise((_resolve, reject) => clock.after(1000, () => reject(new Error("time-out"))));
    },
    changed: () => undefined,
  });
  connection.start();
  await clock.advance(500);
  connection.poke();
  await clock.advance(2500);
  // The second ends at 2 s and is followed by the ordinary delay.
  expect(attempts).toEqual([0, 1]);
  await clock.advance(1000);
  expect(attempts).toEqual([0, 1, 4]);
  connection.close();
});

test("closing interrupts a wait and an attempt, and leaves no timer", async () => {
  const waiting = rig(STANDARD);
  waiting.connection.start();
  await waiting.clock.advance(100);
  waiting.connection.close();
  expect(waiting.clock.pending).toBe(0);
  expect(waiting.connection.state.phase).toBe("closed");

  let aborted = false;
  const trying = rig(STANDARD, (signal) => {
    return new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => {
        aborted = true;
        reject(new Error("aborted"));
      });
    });
  });
  trying.connection.start();
  await trying.clock.advance(0);
  trying.connection.close();
  await trying.clock.advance(60_000);
  expect(aborted).toBe(true);
  expect(trying.attempts).toEqual([0]);
  expect(trying.states.at(-1)).toEqual({ phase: "closed" });
});

test("once some gateway was reached, one that had used its attempts goes on after the delay that was due", async () => {
  const { clock, attempts, connection, up } = rig({ ...REQUEST, maxAttempts: 3 });
  connection.start();
  await clock.advance(10_000);
  expect(connection.state.phase).toBe("exhausted");
  connection.persist();
  expect(connection.state).toMatchObject({ phase: "connecting", attempt: 3, nextTry: 14_000 });
  await clock.advance(5000);
  expect(attempts).toEqual([0, 1, 3, 14]);
  up.now = true;
  await clock.advance(30_000);
  expect(connection.state.phase).toBe("ready");
});

test("what to look at comes with the cause", async () => {
  const { clock, connection } = rig(STANDARD, async () => {
    throw new AdminFailure("answer", "answered with 401", "look at the token", 401);
  });
  connection.start();
  await clock.advance(0);
  expect(connection.state).toMatchObject({ cause: { message: "answered with 401", advice: "look at the token" } });
  connection.close();
});
