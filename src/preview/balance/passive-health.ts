import type { Peer } from "./peer.ts";

/** How an attempt at a peer ended. */
export type Outcome = { readonly status: number } | "tcp-failure" | "timeout";

interface Counters {
  failures: number;
  tcpFailures: number;
  timeouts: number;
  successes: number;
}

/** The thresholds of an upstream's passive health checks; 0 means never. */
export interface PassiveChecks {
  readonly unhealthyStatuses: ReadonlySet<number>;
  readonly httpFailures: number;
  readonly tcpFailures: number;
  readonly timeouts: number;
  readonly healthyStatuses: ReadonlySet<number>;
  readonly successes: number;
}

const UNHEALTHY_STATUSES = [429, 500, 503];
const HEALTHY_STATUSES = [
  200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 306, 307, 308,
];

/** Reads `healthchecks.passive` of an upstream; what is not set has Kong's defaults, which switch the checks off. */
export function passiveChecks(healthchecks: Readonly<Record<string, unknown>> | null | undefined): PassiveChecks {
  const passive = record(healthchecks?.["passive"]);
  const unhealthy = record(passive["unhealthy"]);
  const healthy = record(passive["healthy"]);
  return {
    unhealthyStatuses: new Set(numbers(unhealthy["http_statuses"]) ?? UNHEALTHY_STATUSES),
    httpFailures: number(unhealthy["http_failures"]),
    tcpFailures: number(unhealthy["tcp_failures"]),
    timeouts: number(unhealthy["timeouts"]),
    healthyStatuses: new Set(numbers(healthy["http_statuses"]) ?? HEALTHY_STATUSES),
    successes: number(healthy["successes"]),
  };
}

/** Which peers are down, as traffic and the Admin API say. */
export class PassiveHealth {
  readonly #checks: PassiveChecks;
  readonly #counters = new Map<Peer, Counters>();
  readonly #down = new Set<Peer>();

  constructor(checks: PassiveChecks) {
    this.#checks = checks;
  }

  get checking(): boolean {
    const { httpFailures, tcpFailures, timeouts } = this.#checks;
    return httpFailures + tcpFailures + timeouts > 0;
  }

  isUp(peer: Peer): boolean {
    return !this.#down.has(peer);
  }

  report(peer: Peer, outcome: Outcome): void {
    const checks = this.#checks;
    const counters = this.#counters.get(peer) ?? { failures: 0, tcpFailures: 0, timeouts: 0, successes: 0 };
    this.#counters.set(peer, counters);
    if (outcome === "tcp-failure") this.#failed(peer, ++counters.tcpFailures, checks.tcpFailures, counters);
    else if (outcome === "timeout") this.#failed(peer, ++counters.timeouts, checks.timeouts, counters);
    else if (checks.unhealthyStatuses.has(outcome.status))
      this.#failed(peer, ++counters.failures, checks.httpFailures, counters);
    else if (checks.healthyStatuses.has(outcome.status)) {
      counters.failures = 0;
      counters.tcpFailures = 0;
      counters.timeouts = 0;
      counters.successes += 1;
      if (checks.successes > 0 && counters.successes >= checks.successes) this.#down.delete(peer);
    }
  }

  /** What the Admin API is told by hand. */
  set(peer: Peer, up: boolean): void {
    this.#counters.delete(peer);
    if (up) this.#down.delete(peer);
    else this.#down.add(peer);
  }

  #failed(peer: Peer, count: number, threshold: number, counters: Counters): void {
    counters.successes = 0;
    if (threshold > 0 && count >= threshold) this.#down.add(peer);
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function number(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

function numbers(value: unknown): readonly number[] | undefined {
  return Array.isArray(value) ? (value as readonly number[]) : undefined;
}
