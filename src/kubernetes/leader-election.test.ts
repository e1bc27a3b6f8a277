import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Clock } from "../base/clock.ts";
import { createLog } from "../base/log.ts";
import { ManualClock } from "../base/manual-clock.ts";
import { LeaderElection } from "./leader-election.ts";
import { LeaseStorage } from "./lease.ts";
import { ModelApi } from "./model-api.ts";

let clock: ManualClock;
let server: ModelApi;
let replicas: Replica[];
let logged: string[];

const PATH = "/apis/coordination.k8s.io/v1/namespaces/kong/leases/lease";
type Fields = Readonly<Record<string, unknown>>;

function spec(): Fields {
  return server.objects.get(PATH)?.["spec"] as Fields;
}

function holder(): unknown {
  return spec()["holderIdentity"];
}

/** Changes the Lease as somebody else would. */
function put(changed: Fields, labels: Readonly<Record<string, string>> = {}): void {
  server.put(PATH, { metadata: { labels }, spec: changed });
}

class Replica {
  readonly election: LeaderElection;
  /** Seconds since the start of the test, with + for begins and - for ceases to lead. */
  readonly changes: string[] = [];

  constructor(identity: string, wallClockOff = 0) {
    const begin = clock.monotonic();
    const own: Clock = {
      now: () => clock.now() + wallClockOff,
      monotonic: () => clock.monotonic(),
      after: (ms, run) => clock.after(ms, run),
    };
    const sink = { write: (line: string) => void logged.push(String(JSON.parse(line).msg)) };
    this.election = new LeaderElection({
      storage: new LeaseStorage(server.client(identity), { namespace: "kong", name: "lease" }),
      clock: own,
      random: () => 0,
      log: createLog({ level: "info", format: "json", sink, now: () => clock.now() }),
      identity,
      onChange: (leading) => this.changes.push(`${leading ? "+" : "-"}${(clock.monotonic() - begin) / 1000}`),
    });
    replicas.push(this);
    this.election.start();
  }
}

beforeEach(() => {
  clock = new ManualClock();
  server = new ModelApi(clock);
  replicas = [];
  logged = [];
});
afterEach(async () => {
  server.fault = () => "refused";
  await Promise.all(replicas.map(({ election }) => election.stop()));
  expect(clock.pending, "timers left").toBe(0);
});

/** Like a process that was stopped: its requests go nowhere. */
function cut(...identities: string[]): void {
  server.fault = (_, client) => (identities.includes(client) ? "refused" : undefined);
}

describe("acquiring", () => {
  test("the first makes the Lease and leads at once; the record is what client-go writes", async () => {
    const a = new Replica("a");
    await clock.advance(10);
    expect(a.election.leading).toBe(true);
    expect(spec()).toEqual({
      holderIdentity: "a",
      leaseDurationSeconds: 15,
      acquireTime: "2026-01-01T00:00:00.000000Z",
      renewTime: "2026-01-01T00:00:00.000000Z",
      leaseTransitions: 0,
    });
  });

  test("a second one waits as long as the first renews, and says so nowhere as an error", async () => {
    const a = new Replica("a");
    await clock.advance(10);
    const b = new Replica("b");
    await clock.advance(120_000);
    expect([a.changes, b.changes]).toEqual([["+0"], []]);
    expect(logged).toEqual(["Leading: the Lease is ours"]);
    expect(b.election.holder).toBe("a");
  });

  test("two that start at the same moment do not both lead", async () => {
    const pair = [new Replica("a"), new Replica("b")];
    await clock.advance(60_000);
    expect(pair.filter(({ election }) => election.leading)).toHaveLength(1);
  });

  test("a Lease that was never renewed by anybody is taken after its own duration, not before", async () => {
    put({ holderIdentity: "kic", leaseDurationSeconds: 30, leaseTransitions: 4 });
    const a = new Replica("a");
    await clock.advance(29_900);
    expect(a.election.leading).toBe(false);
    await clock.advance(1_000);
    expect(a.election.leading).toBe(true);
    expect(spec()["leaseTransitions"]).toBe(5);
  });

  test("clocks that differ by hours change nothing", async () => {
    const a = new Replica("a", -7_200_000);
    await clock.advance(10);
    const [fast, slow] = [new Replica("fast", 7_200_000), new Replica("slow", -10_000_000)];
    await clock.advance(60_000);
    expect([a.changes, fast.changes, slow.changes]).toEqual([["+0"], [], []]);
    cut("a");
    await clock.advance(14_000);
    expect([fast.election.leading, slow.election.leading]).toEqual([false, false]);
    await clock.advance(4_000);
    expect([fast, slow].filter(({ election }) => election.leading)).toHaveLength(1);
  });

  test.each([6, -6])("a clock that jumps by %d hours changes nothing", async (hours) => {
    const [a, b] = [new Replica("a"), new Replica("b")];
    await clock.advance(60_000);
    clock.jump(hours * 3_600_000);
    await clock.advance(60_000);
    expect([a.changes, b.changes]).toEqual([["+0"], []]);
    cut("a");
    await clock.advance(14_000);
    clock.jump(-2 * hours * 3_600_000);
    expect(b.election.leading).toBe(false);
    await clock.advance(6_000);
    expect([a.election.leading, b.election.leading]).toEqual([false, true]);
  });

  test("what others put into the Lease is kept", async () => {
    put({ holderIdentity: "", strategy: "x" }, { team: "edge" });
    new Replica("a");
    await clock.advance(3_000);
    expect(server.objects.get(PATH)?.metadata["labels"]).toEqual({ team: "edge" });
    expect(spec()["strategy"]).toBe("x");
  });
});

