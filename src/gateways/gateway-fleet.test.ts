import { expect, test } from "vitest";
import type { RetryPolicy } from "../base/backoff.ts";
import { createLog } from "../base/log.ts";
import { ManualClock } from "../base/manual-clock.ts";
import { Pieces } from "../base/pieces.ts";
import type { GatewayEvent, Payload, PushOutcome } from "../sync/gateway.ts";
import { Mode } from "../sync/mode.ts";
import { ModeLog } from "../sync/mode-log.ts";
import { AdminFailure } from "./admin-failure.ts";
import type { Contact } from "./first-contact.ts";
import type { GatewayAdmin } from "./gateway-admin.ts";
import { GatewayFleet } from "./gateway-fleet.ts";
import { readRoot } from "./root.ts";
import { rootAnswer } from "./stand-in.ts";

const HASH = "0".repeat(32);
const PAYLOAD: Payload = { bytes: Pieces.of("{}"), md5: "a".repeat(32), entities: 0, sections: new Map() };
const STANDARD: RetryPolicy = { maxAttempts: 0, initialDelay: 1000, maxDelay: 30_000 };

/** A gateway of which the test decides everything. */
class FakeAdmin implements GatewayAdmin {
  readonly url: string;
  up = true;
  hash = HASH;
  flavor = "traditional_compatible";
  node = "one";
  asked = 0;
  forgotten = 0;
  pushing: ((outcome: PushOutcome | Error) => void) | undefined;

  constructor(url: string) {
    this.url = url;
  }

  async reach(): Promise<Contact> {
    if (!this.up) throw new AdminFailure("unreachable", `connect ECONNREFUSED ${this.url}`);
    const root = rootAnswer({ configuration: { router_flavor: this.flavor } });
    return { ...readRoot(JSON.stringify({ ...root, node_id: this.node }), ""), hash: this.hash };
  }

  async status() {
    this.asked++;
    if (!this.up) throw new AdminFailure("interrupted", "reset");
    return { hash: this.hash };
  }

  push(_payload: Payload, _found: Contact, signal: AbortSignal): Promise<PushOutcome> {
    return new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(new AdminFailure("aborted", "aborted")));
      this.pushing = (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome));
    });
  }

  ask(): Promise<never> {
    return Promise.reject(new Error("nobody asks"));
  }

  forget(): void {
    this.forgotten++;
  }
}

function rig(policy: RetryPolicy = STANDARD) {
  const clock = new ManualClock(0);
  const fleet = new GatewayFleet();
  const said: string[] = [];
  fleet.listen((event: GatewayEvent) => {
    if (event.type === "gave-up") said.push(`gave up after ${event.attempts}: ${event.cause.message}`);
    else if (event.type === "held") said.push(`${event.gateway.name} holds ${event.hash.slice(0, 1)}`);
    else if (event.type === "left") said.push(`${event.gateway.name} left`);
    else said.push(`${event.gateway.name} ${event.gateway.state.phase}`);
  });
  const add = (name: string, up = true) => {
    const admin = new FakeAdmin(`http://${name}`);
    admin.up = up;
    const gateway = fleet.add({ id: name, name, admin, policy, clock, checkInterval: 10_000 });
    return { admin, gateway };
  };
  return { clock, fleet, said, add };
}

test("a gateway is reached, and asked what it holds at every interval", async () => {
  const { clock, fleet, said, add } = rig();
  const { admin } = add("a");
  await clock.advance(0);
  expect(said).toEqual(["a waiting", "a connecting", "a ready"]);
  await clock.advance(30_000);
  expect(said.slice(3)).toEqual(["a holds 0", "a holds 0", "a holds 0"]);
  expect(admin.asked).toBe(3);
  fleet.close();
  expect(clock.pending).toBe(0);
});

test("one that does not answer twice in a row is lost, and tried again at once", async () => {
  const { clock, said, add } = rig();
  const { admin } = add("a");
  await clock.advance(0);
  admin.up = false;
  await clock.advance(10_000);
  expect(said.slice(3)).toEqual(["a lost", "a connecting", "a connecting"]);
  expect(admin.asked).toBe(2);
  admin.up = true;
  await clock.advance(1000);
  expect(said.at(-1)).toBe("a ready");
});

test("one failure is forgiven", async () => {
  const { clock, said, add } = rig();
  const { admin } = add("a");
  await clock.advance(0);
  const status = admin.status.bind(admin);
  admin.status = async () => {
    admin.status = status;
    throw new AdminFailure("interrupted", "reset");
  };
  await clock.advance(10_000);
  expect(said.slice(3)).toEqual(["a holds 0"]);
});

test("one that holds something else may be another gateway: all of it is read again", async () => {
  const { clock, said, add } = rig();
  const { admin, gateway } = add("a");
  await clock.advance(0);
  Object.assign(admin, { hash: "b".repeat(32), node: "two", flavor: "expressions" });
  await clock.advance(10_000);
  expect(said.slice(3)).toEqual(["a ready", "a holds b"]);
  expect(gateway.state).toMatchObject({ facts: { nodeId: "two", profile: { flavor: "expressions" } } });
});

test("in doubt it is asked at once, but not twice at a time", async () => {
  const { clock, said, add } = rig();
  const { admin, gateway } = add("a");
  await clock.advance(0);
  admin.hash = "1".repeat(32);
  gateway.doubt();
  gateway.doubt();
  await clock.advance(0);
  expect(admin.asked).toBe(1);
  expect(said).toContain("a holds 1");
  await clock.advance(10_000);
  expect(admin.asked).toBe(2);
});

