/** How often and how long to wait between attempts. Times in ms. */
export interface RetryPolicy {
  /** Attempts in all; 0 means for ever. */
  readonly maxAttempts: number;
  /** The wait after the first failed attempt. */
  readonly initialDelay: number;
  /** The wait never grows past this. */
  readonly maxDelay: number;
}

/** The wait after failed attempt number `attempt` (1 is the first): it doubles from the initial delay up to the maximum. No jitter (the request behind Silverback names exact delays). */
export function delayAfter(policy: RetryPolicy, attempt: number): number {
  return Math.min(policy.initialDelay * 2 ** Math.min(attempt - 1, 52), policy.maxDelay);
}

/** A delay between half of `ms` and `ms`, for clients that would otherwise come back all at once. `random` gives 0 ≤ x < 1. */
export function jittered(ms: number, random: () => number): number {
  return ms / 2 + (ms / 2) * random();
}
