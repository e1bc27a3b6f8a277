import type { Clock } from "../base/clock.ts";

/**
 * What SIGTERM and SIGINT mean: the first asks the command to end, and with a term delay ends the process with code 1 if it is still there after it; the second
 * ends the process with code 1 at once.
 */
export class Termination {
  readonly #aborter = new AbortController();
  readonly #clock: Clock;
  readonly #exit: (code: number) => void;
  #delay = 0;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, exit: (code: number) => void) {
    this.#clock = clock;
    this.#exit = exit;
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.#aborter.signal;
  }

  /** Sets the delay in ms; 0 waits without end. It counts from here if the first signal is there already. */
  limit(delay: number): void {
    this.#delay = delay;
    if (this.signal.aborted) this.#start();
  }

  /** To be called for each signal. */
  received(): void {
    if (this.signal.aborted) this.#exit(1);
    else {
      this.#aborter.abort();
      this.#start();
    }
  }

  /** The command has ended by itself: nothing is left to enforce. */
  finished(): void {
    this.#cancel?.();
  }

  #start(): void {
    if (this.#delay > 0) this.#cancel = this.#clock.after(this.#delay, () => this.#exit(1));
  }
}
