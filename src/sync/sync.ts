import { messageOf } from "../base/log.ts";
import { Alarm } from "./alarm.ts";
import type { Configuration } from "./configuration.ts";
import { Configurations, profileKey } from "./configurations.ts";
import { Confirmation } from "./confirmation.ts";
import { Delivery } from "./delivery.ts";
import type { GatewayEvent } from "./gateway.ts";
import type { Reason } from "./observer.ts";
import { Pace } from "./pace.ts";
import { type LeftOutObjects, NOTHING_STANDS, sameStanding, standingOf } from "./standing.ts";
import type { SyncEvent } from "./sync-event.ts";
import type { SyncOptions } from "./sync-options.ts";
import type { SyncProgress } from "./sync-progress.ts";

/**
 * The one loop between objects and gateways (design §4). It is told what happened, each thing by its name; it decides when to compile and when gateways are
 * brought to what was compiled. It does one thing at a time, but for pushes, which run beside it.
 */
export class Sync {
  readonly #options: SyncOptions;
  readonly #configurations: Configurations;
  readonly #delivery: Delivery;
  readonly #pace: Pace;
  readonly #confirmation: Confirmation;
  readonly #alarm: Alarm;
  readonly #queue: SyncEvent[] = [];
  readonly #reasons = new Set<Reason>();
  readonly #stopListening: () => void;
  #listed = false;
  #leading: boolean;
  #reported: Configuration | undefined;
  #standing = NOTHING_STANDS;
  #running = false;
  #stopped = false;

