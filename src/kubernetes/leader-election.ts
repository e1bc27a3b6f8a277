import { type Clock, sleep } from "../base/clock.ts";
import { type Log, messageOf } from "../base/log.ts";
import { ApiError, hasStatus } from "./api-error.ts";
import type { LeaseRecord, LeaseStorage, StoredLease } from "./lease.ts";

/** client-go's timings, ms: a Lease that nobody renews for this long is free. */
export const LEASE_DURATION = 15_000;
/** The leader steps down when it could not renew for this long. */
export const RENEW_DEADLINE = 10_000;
/** Between two renewals, and after a failure. */
export const RETRY_PERIOD = 2_000;
/** How often a candidate looks whether the Lease is free: a successor starts within a second. */
const WATCH_PERIOD = 750;
/** For giving the Lease back. */
const RELEASE_LIMIT = 5_000;
const RELEASE_ATTEMPTS = 3;
/** So many 403 in a row are meant: an API server that just started refuses everything until it has read its rules. */
const REFUSALS = 3;

export interface LeaderElectionOptions {
  readonly storage: LeaseStorage;
  readonly clock: Clock;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  readonly log: Log;
  /** Tells this process from all others, also from its own predecessors. */
  readonly identity: string;
  /** Called when this process begins and when it ceases to lead. Cheap, and does not throw. */
  readonly onChange: (leading: boolean) => void;
}

/**
 * One of several processes leads: whoever holds the Lease. Losing it ends nothing: the process steps down and stands again. No clock is compared with
 * another machine's: a Lease is free when it did not change for its whole duration by our own clock, and the leader steps down by its own, well before.
 */
export class LeaderElection {
  readonly #options: LeaderElectionOptions;
  readonly #abort = new AbortController();
  /** Monotonic ms; the lead ends then unless it is renewed. Undefined while not leading. */
  #deadline: number | undefined;
  #cancelDeadline: (() => void) | undefined;
  /** As last read or written. */
  #stored: StoredLease | undefined;
  /** The last change that was seen, and when, monotonic ms. */
  #seen: { readonly record: LeaseRecord; readonly at: number } | undefined;
  /** A write was sent that makes this process the holder. */
  #mayHold = false;
  /** The kind of failure that was said last; undefined when all is well. */
  #said: string | undefined;
  #refusals = 0;
  #running: Promise<void> | undefined;

  constructor(options: LeaderElectionOptions) {
    this.#options = options;
  }

  /** Whether this process leads at this moment; true is never wrong as long as the monotonic clock runs. */
  get leading(): boolean {
    return this.#deadline !== undefined && this.#options.clock.monotonic() < this.#deadline;
  }

  /** Who held the Lease when it was last seen; "" for nobody. */
  get holder(): string {
    return this.#seen?.record.holder ?? "";
  }

  start(): void {
    this.#running ??= this.#run(this.#abort.signal);
  }

  /** Steps down and gives the Lease back, so that a successor need not wait for it to run out. Resolves within seconds, whatever the server does. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
    this.#stepDown();
    if (this.#mayHold) await this.#release();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    while (!signal.aborted) {
      const began = clock.monotonic();
      let wait = RETRY_PERIOD;
      try {
        const held = await this.#round(signal);
        this.#said = undefined;
        this.#refusals = 0;
        if (!held) wait = WATCH_PERIOD * (1 - random() / 4);
      } catch (error) {
        if (signal.aborted) return;
        this.#failed(error);
      }
      await sleep(clock, Math.max(0, began + wait - clock.monotonic()), signal);
    }
  }

  /** True when the Lease is held. */
  async #round(signal: AbortSignal): Promise<boolean> {
    const { storage } = this.#options;
    if (this.leading && this.#stored !== undefined) {
      if (await this.#take(this.#stored, signal)) return true;
      // Somebody changed it; whether we still hold it remains to be seen.
    }
    const stored = await storage.read(signal);
    this.#note(stored);
    if (stored !== undefined && !this.#isFree(stored.record)) {
      this.#mayHold = false;
      if (this.#stepDown()) this.#options.log.error(`The Lease is held by ${stored.record.holder}: stepped down`);
      return false;
    }
    return await this.#take(stored, signal);
  }

  #isFree({ holder, duration }: LeaseRecord): boolean {
    if (holder === "" || holder === this.#options.identity) return true;
    return this.#options.clock.monotonic() - this.#seen!.at >= duration;
  }

  #note(stored: StoredLease | undefined): void {
    this.#stored = stored;
    if (stored === undefined) this.#seen = undefined;
    else if (this.#seen === undefined || !sameRecord(this.#seen.record, stored.record))
      this.#seen = { record: stored.record, at: this.#options.clock.monotonic() };
  }

  /** Acquires or renews; false when somebody else wrote in between. */
  async #take(stored: StoredLease | undefined, signal: AbortSignal): Promise<boolean> {
    const { storage, clock } = this.#options;
    const began = clock.monotonic();
    const record = this.#next(stored?.record);
    this.#mayHold = true;
    try {
      const write = stored === undefined ? storage.create(record, signal) : storage.replace(stored, record, signal);
      this.#note(await write);
    } catch (error) {
      // The write may have come through: only reading it anew tells.
      this.#stored = undefined;
      if (hasStatus(error, 409)) return false;
      throw error;
    }
    this.#renewed(began);
    return true;
  }

