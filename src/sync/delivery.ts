import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/log.ts";
import type { Configuration } from "./configuration.ts";
import type { Configurations } from "./configurations.ts";
import { EMPTY_HASH, type Gateway, type Payload, type PushOutcome } from "./gateway.ts";
import { gatewayAtFault } from "./gateway-at-fault.ts";
import { heldPayload } from "./held-payload.ts";
import type { SyncObserver } from "./observer.ts";
import type { ProblemBoard } from "./problem-board.ts";
import { atFaultProblems, leftoverProblems, refusalProblems } from "./refusal-problems.ts";
import { Target } from "./target.ts";

export interface DeliveryOptions {
  readonly clock: Clock;
  readonly configurations: Configurations;
  readonly problems: ProblemBoard;
  readonly observers: readonly SyncObserver[];
  /** The least time between the starts of two pushes that changes are the reason for, ms. */
  readonly interval: number;
  readonly onRejection: "keep-last-good" | "leave-out";
  /** The longest wait after a push that failed for reasons of the gateway's own, ms; half a minute unless given. */
  readonly retryWithin?: number;
  /** Whether this replica leads at this very moment: asked before each push, since what the loop is told may be late. */
  readonly mayPush?: () => boolean;
  /** What gateways should hold may be another thing now. */
  readonly changed: () => void;
  /** A push ended. */
  readonly ended: (push: EndedPush) => void;
}

export interface EndedPush {
  readonly target: Target;
  readonly payload: Payload;
  readonly outcome: PushOutcome;
}

