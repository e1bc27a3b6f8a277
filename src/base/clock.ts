import { performance } from "node:perf_hooks";

/** Time as a value that is passed in: no code asks the system for it, so tests move it by hand. All times are in milliseconds. */
export interface Clock {
  /** Wall-clock time, ms since 1970. May jump; only for showing and for comparing with other machines' times. */
  now(): number;
  /** Never goes back and does not jump; only differences mean anything. */
  monotonic(): number;
  /** Calls `run` once after `ms`; the returned function cancels it. */
  after(ms: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, run) {
    // setTimeout turns delays over 2^31-1 ms into 1 ms.
    const timer = setTimeout(run, Math.min(ms, 0x7fffffff));
    return () => clearTimeout(timer);
  },
};

/** Resolves after `ms`, or at once when `signal` is (or becomes) aborted. True means the whole time passed. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve(false);
    const onAbort = () => {
      cancel();
      resolve(false);
    };
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve(true);
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