describe("renewing", () => {
  test("it renews every two seconds with one request", async () => {
    new Replica("a");
    await clock.advance(100);
    server.requests.length = 0;
    await clock.advance(10_000);
    expect(server.requests).toEqual(Array(5).fill(`a PUT ${PATH}`));
  });

  test("it steps down ten seconds after the start of the last renewal, stands again, and leads when the server is back", async () => {
    const a = new Replica("a");
    await clock.advance(100);
    cut("a");
    await clock.advance(9_000);
    expect(a.election.leading).toBe(true);
    await clock.advance(1_000);
    expect(a.changes).toEqual(["+0", "-10"]);
    cut();
    await clock.advance(2_000);
    expect(a.election.leading).toBe(true);
    expect(logged.filter((line) => line.startsWith("The Lease cannot be read"))).toHaveLength(1);
  });

  test("requests that hang are given up and repeated; an answer that comes after the deadline is no lead", async () => {
    const a = new Replica("a");
    await clock.advance(100);
    server.fault = () => "hang";
    await clock.advance(9_950);
    expect(a.changes).toEqual(["+0", "-10"]);
    server.fault = () => ({ slow: 4_900 });
    await clock.advance(2_000);
    // Renewals that take five seconds are renewals all the same: the lead counts from their start.
    await clock.advance(15_000);
    expect(a.changes.slice(2)).toHaveLength(1);
    await clock.advance(30_000);
    expect(a.changes.slice(2)).toHaveLength(1);
  });

  test("a renewal whose answer is lost costs a read, not the lead", async () => {
    const a = new Replica("a");
    await clock.advance(100);
    let once = true;
    server.fault = () => {
      const fault = once ? "lost" : undefined;
      once = false;
      return fault;
    };
    await clock.advance(30_000);
    expect(a.changes).toEqual(["+0"]);
  });

  test("somebody who edits the Lease takes nothing away; somebody who takes it does, at once", async () => {
    const a = new Replica("a");
    await clock.advance(100);
    put(spec(), { edited: "yes" });
    await clock.advance(6_000);
    expect(a.changes).toEqual(["+0"]);
    put({ ...spec(), holderIdentity: "x" });
    await clock.advance(2_000);
    expect(a.election.leading).toBe(false);
    expect(logged.at(-1)).toBe("The Lease is held by x: stepped down");
  });

  test("a Lease that was deleted is made again", async () => {
    const a = new Replica("a");
    await clock.advance(100);
    server.objects.delete(PATH);
    await clock.advance(5_000);
    expect(holder()).toBe("a");
    expect(a.changes).toEqual(["+0"]);
  });

  test("without permission it says which one is missing, once", async () => {
    server.fault = () => ({ status: 403 });
    new Replica("a");
    await clock.advance(60_000);
    expect(logged).toHaveLength(1);
  });

  test("a server that refuses for a moment as it starts is no reason to say anything", async () => {
    const a = new Replica("a");
    await clock.advance(3_000);
    logged.length = 0;
    let refusals = 2;
    server.fault = () => (refusals-- > 0 ? { status: 403 } : undefined);
    await clock.advance(20_000);
    expect(logged).toEqual([]);
    expect(a.changes).toHaveLength(1);
  });
});

describe("taking over", () => {
  test("a leader that is stopped and continued finds itself not leading, and the successor began only after its deadline", async () => {
    const a = new Replica("a");
    await clock.advance(100);
    const b = new Replica("b");
    cut("a");
    await clock.advance(30_000);
    const [begins] = b.changes;
    expect(Number(begins!.slice(1))).toBeGreaterThan(14);
    expect(Number(begins!.slice(1))).toBeLessThan(18);
    expect(a.changes).toEqual(["+0", "-10"]);
    cut();
    await clock.advance(30_000);
    expect(a.election.leading).toBe(false);
    expect(b.election.leading).toBe(true);
  });

  test("after a shutdown the successor leads within a second", async () => {
    const a = new Replica("a");
    await clock.advance(100);
    const b = new Replica("b");
    await clock.advance(60_000);
    await a.election.stop();
    expect(spec()).toMatchObject({ holderIdentity: "", leaseDurationSeconds: 1 });
    await clock.advance(1_000);
    expect(b.election.leading).toBe(true);
    expect(a.changes).toHaveLength(2);
  });

  test("giving back goes on after a conflict, and leaves alone what somebody else holds", async () => {
    const a = new Replica("a");
    await clock.advance(100);
    put(spec(), { edited: "yes" });
    await a.election.stop();
    expect(holder()).toBe("");
    const b = new Replica("b");
    await clock.advance(1_000);
    put({ ...spec(), holderIdentity: "x" });
    await b.election.stop();
    expect(holder()).toBe("x");
  });

  test("an acquisition under way when it is stopped is given back too", async () => {
    server.fault = ({ method }) => (method === "POST" ? "lost" : undefined);
    const a = new Replica("a");
    await clock.advance(100);
    expect(holder()).toBe("a");
    await a.election.stop();
    expect(holder()).toBe("");
    expect(a.changes).toEqual([]);
  });

  test("a server that does not answer does not hold up the shutdown for ever", async () => {
    const a = new Replica("a");
    await clock.advance(100);
    server.fault = () => "hang";
    const stopped = a.election.stop();
    await clock.advance(5_000);
    await stopped;
    expect(logged.at(-1)).toBe("The Lease could not be given back; it runs out by itself");
  });
});