/** Brings each gateway to the configuration of its profile: one push at a time for each, the newest configuration wins. */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #targets = new Map<string, Target>();
  readonly #pushes = new Set<Promise<void>>();
  #draining = false;
  #stopped = false;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  get targets(): readonly Target[] {
    return [...this.#targets.values()];
  }

  /** The target of a gateway, made when it is new. */
  of(gateway: Gateway): Target {
    let target = this.#targets.get(gateway.id);
    if (target === undefined) {
      target = new Target(gateway, this.#options.retryWithin);
      this.#targets.set(gateway.id, target);
    }
    return target;
  }

  /** The gateway is gone for good. */
  remove(gateway: Gateway): void {
    this.#targets.get(gateway.id)?.inFlight?.abort.abort();
    this.#targets.delete(gateway.id);
    this.#options.problems.report(gateway.id, []);
  }

  /** Begins no push any more; resolves when those under way have ended. */
  async drain(): Promise<void> {
    this.#draining = true;
    await Promise.all(this.#pushes);
  }

  /** Aborts what is under way. */
  interrupt(): void {
    for (const target of this.#targets.values()) target.inFlight?.abort.abort();
  }

  stop(): void {
    this.#stopped = true;
    this.interrupt();
  }

  configurationOf(target: Target): Configuration | undefined {
    return this.#options.configurations.get(target.configuration);
  }

  /** For each gateway that is ready: the revision of the store up to which it holds every change; undefined when it holds nothing of ours. */
  coverage(): readonly (number | undefined)[] {
    return this.targets
      .filter((target) => target.ready)
      .map((target) => {
        const md5 = target.current;
        return md5 === undefined ? undefined : this.configurationOf(target)?.coverageOf(md5);
      });
  }

  /** Starts every push that is due. */
  start(): void {
    if (this.#draining || this.#options.mayPush?.() === false) return;
    const now = this.#options.clock.monotonic();
    for (const target of this.#targets.values()) {
      const due = this.#due(target);
      if (due !== undefined && due <= now) this.#begin(target, this.#desired(target)!);
    }
  }

  /** When the next push that was put off is due, monotonic ms; Infinity when there is none. */
  get due(): number {
    // Who leads again is told so.
    if (this.#options.mayPush?.() === false) return Infinity;
    return Math.min(Infinity, ...this.targets.flatMap((target) => this.#dues(target)));
  }

  /** Takes note of gateways that hold what they should without a push. */
  recognize(): void {
    for (const target of this.#targets.values()) {
      const payload = this.configurationOf(target)?.payload;
      if (payload === undefined || !target.ready || !target.isAt(payload)) continue;
      const known = target.acknowledged?.md5 === payload.md5;
      target.found(payload);
      this.#acknowledged(target, payload);
      if (!known) for (const observer of this.#options.observers) observer.found?.(target.gateway, payload);
    }
  }

  /** Takes in what became of a push. True when objects are left out from now on, so that there is another configuration to compile. */
  take({ target, payload, outcome }: EndedPush): boolean {
    if (this.#targets.get(target.gateway.id) !== target) return false;
    const { problems, onRejection } = this.#options;
    const now = this.#options.clock.monotonic();
    if (target.ended(payload, outcome, now)) this.#acknowledged(target, payload);
    if (outcome.kind !== "rejected" && outcome.kind !== "too-large") return false;
    if (gatewayAtFault(payload, outcome)) {
      target.retryRefused(now);
      problems.report(target.gateway.id, atFaultProblems(target.gateway, outcome));
      this.#seekLastGood(target);
      return false;
    }
    const leaves =
      onRejection === "leave-out" &&
      outcome.kind === "rejected" &&
      this.configurationOf(target)?.leaveOut(payload, outcome.rejections) === true;
    problems.report(target.gateway.id, leaves ? [] : refusalProblems(target.gateway, outcome));
    if (!leaves) this.#seekLastGood(target);
    // Everybody else's changes have waited long enough.
    if (leaves) for (const each of this.#targets.values()) each.urgent ||= each.configuration === target.configuration;
    return leaves;
  }

  /** After a restart of the controller none is in memory: a gateway that holds one has it. */
  #seekLastGood(refusing: Target): void {
    const configuration = this.configurationOf(refusing);
    if (configuration === undefined || configuration.lastGood !== undefined) return;
    for (const target of this.#targets.values()) {
      const { holds } = target;
      if (!target.ready || target.configuration !== refusing.configuration) continue;
      if (holds !== undefined && holds !== EMPTY_HASH) void this.#takeLastGood(target, configuration, holds);
    }
  }

  async #takeLastGood(target: Target, configuration: Configuration, holds: string): Promise<void> {
    const text = await target.gateway.heldText?.();
    // What it holds may have become another thing meanwhile.
    if (this.#stopped || text === undefined || target.holds !== holds) return;
    const payload = heldPayload(text);
    if (!configuration.adopt(payload)) return;
    target.holdsAs(payload);
    this.#options.changed();
  }

  #acknowledged(target: Target, payload: Payload): void {
    this.configurationOf(target)?.acknowledge(payload);
    this.#options.problems.report(target.gateway.id, leftoverProblems(target.gateway, target.leftovers));
  }

  /** What a gateway should hold: the newest configuration, or the last good one while it refuses that. */
  #desired(target: Target): Payload | undefined {
    const configuration = this.configurationOf(target);
    const payload = configuration?.payload;
    const refuses = payload !== undefined && target.refuses(payload, this.#options.clock.monotonic());
    return refuses ? configuration?.lastGood : payload;
  }

  /** When there is something to do for a gateway: what it should hold now, and what it refused and gets again. */
  #dues(target: Target): readonly number[] {
    const again = target.due(this.configurationOf(target)?.payload, this.#options.interval);
    return [this.#due(target), again].filter((due) => due !== undefined);
  }

  #due(target: Target): number | undefined {
    return target.due(this.#desired(target), this.#options.interval);
  }

  #begin(target: Target, payload: Payload): void {
    const push = this.#push(target, payload).finally(() => this.#pushes.delete(push));
    this.#pushes.add(push);
  }

  async #push(target: Target, payload: Payload): Promise<void> {
    const { observers, clock } = this.#options;
    const configuration = this.configurationOf(target);
    const fallback = payload !== configuration?.payload || configuration.excluded.length > 0;
    const start = clock.monotonic();
    const abort = target.began(payload, start);
    for (const observer of observers) observer.pushing?.(target.gateway, payload);
    let outcome: PushOutcome;
    try {
      outcome = await target.gateway.push(payload, abort.signal);
    } catch (error) {
      // A bug in the way to push must not stop the others.
      const message = error instanceof Error ? (error.stack ?? messageOf(error)) : String(error);
      outcome = { kind: "failed", cause: { message } };
    }
    if (this.#stopped) return;
    const report = { gateway: target.gateway, payload, outcome, ms: clock.monotonic() - start, fallback };
    for (const observer of observers) observer.pushed?.(report);
    this.#options.ended({ target, payload, outcome });
  }
}
