import { delayAfter, type RetryPolicy } from "../base/backoff.ts";
import { EMPTY_HASH, type Gateway, type Leftover, type Payload, type PushOutcome } from "./gateway.ts";

/** Unless a target is told otherwise: the longest wait after a push that failed for reasons of the gateway's own, ms. */
const LONGEST_WAIT = 30_000;
/** However long a gateway asks to be left alone: a mistake there, or in a proxy before it, is no outage of a day, ms. */
const MOST_PATIENCE = 600_000;

/** What the loop knows of one gateway: what it holds, what was sent and what became of it. Times are monotonic ms. */
export class Target {
  readonly gateway: Gateway;
  /** The configuration it belongs to; kept while it is lost. */
  configuration: string | undefined;
  /** Another one after each start of the gateway. */
  nodeId: string | undefined;
  /** The hash it reported last; undefined as long as it is not known. */
  holds: string | undefined;
  /** The payload it took last, and the hash it reported for it: another version may make it in another way. */
  acknowledged: { readonly md5: string; readonly hash: string } | undefined;
  /** It has shown that its hash is the MD5 of the text. */
  hashesText = false;
  /** The payload that it refused. */
  refused: string | undefined;
  /** When it gets that again; Infinity when never, since that is what is wrong. */
  #refusedUntil = Infinity;
  #refusals = 0;
  inFlight: { readonly payload: Payload; readonly abort: AbortController } | undefined;
  /** When the last push began that a change was the reason for. */
  lastPush: number | undefined;
  /** Not before this, after a failure or as it asked. */
  notBefore = 0;
  /** What should have gone from its database and could not. */
  leftovers: readonly Leftover[] = [];
  /** Do not wait for the interval. */
  urgent = true;
  #failures = 0;
  /** It was said that it holds something else. */
  saidDrift = false;

  readonly #afterFailure: RetryPolicy;

  /** `retryWithin`: the longest wait after a push that failed for reasons of the gateway's own, ms. */
  constructor(gateway: Gateway, retryWithin = LONGEST_WAIT) {
    this.gateway = gateway;
    this.#afterFailure = { maxAttempts: 0, initialDelay: Math.min(1000, retryWithin), maxDelay: retryWithin };
  }

  get ready(): boolean {
    return this.gateway.state.phase === "ready";
  }

  /** MD5 of the payload that it took last, as far as it still holds it. */
  get current(): string | undefined {
    if (this.acknowledged === undefined) return undefined;
    const { md5, hash } = this.acknowledged;
    return this.holds === undefined || this.holds === hash || this.holds === md5 ? md5 : undefined;
  }

  isAt(payload: Payload): boolean {
    return (
      this.holds !== undefined &&
      (this.holds === payload.md5 || (this.acknowledged?.md5 === payload.md5 && this.acknowledged.hash === this.holds))
    );
  }

  /** When a push of this payload may begin; undefined when there is no reason for one. */
  due(payload: Payload | undefined, interval: number): number | undefined {
    if (payload === undefined || !this.ready || this.inFlight !== undefined) return undefined;
    const refusedUntil = this.refused === payload.md5 ? this.#refusedUntil : 0;
    if (refusedUntil === Infinity || this.isAt(payload)) return undefined;
    const paced = this.urgent || this.lastPush === undefined ? 0 : this.lastPush + interval;
    return Math.max(paced, this.notBefore, refusedUntil);
  }

  /** Whether a payload was refused and is not to be sent again now. */
  refuses(payload: Payload, now: number): boolean {
    return this.refused === payload.md5 && now < this.#refusedUntil;
  }

  /** What it refused is not to blame: it gets the same again after a while. */
  retryRefused(now: number): void {
    this.#refusedUntil = now + delayAfter(this.#afterFailure, ++this.#refusals);
  }

  /** The connection came about: what it holds is known, and nothing of what it refused before. */
  connected(hash: string | undefined, nodeId: string): void {
    this.nodeId = nodeId;
    this.holds = hash;
    this.refused = undefined;
    this.urgent = true;
  }

  /** Another one has pushed until now: what it told last may be old. A gateway with a database cannot tell what it holds, so that it has to be looked at. */
  takenOver(): void {
    this.urgent = true;
    const { state } = this.gateway;
    if (state.phase !== "ready") return;
    this.gateway.doubt?.();
    if (!state.facts.profile.dbless) this.holds = undefined;
  }

  /** It was asked what it holds. True when that is no longer what it took last. */
  reported(hash: string): boolean {
    this.holds = hash;
    if (this.acknowledged === undefined) return false;
    const drifted = hash !== this.acknowledged.hash && hash !== this.acknowledged.md5;
    if (drifted) this.urgent = true;
    return drifted;
  }

  began(payload: Payload, now: number): AbortController {
    const abort = new AbortController();
    this.inFlight = { payload, abort };
    if (!this.urgent) this.lastPush = now;
    this.urgent = false;
    return abort;
  }

  /** Takes in what became of the push under way. True when the gateway holds the payload now. */
  ended(payload: Payload, outcome: PushOutcome, now: number): boolean {
    this.inFlight = undefined;
    switch (outcome.kind) {
      case "accepted":
      case "unchanged":
        this.leftovers = outcome.leftovers ?? [];
        return this.#took(payload, outcome.hash, now);
      case "rejected":
      case "too-large":
        if (this.refused !== payload.md5) this.#refusals = 0;
        this.refused = payload.md5;
        this.#refusedUntil = Infinity;
        this.#failures = 0;
        // What it should hold instead does not wait.
        this.urgent = true;
        return false;
      case "busy":
        this.#failures++;
        this.urgent = true;
        this.notBefore =
          now + Math.min(outcome.retryAfter ?? delayAfter(this.#afterFailure, this.#failures), MOST_PATIENCE);
        return false;
      case "failed":
        this.#failures++;
        this.urgent = true;
        this.notBefore = now + delayAfter(this.#afterFailure, this.#failures);
        return false;
      case "cancelled":
        this.urgent = true;
        return false;
    }
  }

  /** What it holds was asked for, and is this. */
  holdsAs(payload: Payload): void {
    if (this.holds !== undefined) this.acknowledged = { md5: payload.md5, hash: this.holds };
  }

  /** It holds the payload without having got it now. */
  found(payload: Payload): void {
    const hash = this.holds ?? payload.md5;
    if (hash === payload.md5) this.hashesText = true;
    this.#settle({ md5: payload.md5, hash });
  }

  #took(payload: Payload, hash: string, now: number): boolean {
    if (hash === payload.md5) this.hashesText = true;
    this.holds = hash;
    if (hash === EMPTY_HASH || (hash !== payload.md5 && this.hashesText)) {
      // Somebody else loaded something in between, or it began anew.
      this.urgent = true;
      this.notBefore = now + delayAfter(this.#afterFailure, ++this.#failures);
      return false;
    }
    this.#settle({ md5: payload.md5, hash });
    return true;
  }

  #settle(acknowledged: { readonly md5: string; readonly hash: string }): void {
    this.acknowledged = acknowledged;
    this.#failures = 0;
    this.notBefore = 0;
    this.refused = undefined;
    this.saidDrift = false;
  }
}