test("nobody asks during a push, and the interval begins anew after it", async () => {
  const { clock, said, add } = rig();
  const { admin, gateway } = add("a");
  await clock.advance(9000);
  const push = gateway.push(PAYLOAD, new AbortController().signal);
  await clock.advance(60_000);
  expect(admin.asked).toBe(0);
  admin.hash = PAYLOAD.md5;
  admin.pushing?.({ kind: "accepted", hash: PAYLOAD.md5 });
  expect(await push).toEqual({ kind: "accepted", hash: PAYLOAD.md5 });
  await clock.advance(9999);
  expect(admin.asked).toBe(0);
  await clock.advance(1);
  expect(said.at(-1)).toBe("a holds a");
});

test("a push after which nobody answers loses the gateway", async () => {
  const { clock, said, add } = rig();
  const { admin, gateway } = add("a");
  await clock.advance(0);
  const push = gateway.push(PAYLOAD, new AbortController().signal);
  admin.up = false;
  admin.pushing?.(new AdminFailure("interrupted", "reset"));
  expect(await push).toEqual({ kind: "failed", cause: { message: "reset" } });
  await clock.advance(0);
  expect(said.slice(3)).toEqual(["a lost", "a connecting", "a connecting"]);
  expect(await gateway.push(PAYLOAD, new AbortController().signal)).toMatchObject({ kind: "failed" });
});

test("a push ends when whoever pushes wants it, and when the gateway goes", async () => {
  const { clock, fleet, said, add } = rig();
  const { gateway } = add("a");
  await clock.advance(0);
  const abort = new AbortController();
  const push = gateway.push(PAYLOAD, abort.signal);
  abort.abort();
  expect(await push).toEqual({ kind: "cancelled" });
  const other = gateway.push(PAYLOAD, new AbortController().signal);
  fleet.remove("a");
  expect(await other).toEqual({ kind: "cancelled" });
  expect(said.slice(3)).toEqual(["a left"]);
  await clock.advance(60_000);
  expect(clock.pending).toBe(0);
});

test("files and connections are forgotten after each failed attempt", async () => {
  const { clock, add, fleet } = rig();
  const { admin } = add("a", false);
  await clock.advance(3500);
  expect(admin.forgotten).toBe(3);
  fleet.close();
});

test("the fleet gives up only when all attempts of all of them are used", async () => {
  const { clock, said, add } = rig({ maxAttempts: 2, initialDelay: 1000, maxDelay: 1000 });
  add("a", false);
  await clock.advance(500);
  add("b", false);
  await clock.advance(700);
  expect(said.filter((line) => line.startsWith("gave up"))).toEqual([]);
  await clock.advance(500);
  expect(said.at(-1)).toBe("gave up after 2: connect ECONNREFUSED http://b");
  expect(clock.pending).toBe(0);
});

test("once one was reached nobody gives up: those that had go on, those that come later have no limit", async () => {
  const { clock, fleet, said, add } = rig({ maxAttempts: 2, initialDelay: 1000, maxDelay: 1000 });
  const a = add("a", false);
  await clock.advance(1500);
  expect(a.gateway.state.phase).toBe("exhausted");
  add("b");
  // Had it been alone it would have ended the process; the fleet said so before the other one came.
  expect(said.filter((line) => line.startsWith("gave up"))).toHaveLength(1);
  await clock.advance(1000);
  expect(a.gateway.state.phase).toBe("connecting");
  const c = add("c", false);
  await clock.advance(60_000);
  expect(c.gateway.attempts).toBeGreaterThan(50);
  a.admin.up = true;
  await clock.advance(1000);
  expect(a.gateway.state.phase).toBe("ready");
  fleet.close();
});

test("losing all of them never gives up", async () => {
  const { clock, said, add, fleet } = rig({ maxAttempts: 2, initialDelay: 1000, maxDelay: 1000 });
  const { admin, gateway } = add("a");
  await clock.advance(0);
  admin.up = false;
  await clock.advance(3_600_000);
  expect(said.filter((line) => line.startsWith("gave up"))).toEqual([]);
  expect(gateway.state.phase).toBe("connecting");
  fleet.close();
  expect(clock.pending).toBe(0);
});

test("a night in degraded mode is a page of log", async () => {
  const { clock, fleet, add } = rig();
  const lines: string[] = [];
  const sink = { write: (line: string) => lines.push(line) };
  const log = createLog({ level: "info", format: "text", sink, now: () => clock.now() });
  const mode = new Mode(fleet, clock);
  const modeLog = new ModeLog({ log, clock, fleet, mode });
  for (let i = 0; i < 3; i++) add(`g${i}`, false);
  const { admin, gateway } = add("g3", false);
  admin.reach = () =>
    Promise.reject(new AdminFailure("answer", "the root was answered with 401", "look at --kong-admin-token", 401));
  await clock.advance(8 * 3_600_000);
  expect(gateway.attempts).toBeGreaterThan(900);
  expect(lines.length).toBeLessThan(60);
  expect(lines.filter((line) => line.includes("Still in degraded mode")).length).toBeGreaterThan(15);
  expect(lines.filter((line) => line.includes("hardly mend"))).toHaveLength(1);
  // The morning.
  const before = lines.length;
  for (const { id } of fleet.gateways) fleet.remove(id);
  add("g4");
  await clock.advance(0);
  expect(lines.slice(before).at(-1)).toContain("Degraded mode has ended");
  modeLog.close();
  mode.close();
  fleet.close();
});
