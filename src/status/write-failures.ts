import { delayAfter, type RetryPolicy } from "../base/backoff.ts";
import type { Clock } from "../base/clock.ts";
import { type Log, messageOf } from "../base/log.ts";
import { ApiError, hasStatus } from "../kubernetes/api-error.ts";
import type { KubernetesObject, ObjectKey } from "../resources/kind.ts";

/** After failures of the server. */
const RETRY: RetryPolicy = { maxAttempts: 0, initialDelay: 1_000, maxDelay: 30_000 };
/** After somebody else was faster, ms: the watch has told by then. */
const AFTER_CONFLICT = 500;
/** After a refusal that only a person can mend, ms. */
const AFTER_REFUSAL = 300_000;
/** So many 403 in a row are meant: an API server that just started refuses everything until it has read its rules. Until then it is tried again after so long, ms. */
const REFUSALS = 3;
const SOON = 2_000;

/** What follows from writes that failed: when each is tried again, when nothing is written at all, and what people are told of it. */
export class WriteFailures {
  readonly #clock: Clock;
  readonly #log: Log;
  /** What people were told of. */
  readonly #said = new Set<string>();
  /** How often in a row the server answered 403. */
  readonly #refusals = new Map<ObjectKey, number>();
  #pausedUntil = 0;
  #inARow = 0;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** For how long nothing is to be written, ms; not above 0 when anything may be. */
  get pause(): number {
    return this.#pausedUntil - this.#clock.monotonic();
  }

  succeeded(key: ObjectKey): void {
    this.#inARow = 0;
    this.#refusals.delete(key);
  }

  /** When to look at the object again, ms. */
  failed(key: ObjectKey, object: KubernetesObject, error: unknown): number {
    // It is gone, as its watch will say; or the server does not serve its kind at the moment.
    if (hasStatus(error, 404)) return AFTER_REFUSAL;
    if (hasStatus(error, 409)) return AFTER_CONFLICT;
    if (error instanceof ApiError && error.status < 500 && error.status !== 429)
      return this.#refused(key, object, error);
    const asked = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
    // Those that were under way together failed for the same.
    if (this.pause <= 0) this.#inARow += 1;
    this.#pausedUntil = this.#clock.monotonic() + Math.max(asked, delayAfter(RETRY, this.#inARow));
    this.#log.debug("A status cannot be written; it is tried again", { cause: messageOf(error) });
    return 0;
  }

  #refused(key: ObjectKey, object: KubernetesObject, error: ApiError): number {
    const what = `${error.status} ${object.kind}`;
    const forbidden = error.status === 403;
    if (this.#said.has(what)) return AFTER_REFUSAL;
    if (forbidden) {
      const refusals = (this.#refusals.get(key) ?? 0) + 1;
      this.#refusals.set(key, refusals);
      if (refusals < REFUSALS) return SOON;
    }
    const advice = forbidden ? "; grant get, and for its status update and patch" : "";
    this.#log.error(`The status of ${object.kind} cannot be written${advice}`, { cause: messageOf(error) });
    this.#said.add(what);
    return AFTER_REFUSAL;
  }

  forget(key: ObjectKey): void {
    this.#refusals.delete(key);
  }

  /** Begins anew; a pause stays. */
  forgetAll(): void {
    this.#said.clear();
    this.#refusals.clear();
  }
}
