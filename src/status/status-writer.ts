import { type Clock, sleep } from "../base/clock.ts";
import { deepEqual } from "../base/equal.ts";
import type { Log } from "../base/log.ts";
import { Slices } from "../base/slices.ts";
import type { ApiClient } from "../kubernetes/client.ts";
import { RateLimit } from "../kubernetes/rate-limit.ts";
import { type KubernetesObject, keyOfRef, type ObjectKey } from "../resources/kind.ts";
import type { ObjectStore } from "../store/object-store.ts";
import type { CompileReport, SyncObserver } from "../sync/observer.ts";
import type { ProblemChange } from "../sync/problem-board.ts";
import type { Findings, Standing } from "../sync/standing.ts";
import type { ObjectReport } from "../translate/reports/report.ts";
import type { ObjectFacts } from "./object-facts.ts";
import { type PlannedWrite, planWrite } from "./planned-write.ts";
import type { StatusContext } from "./status-context.ts";
import { StatusQueue } from "./status-queue.ts";
import { supportedFeatures } from "./supported-features.ts";
import { PRIORITIES, priorityOf } from "./wanted-status.ts";
import { WriteFailures } from "./write-failures.ts";
import { WrittenStatuses } from "./written-statuses.ts";

export interface StatusWriterOptions {
  readonly client: Pick<ApiClient, "request">;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: ObjectStore;
  readonly facts: ObjectFacts;
  /** TCPRoutes and UDPRoutes are read. */
  readonly gatewayAlpha: boolean;
}

/** Writes a second in the long run, and at once: a cluster with ten thousand objects stays quiet. */
const RATE = 50;
const BURST = 50;
/** Writes under way at a time. */
const AT_ONCE = 8;
/** A push that is under way may end soon: what would only be said of the time until then waits, ms. */
const PUSH_PATIENCE = 3_000;

/**
 * Keeps statuses true: looks at an object when something changed that its status depends on, and writes only what is not there yet. Writes only while leading; everything it needs is
 * kept up all the time, so that a new leader begins at once.
 */
export class StatusWriter implements SyncObserver {
  readonly #options: StatusWriterOptions;
  readonly #queue: StatusQueue<ObjectKey>;
  readonly #written: WrittenStatuses;
  readonly #limit: RateLimit;
  readonly #inFlight = new Set<ObjectKey>();
  /** Looked at while a write was under way, or before it was compiled. */
  readonly #again = new Set<ObjectKey>();
  readonly #early = new Set<ObjectKey>();
  /** What gateways hold was not known when they were looked at. */
  readonly #unknown = new Map<ObjectKey, number>();
  readonly #failures: WriteFailures;
  #abort = new AbortController();
  #leading = false;
  #running: Promise<void> | undefined;
  #freed: (() => void) | undefined;
  /** Statuses written; for metrics. */
  writes = 0;

  constructor(options: StatusWriterOptions) {
    this.#options = options;
    this.#queue = new StatusQueue(options.clock, PRIORITIES, () => this.#work());
    this.#written = new WrittenStatuses(options.clock);
    this.#limit = new RateLimit(options.clock, RATE, BURST);
    this.#failures = new WriteFailures(options.clock, options.log);
  }

  /** How many objects wait to be looked at. */
  get waiting(): number {
    return this.#queue.size + this.#inFlight.size;
  }

