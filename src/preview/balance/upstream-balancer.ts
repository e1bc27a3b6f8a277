import type { TargetEntity, UpstreamEntity } from "../runtime/types.ts";
import { consistentHashing } from "./consistent-hashing.ts";
import { latency } from "./latency.ts";
import { leastConnections } from "./least-connections.ts";
import { type Outcome, PassiveHealth, passiveChecks } from "./passive-health.ts";
import { type Algorithm, type Peer, type PickContext, parseTarget } from "./peer.ts";
import { roundRobin } from "./round-robin.ts";

/** The balancing of one upstream. It outlives a new configuration that leaves the upstream and its targets as they are. */
export class UpstreamBalancer {
  readonly upstream: UpstreamEntity;
  readonly peers: readonly Peer[];
  /** Equal for equal upstreams with equal targets. */
  readonly fingerprint: string;
  readonly #health: PassiveHealth;
  readonly #algorithm: Algorithm;
  readonly #targets: ReadonlyMap<string, Peer>;

  constructor(upstream: UpstreamEntity, targets: readonly TargetEntity[], random: () => number) {
    this.upstream = upstream;
    this.fingerprint = fingerprint(upstream, targets);
    this.#targets = new Map(targets.map((t) => [t.id, { ...parseTarget(t.target), weight: t.weight }]));
    this.peers = [...this.#targets.values()];
    this.#health = new PassiveHealth(passiveChecks(upstream.healthchecks));
    this.#algorithm = algorithmOf(upstream, this.peers, random);
  }

  pick(context: Omit<PickContext, "healthy">): Peer | undefined {
    return this.#algorithm.pick({ ...context, healthy: (peer) => this.#health.isUp(peer) });
  }

  begin(peer: Peer): (ms: number) => void {
    return this.#algorithm.begin?.(peer) ?? (() => undefined);
  }

  report(peer: Peer, outcome: Outcome): void {
    this.#health.report(peer, outcome);
  }

  /** The peer of a target's id. */
  peerOf(targetId: string): Peer | undefined {
    return this.#targets.get(targetId);
  }

  /** Kong's word for a target's health. */
  healthOf(targetId: string): "HEALTHY" | "UNHEALTHY" | "HEALTHCHECKS_OFF" {
    const peer = this.#targets.get(targetId);
    if (!this.#health.checking || peer === undefined) return "HEALTHCHECKS_OFF";
    return this.#health.isUp(peer) ? "HEALTHY" : "UNHEALTHY";
  }

  get checking(): boolean {
    return this.#health.checking;
  }

  setHealth(peer: Peer, up: boolean): void {
    this.#health.set(peer, up);
  }
}

/** What a balancer depends on, as text. */
export function fingerprint(upstream: UpstreamEntity, targets: readonly TargetEntity[]): string {
  const { created_at: _created, updated_at: _updated, tags: _tags, ...rest } = upstream;
  return JSON.stringify([rest, targets.map((t) => [t.id, t.target, t.weight])]);
}

function algorithmOf(upstream: UpstreamEntity, peers: readonly Peer[], random: () => number): Algorithm {
  if (upstream.algorithm === "least-connections") return leastConnections(peers);
  if (upstream.algorithm === "latency") return latency(peers);
  // Without anything to hash there is nothing consistent about it: the shares are those of round-robin (facts: routing.json, all-algorithms).
  if (upstream.algorithm === "consistent-hashing" && upstream.hash_on !== "none")
    return consistentHashing(peers, upstream.slots);
  return roundRobin(peers, random);
}
