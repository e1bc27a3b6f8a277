import { type Clock, sleep } from "../base/clock.ts";

/** Lets `burst` requests through at once and `qps` a second in the long run (client-go's token bucket); a qps of 0 or less is no limit. */
export class RateLimit {
  readonly #clock: Clock;
  readonly #qps: number;
  readonly #burst: number;
  /** May go below zero: those who wait have taken theirs already, so they leave in the order they came. */
  #tokens: number;
  #filledAt: number;

  constructor(clock: Clock, qps: number, burst: number) {
    this.#clock = clock;
    this.#qps = qps;
    this.#burst = Math.max(1, burst);
    this.#tokens = this.#burst;
    this.#filledAt = clock.monotonic();
  }

  /** Resolves when the next request may leave; an aborted signal ends the wait and gives the place back. */
  async take(signal?: AbortSignal): Promise<void> {
    if (this.#qps <= 0) return;
    const now = this.#clock.monotonic();
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#filledAt) * this.#qps) / 1000);
    this.#filledAt = now;
    this.#tokens -= 1;
    if (this.#tokens >= 0) return;
    const waited = await sleep(this.#clock, (-this.#tokens * 1000) / this.#qps, signal);
    if (!waited) this.#tokens += 1;
  }
}
