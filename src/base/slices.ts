import type { Clock } from "./clock.ts";

/** Whoever paused last: all who pause wait in one row, so that each turn of the event loop holds one slice, however many jobs there are. */
let last: Promise<void> = Promise.resolve();

/** Lets long work share the one thread: call `pause` between its steps, and it yields to the event loop once a slice is used up. */
export class Slices {
  readonly #clock: Clock;
  readonly #sliceMs: number;
  #start: number;

  /** `sliceMs`: how long to work before others get their turn (design §3: at most 20 ms; the last step and the garbage collector take their share). */
  constructor(clock: Clock, sliceMs = 10) {
    this.#clock = clock;
    this.#sliceMs = sliceMs;
    this.#start = clock.monotonic();
  }

  /** True when it is time to call `pause`; cheap enough for inner loops. */
  get due(): boolean {
    return this.#clock.monotonic() - this.#start >= this.#sliceMs;
  }

  /** Does something for each item, and yields in between whenever it is time to. */
  async forEach<T>(items: Iterable<T>, run: (item: T) => void): Promise<void> {
    let count = 0;
    for (const item of items) {
      run(item);
      // Asking for the time costs as much as a small step.
      if ((++count & 31) === 0 && this.due) await this.pause();
    }
  }

  /** Gives everything else that waits (timers, sockets, other jobs) a turn. */
  async pause(): Promise<void> {
    const turn = last.then(() => new Promise<void>((resolve) => setImmediate(resolve)));
    last = turn;
    await turn;
    this.#start = this.#clock.monotonic();
  }
}