  #next(before: LeaseRecord | undefined): LeaseRecord {
    const { identity, clock } = this.#options;
    const now = clock.now();
    const same = before?.holder === identity;
    return {
      holder: identity,
      duration: LEASE_DURATION,
      acquired: same ? before.acquired : now,
      renewed: now,
      transitions: (before?.transitions ?? 0) + (same || before === undefined ? 0 : 1),
    };
  }

  #renewed(began: number): void {
    const { clock, log, onChange } = this.#options;
    const left = began + RENEW_DEADLINE - clock.monotonic();
    // An answer that took longer than that is no lead any more.
    if (left <= 0) return;
    const begins = this.#deadline === undefined;
    this.#cancelDeadline?.();
    this.#deadline = began + RENEW_DEADLINE;
    this.#cancelDeadline = clock.after(left, () => this.#ranOut());
    if (!begins) return;
    log.info("Leading: the Lease is ours");
    onChange(true);
  }

  #ranOut(): void {
    if (this.#stepDown())
      this.#options.log.error(
        `The Lease could not be renewed for ${RENEW_DEADLINE / 1000} s: stepped down, and standing again`,
      );
  }

  /** True when it was leading. */
  #stepDown(): boolean {
    this.#cancelDeadline?.();
    this.#cancelDeadline = undefined;
    if (this.#deadline === undefined) return false;
    this.#deadline = undefined;
    this.#options.onChange(false);
    return true;
  }

  async #release(): Promise<void> {
    const { storage, clock, log } = this.#options;
    const limit = new AbortController();
    const cancel = clock.after(RELEASE_LIMIT, () => limit.abort());
    try {
      for (let attempt = 1; attempt <= RELEASE_ATTEMPTS && !limit.signal.aborted; attempt++) {
        const stored = this.#stored ?? (await storage.read(limit.signal));
        if (stored?.record.holder !== this.#options.identity) return;
        if (await this.#giveBack(stored, limit.signal)) {
          log.info("The Lease is given back");
          return;
        }
      }
    } catch (error) {
      log.error("The Lease could not be given back; it runs out by itself", { cause: messageOf(error) });
    } finally {
      cancel();
    }
  }

  /** client-go's way: nobody holds it, and what is left of it lasts a second. False when it was changed meanwhile. */
  async #giveBack(stored: StoredLease, signal: AbortSignal): Promise<boolean> {
    const now = this.#options.clock.now();
    const record = { ...stored.record, holder: "", duration: 1000, acquired: now, renewed: now };
    try {
      await this.#options.storage.replace(stored, record, signal);
      return true;
    } catch (error) {
      if (!hasStatus(error, 409)) throw error;
      this.#stored = undefined;
      return false;
    }
  }

  /** The same failure again and again is said once. */
  #failed(error: unknown): void {
    this.#refusals = hasStatus(error, 403) ? this.#refusals + 1 : 0;
    if (this.#refusals > 0 && this.#refusals < REFUSALS) return;
    const cause = hasStatus(error, 403)
      ? `${messageOf(error)}. Grant get, create and update for leases of coordination.k8s.io in that namespace`
      : messageOf(error);
    const what = error instanceof ApiError ? String(error.status) : "unreachable";
    const { log } = this.#options;
    if (what === this.#said) log.debug("The Lease cannot be read or written", { cause });
    else log.error("The Lease cannot be read or written; this is tried again for ever", { cause });
    this.#said = what;
  }
}

function sameRecord(a: LeaseRecord, b: LeaseRecord): boolean {
  return (
    a.holder === b.holder &&
    a.duration === b.duration &&
    a.acquired === b.acquired &&
    a.renewed === b.renewed &&
    a.transitions === b.transitions
  );
}
