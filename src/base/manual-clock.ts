import type { Clock } from "./clock.ts";

/** A clock for tests: it stands still until `advance` is called. */
export class ManualClock implements Clock {
  #time: number;
  /** How far the wall clock is ahead of the monotonic one. */
  #ahead = 0;
  #next = 0;
  readonly #timers = new Map<number, { readonly at: number; readonly run: () => void }>();

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#time = start;
  }

  now(): number {
    return this.#time + this.#ahead;
  }

  monotonic(): number {
    return this.#time;
  }

  after(ms: number, run: () => void): () => void {
    const id = this.#next++;
    this.#timers.set(id, { at: this.#time + Math.max(0, ms), run });
    return () => void this.#timers.delete(id);
  }

  /** How many timers wait: a test of cleaning up looks here. */
  get pending(): number {
    return this.#timers.size;
  }

  /** The wall clock is set anew, `ms` further on (back when negative); no timer is moved by that. */
  jump(ms: number): void {
    this.#ahead += ms;
  }

  /** Moves on by `ms`, running each timer at its time, and lets promises settle in between. */
  async advance(ms: number): Promise<void> {
    const end = this.#time + ms;
    await settle();
    for (;;) {
      const due = [...this.#timers].filter(([, t]) => t.at <= end).sort((a, b) => a[1].at - b[1].at || a[0] - b[0])[0];
      if (due === undefined) break;
      this.#timers.delete(due[0]);
      this.#time = Math.max(this.#time, due[1].at);
      due[1].run();
      await settle();
    }
    this.#time = end;
    await settle();
  }
}

/** Lets everything that is ready run: promise chains, and what was queued with setImmediate. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}
