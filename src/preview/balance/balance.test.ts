import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TargetEntity, UpstreamEntity } from "../runtime/types.ts";
import { consistentHashing } from "./consistent-hashing.ts";
import { leastConnections } from "./least-connections.ts";
import { type Peer, parseTarget } from "./peer.ts";
import { roundRobin } from "./round-robin.ts";
import { UpstreamBalancer } from "./upstream-balancer.ts";
import { xxHash32 } from "./xxhash32.ts";

function peers(...weights: readonly number[]): readonly Peer[] {
  return weights.map((weight, i) => ({ host: "127.0.0.1", port: 29080 + i, weight }));
}

const any = { hashValue: "", failed: new Set<Peer>(), healthy: () => true };

function shares(list: readonly Peer[], pick: () => Peer | undefined, times: number): readonly number[] {
  const counts = new Map<Peer, number>();
  for (let i = 0; i < times; i++) {
    const peer = pick();
    if (peer !== undefined) counts.set(peer, (counts.get(peer) ?? 0) + 1);
  }
  return list.map((peer) => counts.get(peer) ?? 0);
}

describe("round-robin", () => {
  test("gives each peer exactly its share over one turn, in whatever order", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 5 }),
        fc.nat(),
        (weights, seed) => {
          const list = peers(...weights);
          const total = weights.reduce((a, b) => a + b, 0);
          const wheel = roundRobin(list, () => ((seed * 7919) % 1000) / 1000);
          expect(shares(list, () => wheel.pick(any), total)).toEqual(weights);
        },
      ),
    );
  });

  test("passes over those that are down, and gives none when all are", () => {
    const list = peers(1, 1, 1);
    const wheel = roundRobin(list, () => 0.5);
    const up = { ...any, healthy: (peer: Peer) => peer !== list[1] };
    expect(shares(list, () => wheel.pick(up), 300)[1]).toBe(0);
    expect(wheel.pick({ ...any, healthy: () => false })).toBeUndefined();
  });
});

describe("consistent hashing", () => {
  test("hashes as xxHash32 does", () => {
    expect(["", "a", "abc", "Nobody inspects the spammish repetition"].map(xxHash32)).toEqual([
      0x02cc5d05, 0x550d7456, 0x32d153ff, 0xe2293b2f,
    ]);
  });

  test("sends values where a real gateway sent them (facts: routing.json, hash-on)", () => {
    const list = peers(100, 100, 100);
    const ring = consistentHashing(list, 10_000);
    const over = (value: (n: number) => string) => {
      let n = 0;
      return shares(list, () => ring.pick({ ...any, hashValue: value(n++ % 15) }), 300);
    };
    expect(over((n) => `/path/${n}`)).toEqual([120, 120, 60]);
    expect(over((n) => String(n))).toEqual([80, 100, 120]);
    expect(over((n) => (7919 * n).toString(36))).toEqual([60, 180, 60]);
  });

  test("when a peer goes down, only its values move", () => {
    const list = peers(100, 100, 100, 100);
    const ring = consistentHashing(list, 10_000);
    const down = { ...any, healthy: (peer: Peer) => peer !== list[2] };
    for (let n = 0; n < 200; n++) {
      const before = ring.pick({ ...any, hashValue: `v${n}` });
      const after = ring.pick({ ...down, hashValue: `v${n}` });
      if (before !== list[2]) expect(after).toBe(before);
      else expect(after).not.toBe(list[2]);
    }
  });
});

test("least-connections goes where least is under way for the weight, and not back where it failed", () => {
  const list = peers(100, 50);
  const algorithm = leastConnections(list);
  for (let i = 0; i < 3; i++) algorithm.begin?.(algorithm.pick(any)!);
  // Two of three on the heavier one: the next goes there too, for 3/100 is less than 2/50.
  expect(algorithm.pick(any)).toBe(list[0]);
  expect(algorithm.pick({ ...any, failed: new Set([list[0]!]) })).toBe(list[1]);
});

describe("an upstream", () => {
  const upstream = (more: object = {}): UpstreamEntity =>
    ({
      id: "u",
      name: "u",
      algorithm: "round-robin",
      slots: 10_000,
      hash_on: "none",
      hash_fallback: "none",
      ...more,
    }) as UpstreamEntity;
  const targets = [1, 2].map(
    (n) => ({ id: String(n), target: `127.0.0.1:${n}`, weight: 100, upstream: { id: "u" } }) as unknown as TargetEntity,
  );
  const checks = {
    healthchecks: { passive: { unhealthy: { http_failures: 2, tcp_failures: 1, http_statuses: [500] } } },
  };
  const pick = (balancer: UpstreamBalancer) => balancer.pick({ hashValue: "", failed: new Set() });

  test("takes a target out after as many failures in a row as were allowed", () => {
    const balancer = new UpstreamBalancer(upstream(checks), targets, () => 0);
    const [first, second] = balancer.peers as [Peer, Peer];
    balancer.report(first, { status: 500 });
    balancer.report(first, { status: 200 });
    balancer.report(first, { status: 500 });
    expect(balancer.healthOf("1")).toBe("HEALTHY");
    balancer.report(first, { status: 500 });
    expect(balancer.healthOf("1")).toBe("UNHEALTHY");
    expect([pick(balancer), pick(balancer)]).toEqual([second, second]);
    balancer.report(second, "tcp-failure");
    expect(pick(balancer)).toBeUndefined();
    balancer.setHealth(first, true);
    expect(pick(balancer)).toBe(first);
  });

  test("without checks nothing is taken out", () => {
    const balancer = new UpstreamBalancer(upstream(), targets, () => 0);
    for (let i = 0; i < 20; i++) balancer.report(balancer.peers[0]!, "tcp-failure");
    expect(balancer.healthOf("1")).toBe("HEALTHCHECKS_OFF");
    expect(new Set([pick(balancer), pick(balancer)]).size).toBe(2);
  });
});

test.each([
  ["10.0.0.1:80", { host: "10.0.0.1", port: 80 }],
  ["name.example", { host: "name.example", port: 8000 }],
  ["[::1]:80", { host: "::1", port: 80 }],
  ["[0000:0000:0000:0000:0000:0000:0000:0001]", { host: "0000:0000:0000:0000:0000:0000:0000:0001", port: 8000 }],
])("the target %s", (target, wanted) => {
  expect(parseTarget(target)).toEqual(wanted);
});
