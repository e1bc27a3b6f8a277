import { expect, test } from "vitest";
import { ManualClock } from "../base/manual-clock.ts";
import { FakeGateway } from "./fake-gateway.ts";
import type { ConnectionState } from "./gateway.ts";
import { missingForReadiness, type ReadinessFacts } from "./readiness.ts";

const clock = new ManualClock(100_000);

function gateway(name: string, state: ConnectionState): FakeGateway {
  const made = new FakeGateway(name, clock, () => undefined);
  made.state = state;
  return made;
}

const READY = gateway("a", { phase: "ready", since: 0 } as ConnectionState);
const ALL_WELL: ReadinessFacts = {
  progress: { listed: true, leading: true, pending: 0, compiled: true, acknowledged: true },
  missingLists: [],
  gateways: [READY],
  now: clock.now(),
};

const missing = (changed: Partial<ReadinessFacts>, progress: Partial<ReadinessFacts["progress"]> = {}) =>
  missingForReadiness({ ...ALL_WELL, ...changed, progress: { ...ALL_WELL.progress, ...progress } });

test("ready: lists complete, everything compiled, a gateway ready, a push acknowledged", () => {
  expect(missing({})).toEqual([]);
});

test("a follower needs no push", () => {
  expect(missing({}, { acknowledged: false })).toEqual(["no gateway has taken the configuration yet"]);
  expect(missing({}, { acknowledged: false, leading: false })).toEqual([]);
});

test("lists that are not complete, by name, not too many", () => {
  const lists = ["Ingress: forbidden", "Secret: its first list is not complete"];
  expect(missing({ missingLists: lists }, { listed: false, compiled: false, acknowledged: false })).toEqual([
    "waiting for the first lists of objects to be complete",
    ...lists,
  ]);
  const many = Array.from({ length: 30 }, (_, i) => `Kind${i}`);
  expect(missing({ missingLists: many }, { listed: false }).at(-1)).toBe("and 25 more");
});

test("objects that are named but not loaded, and compiling", () => {
  expect(missing({}, { pending: 3, compiled: false, acknowledged: false })[0]).toContain("(3 places)");
  expect(missing({}, { compiled: false, acknowledged: false })).toEqual(["compiling"]);
});

test("no gateway is ready: each with its attempt, the cause and the next try", () => {
  const cause = { message: "connect ECONNREFUSED" };
  const trying: ConnectionState = { phase: "connecting", attempt: 4, nextTry: 102_350, cause, lostSince: undefined };
  const gateways = [
    gateway("a", trying),
    gateway("b", { ...trying, nextTry: undefined }),
    gateway("c", { phase: "exhausted", attempts: 5, cause }),
  ];
  expect(missing({ gateways })).toEqual([
    "degraded mode: no gateway is ready",
    "a: attempt 4 failed: connect ECONNREFUSED; next try in 2.4s",
    "b: attempt 4 is under way",
    "c: gave up after 5 attempts: connect ECONNREFUSED",
  ]);
});

test("one that is ready is enough", () => {
  const lost = gateway("b", { phase: "lost", since: 0, cause: { message: "reset" } });
  expect(missing({ gateways: [lost, READY] })).toEqual([]);
});
