import type { Clock } from "../base/clock.ts";

/** One time at which something is due; the newest counts. Times are monotonic ms. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #set: { readonly at: number; readonly cancel: () => void } | undefined;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Infinity: nothing is due any more. A time that has passed is due at once. */
  set(at: number): void {
    if (at === this.#set?.at) return;
    this.cancel();
    if (at === Infinity) return;
    const cancel = this.#clock.after(Math.max(0, at - this.#clock.monotonic()), () => {
      this.#set = undefined;
      this.#ring();
    });
    this.#set = { at, cancel };
  }

  cancel(): void {
    this.#set?.cancel();
    this.#set = undefined;
  }
}
