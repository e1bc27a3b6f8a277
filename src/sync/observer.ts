import type { ObjectKey } from "../resources/kind.ts";
import type { Profile } from "../translate/input.ts";
import type { Gateway, Payload, PushOutcome } from "./gateway.ts";
import type { Findings, Standing } from "./standing.ts";

/** Why the loop did something. */
export type Reason =
  | "lists complete"
  | "objects left out"
  | "objects listed again"
  | "gateway connected"
  | "gateway drifted"
  | "push ended"
  | "leading"
  /** Objects changed a while ago, or a push was put off until now. */
  | "due";

export interface CompileReport {
  readonly profile: Profile;
  readonly reasons: readonly Reason[];
  readonly ms: number;
  /** Objects with an error. */
  readonly brokenObjects: number;
  /** What waits for objects that are not loaded yet. */
  readonly pending: number;
  /** Objects are left out because a gateway refused them. */
  readonly fallback: boolean;
  /** It was found out anew what is left out, and what stands in for it. */
  readonly leavesOutAnew: boolean;
  /** A bug, by its message. */
  readonly failure: string | undefined;
}

export interface DocumentReport {
  readonly profile: Profile;
  readonly ms: number;
  readonly payload: Payload;
  /** Another one than before. */
  readonly changed: boolean;
}

export interface PushReport {
  readonly gateway: Gateway;
  readonly payload: Payload;
  readonly outcome: PushOutcome;
  readonly ms: number;
  /** It was a fallback configuration, or the last good one. */
  readonly fallback: boolean;
}

/** Who watches the loop: status, log, metrics, diagnostics. Calls are cheap and do not throw. */
export interface SyncObserver {
  compiled?(report: CompileReport): void;
  encoded?(report: DocumentReport): void;
  pushing?(gateway: Gateway, payload: Payload): void;
  /** A gateway holds the configuration already, so nothing is pushed. */
  found?(gateway: Gateway, payload: Payload): void;
  pushed?(report: PushReport): void;
  /** A gateway holds something else than it took last. Said once until it is put right. */
  drifted?(gateway: Gateway, hash: string): void;
  /** The newest compile has ended; `changed` are the objects of which something else is to be said than before, undefined for all of them. */
  reported?(findings: Findings, changed: ReadonlySet<ObjectKey> | undefined): void;
  /** Gateways have got further, or fallen back. */
  stands?(standing: Standing): void;
}