  setLeading(leading: boolean): void {
    if (leading === this.#leading) return;
    this.#leading = leading;
    if (leading) {
      this.#abort = new AbortController();
      this.#failures.forgetAll();
      this.#lookAtAll();
    } else {
      this.#abort.abort();
      this.#queue.clear();
    }
  }

  /** Resolves when nothing more is written. */
  async stop(): Promise<void> {
    this.setLeading(false);
    await this.#running;
  }

  compiled({ profile }: CompileReport): void {
    const { facts, gatewayAlpha } = this.#options;
    const features = supportedFeatures(profile, gatewayAlpha);
    if (deepEqual(features, facts.supportedFeatures)) return;
    facts.supportedFeatures = features;
    for (const [key, { type }] of facts.findings?.reports ?? []) if (type === "gateway-class") this.#look(key);
  }

  reported(findings: Findings, changed: ReadonlySet<ObjectKey> | undefined): void {
    const { facts } = this.#options;
    const doubted = facts.doubtful;
    facts.found(findings);
    if (changed === undefined) facts.routes.clear();
    for (const key of changed ?? findings.reports.keys())
      for (const owner of facts.routes.change(key, findings.reports.get(key))) this.#look(owner);
    if (changed === undefined) this.#lookAtAll();
    else for (const key of changed) this.#look(key);
    for (const key of [...doubted, ...this.#early]) this.#look(key);
    this.#early.clear();
    this.#lookAtUsed();
  }

  stands(standing: Standing): void {
    const { facts } = this.#options;
    const leftOut = standing.leftOut.symmetricDifference(facts.standing.leftOut);
    const further = standing.acknowledged !== facts.standing.acknowledged || standing.ready === 0;
    facts.stands(standing);
    for (const key of leftOut) this.#look(key);
    if (leftOut.size > 0) this.#lookAtUsed();
    if (further) for (const key of [...this.#unknown.keys()]) this.#look(key);
  }

  problemsChanged({ appeared, gone }: ProblemChange): void {
    const { facts } = this.#options;
    for (const key of facts.problemsChanged(appeared, gone)) {
      this.#look(key);
      for (const policy of this.#policiesOf(key)) this.#look(policy);
    }
    const blocking = [...appeared, ...gone].filter(({ leavesOut }) => leavesOut === true);
    for (const { object } of blocking)
      for (const user of facts.findings?.usersOf(keyOfRef(object)) ?? []) this.#look(user);
    if (blocking.length > 0) this.#lookAtUsed();
  }

  /** An object came, changed or went: also when somebody wrote into its status. */
  objectChanged(key: ObjectKey, object: KubernetesObject | undefined): void {
    if (object === undefined) this.#forget(key);
    else {
      this.#written.told(key, object);
      if (this.#options.facts.findings?.reports.has(key) === true) this.#look(key);
    }
    if (this.#options.facts.isInFront(key)) this.#lookAtAll();
  }

  #policiesOf(key: ObjectKey): readonly ObjectKey[] {
    const { findings } = this.#options.facts;
    if (!key.startsWith("Service/") && !isFacade(key)) return [];
    return [...(findings?.reports ?? [])].flatMap(([policy, report]) =>
      report.type === "upstream-policy" &&
      report.referrers.some(({ kind, namespace, name }) => `${kind}/${namespace}/${name}` === key)
        ? [policy]
        : [],
    );
  }

  #forget(key: ObjectKey): void {
    this.#written.forget(key);
    this.#unknown.delete(key);
    this.#failures.forget(key);
    this.#early.delete(key);
    this.#again.delete(key);
  }

  /** Looks at what stands and falls with those that use it: who that is, and what became of them, is no part of its report. */
  #lookAtUsed(): void {
    const { findings } = this.#options.facts;
    for (const [key, { type }] of findings?.reports ?? [])
      if (type === "upstream-policy" || isFacade(key)) this.#look(key);
  }

  #lookAtAll(): void {
    for (const key of this.#options.facts.findings?.reports.keys() ?? []) this.#look(key);
  }

  #look(key: ObjectKey): void {
    if (!this.#leading) return;
    const report = this.#options.facts.findings?.reports.get(key);
    if (report === undefined) this.#unknown.delete(key);
    else if (this.#inFlight.has(key)) this.#again.add(key);
    else this.#queue.add(key, priorityOf(report));
  }

  #lookLater(key: ObjectKey, report: ObjectReport, ms: number): void {
    this.#queue.addLater(key, priorityOf(report), ms);
  }

  #work(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      // Something may have come while it ended.
      if (this.#leading && this.#queue.hasReady) this.#work();
    });
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    const slices = new Slices(clock);
    // What comes in one go is looked at once, and not in the same turn in which others have their slice.
    await slices.pause();
    while (this.#leading) {
      const { signal } = this.#abort;
      const { pause } = this.#failures;
      if (pause > 0) await sleep(clock, pause, signal);
      const key = this.#queue.take();
      if (key === undefined || signal.aborted) break;
      if (slices.due) await slices.pause();
      if (this.#plan(key) === undefined) continue;
      await this.#limit.take(signal);
      while (this.#inFlight.size >= AT_ONCE && !signal.aborted) await this.#slot();
      if (signal.aborted) break;
      // It may be another one by now, or none.
      const write = this.#plan(key);
      if (write !== undefined) void this.#write(key, write, signal);
    }
    while (this.#inFlight.size > 0) await this.#slot();
  }

  #slot(): Promise<void> {
    return new Promise((resolve) => {
      this.#freed = resolve;
    });
  }

  /** What is to be written for an object now; undefined when nothing is, or not yet. */
  #plan(key: ObjectKey): PlannedWrite | undefined {
    const { store, facts, clock } = this.#options;
    const report = facts.findings?.reports.get(key);
    const stored = store.byKey(key);
    if (report === undefined || stored === undefined) return undefined;
    if (!facts.isCurrent(key)) {
      this.#early.add(key);
      return undefined;
    }
    const object = this.#written.newest(key, stored);
    const context = facts.context(key, object, clock.now());
    const waits = this.#waitsForPush(key, isUnknown(report, context));
    const write = planWrite(object, report, context);
    if (write === undefined) {
      this.#written.settled(key);
      return undefined;
    }
    const wait = Math.max(waits, this.#written.wait(key, write.text));
    if (wait === 0) return write;
    if (wait < Number.POSITIVE_INFINITY) this.#lookLater(key, report, wait);
    return undefined;
  }

  /** For how long to hold back what is only said until gateways hold the object, ms. */
  #waitsForPush(key: ObjectKey, unknown: boolean): number {
    if (!unknown) {
      this.#unknown.delete(key);
      return 0;
    }
    const now = this.#options.clock.monotonic();
    const since = this.#unknown.get(key) ?? now;
    this.#unknown.set(key, since);
    return this.#options.facts.standing.ready === 0 ? 0 : Math.max(0, since + PUSH_PATIENCE - now);
  }

  async #write(key: ObjectKey, write: PlannedWrite, signal: AbortSignal): Promise<void> {
    this.#inFlight.add(key);
    let later: number | undefined;
    try {
      this.writes += 1;
      const answer = await write.send(this.#options.client, signal);
      this.#failures.succeeded(key);
      if (answer !== undefined) {
        this.#written.wrote(key, write, answer);
        const stored = this.#options.store.byKey(key);
        // The watch may have been quicker than the answer.
        if (stored !== undefined) this.#written.told(key, stored);
      }
    } catch (error) {
      if (!signal.aborted) later = this.#failures.failed(key, write.object, error);
    } finally {
      this.#inFlight.delete(key);
      this.#freed?.();
      const again = this.#again.delete(key);
      const report = this.#options.facts.findings?.reports.get(key);
      // What came meanwhile may be all that failed for.
      if (again) this.#look(key);
      else if (later !== undefined && report !== undefined && this.#leading) this.#lookLater(key, report, later);
    }
  }
}

/** Whether something of the status is not known before the next push has ended. */
function isUnknown(report: ObjectReport, context: StatusContext): boolean {
  if (report.type !== "upstream-policy") return context.programmed.state === "unknown";
  return report.referrers.map(context.referrer).some(({ used, programmed }) => used && programmed.state === "unknown");
}

function isFacade(key: ObjectKey): boolean {
  return key.startsWith("KongServiceFacade/");
}
