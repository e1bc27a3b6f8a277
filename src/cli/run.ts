import { randomUUID } from "node:crypto";
import type { ObjectRef } from "../base/problem.ts";
import { GatewayFleet } from "../gateways/gateway-fleet.ts";
import type { LiveGateway } from "../gateways/live-gateway.ts";
import { routerRegexError } from "../kong/schema/regexes.ts";
import { objectKey } from "../resources/kind.ts";
import { admissionIndexes } from "../server/admission/indexes.ts";
import { indexSource, ObjectStore } from "../store/object-store.ts";
import { compilationsOf } from "../sync/compilation.ts";
import { Mode } from "../sync/mode.ts";
import { ModeLog } from "../sync/mode-log.ts";
import { ProblemBoard } from "../sync/problem-board.ts";
import { missingForReadiness } from "../sync/readiness.ts";
import { Sync } from "../sync/sync.ts";
import { syncLog } from "../sync/sync-log.ts";
import { indexes } from "../translate/indexes.ts";
import { reporters } from "../translate/reports/reporters.ts";
import { slicesOfService } from "../translate/service/targets.ts";
import { stripper } from "../translate/strip.ts";
import type { CommandContext, ExitCode, RunCommand } from "./command.ts";
import { type Admission, admission } from "./controller/admission.ts";
import { ClusterAccess } from "./controller/cluster-access.ts";
import { ClusterDuties } from "./controller/cluster-duties.ts";
import { clusterFeed } from "./controller/cluster-feed.ts";
import { type Discovery, discoverGateways } from "./controller/discovery.ts";
import { endOf, within } from "./controller/ending.ts";
import { fileFeed } from "./controller/file-feed.ts";
import { type ObjectFeed, rememberingSink } from "./controller/object-feed.ts";
import { controllerServers } from "./controller/servers.ts";
import { serviceOfUrl } from "./controller/service-of-url.ts";
import { addStaticGateways, checkTimes, sharedDatabase } from "./controller/static-gateways.ts";
import { flagNotices } from "./flags/notices.ts";
import { adminOptions, type DiscoveryOptions } from "./settings/admin.ts";
import { ownPod } from "./settings/cluster.ts";
import { serverOptions } from "./settings/servers.ts";
import { syncOptions } from "./settings/sync.ts";
import { assumedProfile, translateSettings } from "./settings/translation.ts";
import { buildInfo } from "./version.ts";

/** In a cluster what is named may arrive a little later than what names it, ms (design §3). */
const PATIENCE = 2000;
/** The state of the source changes with every list and watch; its problems are looked at this often at most, ms. */
const LOOK_INTERVAL = 250;
/** For a push that is under way when the process is told to end: half of a configuration in a database is worse than a late end, ms. */
const LONGEST_PUSH = 5000;
/** Nothing that ends takes longer, ms. */
const LONGEST_END = 1000;
/** For ending what is written to the cluster, and giving the lead away, ms. */
const LONGEST_RELEASE = 3000;

/** `silverback run`: reads objects, compiles them and keeps every gateway at the result, until it is told to end. */
export const run: RunCommand = async (context) => {
  context.log.info(`Silverback ${buildInfo.release}`);
  for (const notice of flagNotices(context.flags)) context.log.info(notice);
  // Loads the router engine, which takes some 30 ms for its first regular expression: now nobody has to wait for that.
  routerRegexError("^/");
  const controller = new Controller(context);
  try {
    await controller.start();
    return await controller.ended;
  } finally {
    await controller.stop();
  }
};

/** Everything that a controller consists of, wired. */
class Controller {
  /** 0 when it was told to end; rejects when it cannot go on. */
  readonly ended: Promise<ExitCode>;
  readonly #context: CommandContext;
  readonly #store: ObjectStore;
  readonly #fleet = new GatewayFleet();
  readonly #mode: Mode;
  readonly #modeLog: ModeLog;
  readonly #problems: ProblemBoard;
  readonly #feed: ObjectFeed;
  readonly #sync: Sync;
  readonly #servers: ReturnType<typeof controllerServers>;
  readonly #cluster: ClusterAccess;
  /** Undefined when no webhook is wanted. */
  readonly #admission: Admission | undefined;
  /** Undefined when the objects come from files. */
  readonly #duties: ClusterDuties | undefined;
  #discovery: Discovery | undefined;
  /** Gateways whose URL names a Service, by the index entry of its EndpointSlices: when those change, a wait for the gateway ends. */
  readonly #waiting = new Map<string, LiveGateway>();
  #cancelLook: (() => void) | undefined;
  #wereListed = false;
  readonly #listed = Promise.withResolvers<void>();

