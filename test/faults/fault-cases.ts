import type { Preview } from "../../src/preview/gateway.ts";

/** When a fault strikes. */
export type Moment = "start-up" | "idle" | "during a push";
export const MOMENTS: readonly Moment[] = ["start-up", "idle", "during a push"];

/** What goes wrong with one gateway, and what ends it. */
export interface FaultCase {
  readonly name: string;
  /** Faults of one class come about in the same place; a quick run strikes with one of each. */
  readonly group: string;
  /** The Admin API speaks TLS. */
  readonly tls?: boolean;
  /** It is an event without an end: there is nothing to wait out. */
  readonly momentary?: boolean;
  /** It is in the answer to a request. */
  readonly answers?: boolean;
  /** Its end is that the owner of the object mends it. */
  readonly mended?: boolean;
  strike(gateway: Preview): Promise<void>;
}

/** Open connections go on past some faults: they are cut first. Ms. */
const CUT = 40;

export const FAULT_CASES: readonly FaultCase[] = [
  { name: "refused", group: "connection", strike: add({ kind: "refuse" }) },
  { name: "accepted, then closed", group: "connection", strike: cutAnd({ kind: "close" }) },
  { name: "black hole", group: "connection", strike: cutAnd({ kind: "black-hole" }) },
  { name: "500", group: "status", answers: true, strike: add({ kind: "status", status: 500 }) },
  { name: "429", group: "status", answers: true, strike: add({ kind: "status", status: 429, retryAfter: 1 }) },
  { name: "413", group: "status", answers: true, strike: add({ kind: "status", status: 413, method: "POST" }) },
  { name: "401", group: "status", answers: true, strike: add({ kind: "status", status: 401 }) },
  { name: "slow body", group: "answer", answers: true, strike: add({ kind: "slow-body", delay: 20_000 }) },
  { name: "truncated answer", group: "answer", answers: true, strike: add({ kind: "truncate" }) },
  { name: "wrong TLS name", group: "TLS", tls: true, strike: cutAnd({ kind: "wrong-name" }) },
  {
    name: "rejecting one entity",
    group: "rejection",
    answers: true,
    mended: true,
    strike: add({ kind: "reject", tags: ["k8s-name:bad"] }),
  },
  { name: "rejecting all", group: "rejection of all", answers: true, strike: add({ kind: "reject" }) },
  {
    name: "restarted empty",
    group: "restart",
    momentary: true,
    strike: (gateway) => gateway.restart("empty"),
  },
  {
    name: "restarted with an old configuration",
    group: "restart",
    momentary: true,
    strike: (gateway) => gateway.restart(1),
  },
];

function add(fault: Parameters<Preview["faults"]["add"]>[0]) {
  return async ({ faults }: Preview) => void faults.add(fault);
}

function cutAnd(fault: Parameters<Preview["faults"]["add"]>[0]) {
  return async ({ faults }: Preview) => {
    faults.add(fault);
    faults.add({ kind: "refuse", lasts: CUT });
  };
}
