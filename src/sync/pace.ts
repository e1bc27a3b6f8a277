import type { Reason } from "./observer.ts";

/** The first change after quiet waits this long for those that come with it, ms (design §4: a few tens). */
const HOLD_OFF = 25;
/** A change that made no difference may be followed by the next one sooner than a push may by a push, ms. */
const AFTER_NOTHING = 250;

/** Reasons that do not wait: somebody has waited already. */
const AT_ONCE: ReadonlySet<Reason> = new Set([
  "lists complete",
  "gateway connected",
  "gateway drifted",
  "objects left out",
  "leading",
]);

/** Decides when changes are compiled: the first after quiet soon, those of a steady stream at intervals. Times are monotonic ms. */
export class Pace {
  readonly #interval: number;
  #changedAt: number | undefined;
  #notBefore = 0;

  constructor(interval: number) {
    this.#interval = interval;
  }

  /** Something changed. True for the first change since the last compile. */
  changed(now: number): boolean {
    if (this.#changedAt !== undefined) return false;
    this.#changedAt = now;
    return true;
  }

  /** When the changes that were gathered are to be compiled; undefined when there are none. */
  get due(): number | undefined {
    return this.#changedAt === undefined ? undefined : Math.max(this.#changedAt + HOLD_OFF, this.#notBefore);
  }

  mayCompile(reasons: ReadonlySet<Reason>, now: number): boolean {
    if (this.due !== undefined && this.due <= now) return true;
    for (const reason of reasons) if (AT_ONCE.has(reason)) return true;
    return false;
  }

  /** A compile begins: what changes from here on is for the next. True when changes are what it is for. */
  begins(): boolean {
    const gathered = this.#changedAt !== undefined;
    this.#changedAt = undefined;
    return gathered;
  }

  /** A compile of changes ended; `changed`: it made a difference to a document that there was before. */
  ended(now: number, changed: boolean): void {
    this.#notBefore = now + (changed ? this.#interval : Math.min(this.#interval, AFTER_NOTHING));
  }
}