  constructor(options: SyncOptions) {
    this.#options = options;
    this.#leading = options.leading;
    this.#alarm = new Alarm(options.clock, () => this.#post({ type: "due" }));
    this.#pace = new Pace(options.interval);
    this.#configurations = new Configurations(options.compilations, options.assumed, options.maxShrinkPercent);
    this.#confirmation = new Confirmation({
      ...options,
      relist: options.relist ?? (() => Promise.resolve()),
      confirmed: () => this.#post({ type: "confirmed" }),
    });
    this.#delivery = new Delivery({
      ...options,
      configurations: this.#configurations,
      changed: () => this.#post({ type: "due" }),
      ended: (push) => this.#post({ type: "push-ended", push }),
    });
    for (const gateway of options.fleet.gateways) this.#post({ type: "gateway", event: { type: "state", gateway } });
    this.#stopListening = options.fleet.listen((event) => this.#post({ type: "gateway", event }));
  }

  /** Every kind was listed once: from here on what is compiled is complete. */
  listsComplete(): void {
    this.#post({ type: "lists-complete" });
  }

  /** A source that compilers may have read has changed. Cheap: called for every object. */
  touched(source: string): void {
    if (this.#stopped) return;
    for (const configuration of this.#configurations.all()) configuration.touched(source);
    // What comes before the lists are complete is compiled with them.
    if (this.#listed && this.#pace.changed(this.#now())) this.#setAlarm();
  }

  /** Only the leader pushes; a follower keeps compiling, so that it can take over at once. */
  setLeading(leading: boolean): void {
    // A compile may be under way: what is on the wire does not wait for its end.
    if (!leading) this.#delivery.interrupt();
    this.#post({ type: "leading", leading });
  }

  get progress(): SyncProgress {
    const ready = this.#delivery.targets.filter((target) => target.ready);
    const wanted =
      ready.length === 0
        ? [this.#configurations.latest]
        : ready.map((target) => this.#delivery.configurationOf(target));
    return {
      listed: this.#listed,
      leading: this.#leading,
      pending: this.#listed ? Math.max(0, ...wanted.map((configuration) => configuration?.pending ?? 0)) : 0,
      compiled: this.#listed && wanted.every((configuration) => configuration?.payload !== undefined),
      acknowledged: ready.some((target) => target.acknowledged !== undefined),
    };
  }

  /** What is left out because a gateway refused it. */
  get leftOut(): LeftOutObjects {
    const all = this.#configurations.all();
    return {
      refused: [...new Set(all.flatMap((configuration) => configuration.excluded))],
      dependants: [...new Set(all.flatMap((configuration) => configuration.dependants))],
      standIns: [...new Set(all.flatMap((configuration) => configuration.standIns))],
      causesOf: (object) => [...new Set(all.flatMap((configuration) => configuration.causesOf(object)))],
    };
  }

  /** Begins nothing any more; resolves when the pushes under way have ended. */
  async drain(): Promise<void> {
    this.#end();
    await this.#delivery.drain();
  }

  /** Ends pushes under way and does nothing any more. */
  stop(): void {
    this.#end();
    this.#delivery.stop();
  }

  #end(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#stopListening();
    this.#alarm.cancel();
    this.#confirmation.stop();
    this.#configurations.close();
  }

  #now(): number {
    return this.#options.clock.monotonic();
  }

  #post(event: SyncEvent): void {
    if (this.#stopped) return;
    this.#queue.push(event);
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    // What happens in one go is looked at together.
    await Promise.resolve();
    while (this.#queue.length > 0 && !this.#stopped) {
      for (const event of this.#queue.splice(0)) this.#take(event);
      if (this.#listed && this.#pace.mayCompile(this.#reasons, this.#now())) await this.#compile();
      if (this.#listed && !this.#stopped && this.#pace.mayEncode(this.#reasons, this.#now())) await this.#encode();
      this.#reasons.clear();
      if (this.#stopped) break;
      this.#delivery.recognize();
      if (this.#leading) this.#delivery.start();
      this.#tellStanding();
      this.#setAlarm();
    }
    this.#running = false;
  }

  /** Says what was found out about objects. */
  #tellFindings(): void {
    const { latest } = this.#configurations;
    const changed = latest.takeChangedReports();
    const told = this.#reported === latest ? changed : undefined;
    this.#reported = latest;
    for (const observer of this.#options.observers) observer.reported?.(latest.findings, told);
  }

  #tellStanding(): void {
    if (this.#reported !== undefined && this.#reported !== this.#configurations.latest) this.#tellFindings();
    const { refused, dependants } = this.leftOut;
    const standing = standingOf(this.#delivery.coverage(), [...refused, ...dependants]);
    if (sameStanding(standing, this.#standing)) return;
    this.#standing = standing;
    for (const observer of this.#options.observers) observer.stands?.(standing);
  }

  #take(event: SyncEvent): void {
    switch (event.type) {
      case "lists-complete":
        this.#listed = true;
        this.#reasons.add("lists complete");
        break;
      case "gateway":
        this.#takeGateway(event.event);
        break;
      case "push-ended":
        this.#reasons.add(this.#delivery.take(event.push) ? "objects left out" : "push ended");
        break;
      case "confirmed":
        this.#reasons.add("objects listed again");
        break;
      case "leading":
        this.#takeLeading(event.leading);
        break;
      case "due":
        this.#reasons.add("due");
        break;
    }
  }

  #takeLeading(leading: boolean): void {
    if (leading === this.#leading) return;
    this.#leading = leading;
    this.#reasons.add("leading");
    if (!leading) this.#delivery.interrupt();
    else for (const target of this.#delivery.targets) target.takenOver();
  }

  #takeGateway(event: GatewayEvent): void {
    if (event.type === "gave-up") return;
    if (event.type === "left") {
      this.#delivery.remove(event.gateway);
      this.#dropUnused();
      return;
    }
    const target = this.#delivery.of(event.gateway);
    if (event.type === "held") {
      if (!target.reported(event.hash)) return;
      this.#reasons.add("gateway drifted");
      // For a follower it is the leader's next push.
      if (!this.#leading || target.saidDrift) return;
      target.saidDrift = true;
      for (const observer of this.#options.observers) observer.drifted?.(event.gateway, event.hash);
    } else if (event.gateway.state.phase === "ready") {
      const { profile, hash, nodeId } = event.gateway.state.facts;
      if (target.nodeId !== undefined && target.nodeId !== nodeId) this.#delivery.configurationOf(target)?.lift();
      target.connected(hash, nodeId);
      target.configuration = this.#configurations.ensure(profile);
      this.#reasons.add("gateway connected");
      this.#dropUnused();
    }
  }

  #dropUnused(): void {
    const used = new Set(this.#delivery.targets.flatMap((target) => target.configuration ?? []));
    for (const { profile } of this.#configurations.keepOnly(used))
      this.#options.problems.report(profileKey(profile), []);
  }

  async #compile(): Promise<void> {
    const reasons = [...this.#reasons];
    const stale = this.#configurations.all().filter((configuration) => configuration.stale);
    this.#pace.begins();
    for (const configuration of stale) {
      const start = this.#now();
      const failure = await failureOf(configuration.compile());
      if (this.#stopped) return;
      this.#report(configuration, reasons, this.#now() - start, failure);
    }
    if (stale.length === 0) return;
    this.#tellFindings();
    this.#pace.ended(this.#now());
    for (const kind of this.#options.onDemand) {
      const keys = this.#configurations.all().flatMap((configuration) => [...configuration.wanted(kind)]);
      this.#options.want(kind, new Set(keys));
    }
  }

  #report(configuration: Configuration, reasons: readonly Reason[], ms: number, failure: string | undefined): void {
    const { problems, observers } = this.#options;
    const { profile, pending, excluded, excludedAnew } = configuration;
    const found = configuration.problems();
    problems.report(profileKey(profile), found);
    const broken = found.filter((problem) => problem.severity === "error").map(({ object }) => JSON.stringify(object));
    const brokenObjects = new Set(broken).size;
    const fallback = excluded.length > 0;
    const leavesOutAnew = fallback && excludedAnew;
    const report = { profile, reasons, ms, brokenObjects, pending, fallback, leavesOutAnew, failure };
    for (const observer of observers) observer.compiled?.(report);
  }

  async #encode(): Promise<void> {
    let changedOne = false;
    for (const configuration of this.#configurations.all()) {
      if (!configuration.unencoded) continue;
      const start = this.#now();
      const before = configuration.payload;
      let changed = false;
      const encoding = configuration.encode().then((differs) => {
        changed = differs;
      });
      const failure = await failureOf(encoding);
      if (this.#stopped) return;
      if (failure !== undefined) {
        this.#report(configuration, [...this.#reasons], this.#now() - start, failure);
        continue;
      }
      changedOne ||= changed && before !== undefined;
      const { payload, profile } = configuration;
      if (payload === undefined) continue;
      for (const observer of this.#options.observers)
        observer.encoded?.({ profile, ms: this.#now() - start, payload, changed });
    }
    this.#confirmation.look(this.#configurations.all());
    this.#pace.encoded(this.#now(), changedOne);
  }

  /** Comes back when the next thing that was put off is due. */
  #setAlarm(): void {
    this.#alarm.set(Math.min(this.#pace.due ?? Infinity, this.#leading ? this.#delivery.due : Infinity));
  }
}

/** Why it failed, with the stack: a bug; undefined when it did not. */
async function failureOf(work: Promise<void>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? messageOf(error)) : String(error);
  }
}
