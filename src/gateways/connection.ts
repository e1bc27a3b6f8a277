import { delayAfter, type RetryPolicy } from "../base/backoff.ts";
import type { Clock } from "../base/clock.ts";
import type { Cause, ConnectionState, GatewayFacts } from "../sync/gateway.ts";
import { causeOf } from "./admin-failure.ts";

export interface ConnectionOptions {
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  /** One attempt: resolves with what the gateway said of itself, rejects when it cannot be used. Has its own time-out. */
  readonly attempt: (signal: AbortSignal) => Promise<GatewayFacts>;
  /** Called after each change of state. */
  readonly changed: (state: ConnectionState) => void;
}

/**
 * The connection to one gateway as an explicit state machine: waiting → connecting → ready → lost → connecting … (design §5). It only keeps trying; what a
 * ready gateway is used for is not its business.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #closing = new AbortController();
  #state: ConnectionState = { phase: "waiting" };
  #attempts = 0;
  /** Ends the wait for the next attempt; set while there is one. */
  #wake: (() => void) | undefined;
  #poked = false;
  #unlimited = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Attempts made so far, over all losses. */
  get attempts(): number {
    return this.#attempts;
  }

  /** Begins with the first attempt at once. */
  start(): void {
    if (this.#state.phase === "waiting") void this.#connect({ attempt: 0, cause: undefined, lostSince: undefined });
  }

  /** Something changed about where the gateway is: the next attempt is made now, or right after the one under way. The count goes on. */
  poke(): void {
    if (this.#state.phase !== "connecting") return;
    this.#poked = true;
    this.#wake?.();
  }

  /** A gateway was reached, so nobody gives up any more: attempts have no limit from here on, and a connection that had used all of its own goes on. */
  persist(): void {
    if (this.#unlimited) return;
    this.#unlimited = true;
    const state = this.#state;
    if (state.phase === "exhausted")
      void this.#connect({ attempt: state.attempts, cause: state.cause, lostSince: undefined });
  }

  /** A ready gateway told something new of itself. */
  update(facts: GatewayFacts): void {
    if (this.#state.phase === "ready") this.#become({ ...this.#state, facts });
  }

  /** Says that a ready gateway no longer answers. In any other state it says nothing new. */
  lose(cause: Cause): void {
    if (this.#state.phase !== "ready") return;
    const lostSince = this.#options.clock.monotonic();
    this.#become({ phase: "lost", since: lostSince, cause });
    // Whoever heard of it may have closed the connection.
    if (this.state.phase === "lost") void this.#connect({ attempt: 0, cause, lostSince });
  }

  /** Ends everything, a running attempt and a wait included. */
  close(): void {
    if (this.#state.phase === "closed") return;
    this.#closing.abort();
    this.#wake?.();
    this.#become({ phase: "closed" });
  }

  #become(state: ConnectionState): void {
    this.#state = state;
    this.#options.changed(state);
  }

  /** Attempts until one succeeds, none are left, or the connection is closed. */
  async #connect(from: Progress): Promise<void> {
    const { policy, attempt, clock } = this.#options;
    const { lostSince } = from;
    let { attempt: made, cause } = from;
    for (;;) {
      if (made > 0) {
        const delay = delayAfter(policy, made);
        const nextTry = clock.monotonic() + delay;
        this.#become({ phase: "connecting", attempt: made, nextTry, delay, cause, lostSince });
        await this.#pause(delay);
        if (this.#closing.signal.aborted) return;
      }
      made++;
      this.#attempts++;
      this.#poked = false;
      this.#become({ phase: "connecting", attempt: made, nextTry: undefined, cause, lostSince });
      const outcome = await outcomeOf(attempt(this.#closing.signal));
      if (this.#closing.signal.aborted) return;
      if ("facts" in outcome) return this.#become({ phase: "ready", since: clock.monotonic(), facts: outcome.facts });
      cause = outcome.cause;
      const limited = !this.#unlimited && lostSince === undefined && policy.maxAttempts > 0;
      if (limited && made >= policy.maxAttempts) return this.#become({ phase: "exhausted", attempts: made, cause });
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#poked || this.#closing.signal.aborted) return resolve();
      const cancel = this.#options.clock.after(ms, () => this.#wake?.());
      this.#wake = () => {
        cancel();
        this.#wake = undefined;
        resolve();
      };
    });
  }
}

interface Progress {
  /** Attempts made. */
  readonly attempt: number;
  readonly cause: Cause | undefined;
  readonly lostSince: number | undefined;
}

async function outcomeOf(
  attempt: Promise<GatewayFacts>,
): Promise<{ readonly facts: GatewayFacts } | { readonly cause: Cause }> {
  try {
    return { facts: await attempt };
  } catch (error) {
    return { cause: causeOf(error) };
  }
}