  constructor(context: CommandContext) {
    this.#context = context;
    const { clock, flags, log } = context;
    const offline = flags.values.manifests !== "";
    const wanted = serverOptions(flags);
    this.#store = new ObjectStore(wanted.admission === undefined ? indexes : [...indexes, ...admissionIndexes]);
    this.#mode = new Mode(this.#fleet, clock);
    this.#modeLog = new ModeLog({ log: log.named("gateways"), clock, fleet: this.#fleet, mode: this.#mode });
    this.#problems = new ProblemBoard({
      clock,
      mayPass: ({ code }) => code.endsWith("-missing"),
      patience: offline ? 0 : PATIENCE,
    });
    this.#cluster = new ClusterAccess({ ...context, userAgent: this.#userAgent() });
    this.#feed = this.#makeFeed(offline);
    const instanceId = randomUUID();
    this.#duties = offline ? undefined : this.#makeDuties(instanceId);
    this.#servers = controllerServers({
      where: wanted,
      missing: () => this.#missing(),
      metrics: { instanceId, fleet: this.#fleet, mode: this.#mode, now: () => clock.now() },
      mayGet: this.#cluster.mayGet(),
      log: log.named("metrics"),
      diagnostics: {
        clock,
        // What stands in may have taken from a Secret what it is given openly now.
        usesSecrets: (origins) =>
          this.#sync.leftOut.standIns.length > 0 || origins.some((origin) => this.#usesSecrets(origin)),
        leftOut: () => this.#sync.leftOut,
        uidOf: (key) => this.#store.byKey(key)?.metadata.uid,
      },
    });
    this.#admission = admission({
      ...context,
      log: log.named("admission"),
      store: this.#store,
      fleet: this.#fleet,
      cluster: offline ? undefined : this.#cluster,
      listed: this.#listed.promise,
    });
    const { interval, maxShrinkPercent, onRejection } = syncOptions(flags);
    this.#sync = new Sync({
      clock,
      fleet: this.#fleet,
      compilations: compilationsOf(
        this.#store,
        translateSettings(flags, offline),
        clock,
        ({ flavor }) => stripper(flavor),
        offline ? [] : reporters,
        onRejection === "backfill",
      ),
      assumed: assumedProfile(flags),
      interval,
      maxShrinkPercent,
      relist: () => this.#feed.relist(),
      retryWithin: checkTimes(flags).interval,
      onRejection: onRejection === "keep-last-good" ? onRejection : "leave-out",
      leading: this.#leading(),
      mayPush: () => this.#leading(),
      problems: this.#problems,
      observers: [
        syncLog(log.named("sync"), this.#problems, (p) => this.#feed.place(p)),
        ...this.#servers.observers,
        ...(this.#duties?.observers ?? []),
      ],
      onDemand: this.#feed.onDemand,
      want: (kind, keys) => this.#feed.want(kind, keys),
    });
    this.#store.listen({
      touched: (source) => {
        this.#sync.touched(source);
        this.#waiting.get(source)?.poke();
      },
    });
    this.ended = endOf(context.signal, this.#fleet, log);
    // It is awaited only once everything has started.
    this.ended.catch(() => undefined);
  }

  /** Health first: whatever is waited for, nobody restarts this process for it. */
  async start(): Promise<void> {
    const { flags, signal, log } = this.#context;
    log.info("Listening", await this.#servers.start());
    await this.#admission?.start();
    const { target } = adminOptions(flags);
    if (target.kind === "urls") this.#connect(target.urls);
    else this.#discovery = this.#discover(target.discovery);
    if (signal.aborted) return;
    log.debug("Started", buildInfo);
    const parts = [this.#startDiscovery(), this.#feed.start(), this.#duties?.start()];
    await Promise.race([Promise.all(parts), this.ended]);
  }

  async stop(): Promise<void> {
    const { clock, flags } = this.#context;
    this.#cancelLook?.();
    const termDelay = flags.values["term-delay"];
    // The lead has to be given back before the process is ended.
    await within(clock, Math.min(LONGEST_PUSH, termDelay > 0 ? termDelay / 2 : Infinity), this.#sync.drain());
    this.#sync.stop();
    await within(clock, LONGEST_RELEASE, this.#duties?.stop());
    this.#fleet.close();
    this.#modeLog.close();
    this.#mode.close();
    this.#problems.close();
    const servers = [this.#servers.close(), this.#admission?.close()];
    const parts = [this.#feed.stop(), this.#discovery?.stop(), this.#cluster.close(), ...servers];
    await within(clock, LONGEST_END, Promise.all(parts));
  }

  /** Whether this replica leads at this very moment. */
  #leading(): boolean {
    return this.#duties?.leadership.leading ?? true;
  }

  #makeDuties(instanceId: string): ClusterDuties {
    return new ClusterDuties({
      ...this.#context,
      access: this.#cluster,
      store: this.#store,
      fleet: this.#fleet,
      mode: this.#mode,
      problems: this.#problems,
      instanceId,
      onLeading: (leading) => this.#sync.setLeading(leading),
    });
  }

  #connect(urls: readonly string[]): void {
    addStaticGateways(this.#fleet, urls, this.#gatewayAccess());
    const own = ownPod(this.#context.environment)?.namespace;
    for (const gateway of this.#fleet.gateways) {
      const service = serviceOfUrl(gateway.url, own);
      if (service !== undefined) this.#waiting.set(indexSource(slicesOfService.name, service), gateway);
    }
  }

  #discover(discovery: DiscoveryOptions): Discovery {
    const { log, random } = this.#context;
    const access = this.#gatewayAccess();
    return discoverGateways({ discovery, fleet: this.#fleet, access, log: log.named("gateways"), random });
  }

  async #startDiscovery(): Promise<void> {
    if (this.#discovery === undefined) return;
    const client = await this.#cluster.client();
    if (!this.#context.signal.aborted) this.#discovery.start(client);
  }

  #makeFeed(offline: boolean): ObjectFeed {
    const { clock, flags, log, random, secrets } = this.#context;
    const common = {
      sink: rememberingSink(this.#store, secrets),
      clock,
      log: log.named("objects"),
      changed: () => this.#lookSoon(),
    };
    return offline
      ? fileFeed({ ...common, path: flags.values.manifests })
      : clusterFeed({ ...common, flags, random, access: this.#cluster });
  }

  /** What the feed says of itself; called often. */
  #lookSoon(): void {
    if (!this.#wereListed && this.#feed.complete) {
      this.#wereListed = true;
      this.#listed.resolve();
      this.#sync.listsComplete();
    }
    this.#cancelLook ??= this.#context.clock.after(LOOK_INTERVAL, () => {
      this.#cancelLook = undefined;
      this.#problems.report("objects", this.#feed.problems());
    });
  }

  #missing(): readonly string[] {
    const missing = missingForReadiness({
      progress: this.#sync.progress,
      missingLists: this.#feed.missing(),
      gateways: this.#fleet.gateways,
      now: this.#context.clock.monotonic(),
    });
    const settled = this.#duties?.leadership.settled ?? true;
    return settled ? missing : [...missing, "waiting to learn which replica leads"];
  }

  /** KIC's, since programs match on it. */
  #userAgent(): string {
    return `kong-ingress-controller/${buildInfo.release}`;
  }

  #gatewayAccess() {
    const { flags, environment, clock, secrets } = this.#context;
    const database = sharedDatabase(flags, clock, () => this.#leading());
    return { flags, environment, clock, secrets, userAgent: this.#userAgent(), database };
  }

  /** A plugin takes something from a Secret by its configFrom or configPatches. */
  #usesSecrets({ kind, namespace, name }: ObjectRef): boolean {
    const object = this.#store.byKey(objectKey(kind, namespace, name));
    return kind === "Secret" || (object !== undefined && ("configFrom" in object || "configPatches" in object));
  }
}
