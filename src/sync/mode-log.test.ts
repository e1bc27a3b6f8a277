import { expect, test } from "vitest";
import { createLog } from "../base/log.ts";
import { ManualClock } from "../base/manual-clock.ts";
import { FakeGateway } from "./fake-gateway.ts";
import type { Cause, Fleet, GatewayEvent } from "./gateway.ts";
import { Mode } from "./mode.ts";
import { ModeLog } from "./mode-log.ts";

const REFUSED: Cause = { message: "connect ECONNREFUSED" };

function rig() {
  const clock = new ManualClock(0);
  const gateways: FakeGateway[] = [];
  const listeners = new Set<(event: GatewayEvent) => void>();
  const send = (event: GatewayEvent) => {
    for (const listener of listeners) listener(event);
  };
  const fleet: Fleet = {
    gateways,
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const lines: string[] = [];
  const sink = { write: (line: string) => lines.push(line.replace(/^\S+ /, "").trim()) };
  const log = createLog({ level: "info", format: "text", sink, now: () => clock.now() });
  const mode = new Mode(fleet, clock);
  const modeLog = new ModeLog({ log, clock, fleet, mode });
  const gateway = (id: string) => {
    const made = new FakeGateway(id, clock, send);
    gateways.push(made);
    return made;
  };
  const failed = (of: FakeGateway, attempt: number, delay: number, cause = REFUSED) => {
    of.state = { phase: "connecting", attempt, nextTry: clock.monotonic() + delay, delay, cause, lostSince: undefined };
    send({ type: "state", gateway: of });
  };
  return { clock, mode, modeLog, lines, gateway, failed, said: () => lines.splice(0) };
}

test("a gateway that answers at once is one line, and degraded mode is not spoken of", () => {
  const { gateway, lines, mode } = rig();
  expect(mode.name).toBe("degraded");
  gateway("a").connect();
  expect(mode.name).toBe("ready");
  expect(lines).toEqual(["info  Connected to a version=3.9.1 routerFlavor=traditional_compatible"]);
});

test("degraded mode begins and ends with one line each", async () => {
  const { clock, gateway, failed, said, mode } = rig();
  const a = gateway("a");
  failed(a, 1, 1000);
  expect(said()).toEqual([
    "info  Degraded mode: no gateway is ready. Watching, compiling and checking go on; pushing waits until a gateway is ready",
    "info  Attempt 1 to connect to a failed: connect ECONNREFUSED; the next one in 1s",
  ]);
  await clock.advance(1000);
  failed(a, 2, 2000);
  expect(said()).toEqual(["info  Attempt 2 to connect to a failed: connect ECONNREFUSED; the next one in 2s"]);
  await clock.advance(2000);
  a.connect();
  expect(said()).toEqual([
    "info  Connected to a version=3.9.1 routerFlavor=traditional_compatible",
    "info  Degraded mode has ended: a gateway is ready",
  ]);
  expect(mode.degradedTime).toBe(3000);
  await clock.advance(10_000);
  expect(mode.degradedTime).toBe(3000);
  expect(clock.pending).toBe(0);
});

test("losing one of two is no degraded mode, losing both is", () => {
  const { gateway, failed, said, mode } = rig();
  const [a, b] = [gateway("a"), gateway("b")];
  a.connect();
  b.connect();
  said();
  a.lose();
  failed(a, 1, 1000);
  failed(a, 2, 2000);
  expect(said()).toEqual([
    "info  Lost the connection to a: reset",
    "info  Attempt 1 to connect to a failed: connect ECONNREFUSED; the next one in 1s",
  ]);
  for (let attempt = 3; attempt <= 150; attempt++) failed(a, attempt, 30_000);
  expect(said().map((line) => /Attempt (\d+)/.exec(line)?.[1])).toEqual(["10", "100"]);
  expect(mode.name).toBe("ready");
  b.lose();
  failed(b, 1, 1000);
  expect(mode.name).toBe("degraded");
  expect(said()[1]).toContain("Degraded mode: no gateway is ready");
});

test("a night in degraded mode is a page", async () => {
  const { clock, gateway, failed, lines } = rig();
  const a = gateway("a");
  let attempt = 0;
  for (const end = clock.now() + 12 * 3_600_000; clock.now() < end; ) {
    const delay = Math.min(1000 * 2 ** attempt, 30_000);
    failed(a, ++attempt, delay);
    await clock.advance(delay);
  }
  expect(attempt).toBeGreaterThan(1000);
  expect(lines.length).toBeLessThan(50);
  expect(lines.filter((line) => line.includes("Still in degraded mode")).length).toBeGreaterThan(20);
  expect(lines.find((line) => line.includes("Still"))).toMatch(
    /^info {2}Still in degraded mode after 1m0s: a: attempt \d+ failed: connect ECONNREFUSED; next try in \S+$/,
  );
});

test("thirty gateways that do not answer are a page too", async () => {
  const { clock, gateway, failed, lines } = rig();
  const all = Array.from({ length: 30 }, (_, i) => gateway(`g${i}`));
  for (let attempt = 1, end = clock.now() + 8 * 3_600_000; clock.now() < end; attempt++) {
    const delay = Math.min(1000 * 2 ** (attempt - 1), 30_000);
    for (const one of all) failed(one, attempt, delay);
    await clock.advance(delay);
  }
  expect(lines.length).toBeLessThan(60);
  expect(lines.filter((line) => line.includes("Attempt 1 ")).length).toBe(20);
  expect(lines.find((line) => line.includes("Still"))).toContain("(and 27 more)");
});

test("a wall clock that jumps is in no time that is told", async () => {
  const { clock, gateway, failed, said, mode } = rig();
  failed(gateway("a"), 1, 1000);
  clock.jump(-6 * 3_600_000);
  failed(gateway("a"), 2, 2000);
  expect(said().at(-1)).toContain("the next one in 2s");
  await clock.advance(60_000);
  expect(said()).toEqual([expect.stringContaining("Still in degraded mode after 1m0s: ")]);
  expect(mode.degradedTime).toBe(60_000);
});

test("no two summaries come within a minute", async () => {
  const { clock, modeLog, said, gateway, failed } = rig();
  failed(gateway("a"), 1, 1000);
  said();
  const times: number[] = [];
  for (let second = 0; second < 4 * 3600; second++) {
    await clock.advance(1000);
    if (said().length > 0) times.push(clock.now());
  }
  expect(times.length).toBeGreaterThan(5);
  for (let i = 1; i < times.length; i++) expect(times[i]! - times[i - 1]!).toBeGreaterThanOrEqual(60_000);
  modeLog.close();
  expect(clock.pending).toBe(0);
});

test("what waiting will hardly mend is said at once, and once, and again after it had been mended", () => {
  const { gateway, failed, lines } = rig();
  const a = gateway("a");
  const cause: Cause = { message: "answered with 401", advice: "look at --kong-admin-token" };
  const advice = () => lines.filter((line) => line.includes("hardly")).length;
  failed(a, 1, 1000, cause);
  expect(lines.at(-1)).toBe("error a: answered with 401. Waiting will hardly mend this: look at --kong-admin-token");
  for (let attempt = 2; attempt < 20; attempt++) failed(a, attempt, 1000, cause);
  expect(advice()).toBe(1);
  a.connect();
  a.lose();
  failed(a, 1, 1000, cause);
  expect(advice()).toBe(2);
});
