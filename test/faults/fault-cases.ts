import type { Preview } from "../../src/preview/gateway.ts";

/** When a fault strikes. */
export type Moment = "start-up" | "idle" | "during a push";
export const MOMENTS: readonly Moment[] = ["start-up", "idle", "during a push"];

/** What a fault may strike. */
export interface Struck {
  readonly gateway: Preview;
  readonly moment: Moment;
  /** Sets the wall clock of the controller, which must run, so many ms further on, or back. */
  jump(ms: number): Promise<void>;
}

/** What goes wrong with one gateway, or with the controller's clock, and what ends it. */
export interface FaultCase {
  readonly name: string;
  /** Faults of one class come about in the same place; a quick run strikes with one of each. */
  readonly group: string;
  /** The Admin API speaks TLS. */
  readonly tls?: boolean;
  /** It is an event without an end: there is nothing to wait out. */
  readonly momentary?: boolean;
  /** Nobody changes anything while nothing happens: the regular question has to find out. */
  readonly quiet?: boolean;
  /** It is in the answer to a request. */
  readonly answers?: boolean;
  /** Its end is that the owner of the object mends it. */
  readonly mended?: boolean;
  strike(struck: Struck): Promise<void>;
}

/** Open connections go on past some faults: they are cut first. Ms. */
const CUT = 40;
/** Time for a few attempts to connect, the wait after them at its longest. Ms. */
const ATTEMPTS = 1500;

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
    strike: ({ gateway }) => gateway.restart("empty"),
  },
  {
    name: "restarted with an old configuration",
    group: "restart",
    momentary: true,
    strike: ({ gateway }) => gateway.restart(1),
  },
  { name: "clock jumps back", group: "clock back", momentary: true, quiet: true, strike: jump(-6) },
  { name: "clock jumps ahead", group: "clock ahead", momentary: true, quiet: true, strike: jump(6) },
];

function add(fault: Parameters<Preview["faults"]["add"]>[0]) {
  return async ({ gateway }: Struck) => void gateway.faults.add(fault);
}

function cutAnd(fault: Parameters<Preview["faults"]["add"]>[0]) {
  return async ({ gateway: { faults } }: Struck) => {
    faults.add(fault);
    faults.add({ kind: "refuse", lasts: CUT });
  };
}

/**
 * Hours. By itself a clock harms nobody: it jumps while something is waited for. At start-up that is the next attempt to connect, when nothing happens the next
 * question what the gateway holds (it has lost it), in a push the end of the time that one may take.
 */
function jump(hours: number) {
  return async ({ gateway, moment, jump: set }: Struck) => {
    if (moment === "start-up") gateway.faults.add({ kind: "refuse", lasts: ATTEMPTS });
    await set(hours * 3_600_000);
    if (moment === "idle") await gateway.restart("empty");
    if (moment === "start-up") await new Promise((resolve) => setTimeout(resolve, ATTEMPTS));
  };
}
