import { hostname } from "node:os";
import { delayAfter, jittered, type RetryPolicy } from "../../base/backoff.ts";
import { type Clock, sleep } from "../../base/clock.ts";
import { isJsonObject } from "../../base/json.ts";
import type { Log } from "../../base/log.ts";
import type { SecretValues } from "../../base/redact.ts";
import { ApiError, ApiUnreachable, hasStatus } from "../../kubernetes/api-error.ts";
import type { ApiClient } from "../../kubernetes/client.ts";
import { EventRecorder, type EventSubject } from "../../kubernetes/events.ts";
import type { Environment } from "../../kubernetes/proxy.ts";
import { ClusterEvents } from "../../status/cluster-events.ts";
import { ObjectFacts } from "../../status/object-facts.ts";
import { publishProblems } from "../../status/publish-problems.ts";
import { StatusWriter } from "../../status/status-writer.ts";
import type { ObjectStore } from "../../store/object-store.ts";
import type { Fleet } from "../../sync/gateway.ts";
import type { Mode } from "../../sync/mode.ts";
import type { SyncObserver } from "../../sync/observer.ts";
import type { ProblemBoard } from "../../sync/problem-board.ts";
import { allGates } from "../flags/gates.ts";
import type { NamespacedName } from "../flags/names.ts";
import type { ParsedFlags } from "../flags/parse.ts";
import { electsLeader, leaderElectionOptions, ownPod } from "../settings/cluster.ts";
import { type AddressSource, missingAddresses, statusOptions } from "../settings/status.ts";
import { translateSettings } from "../settings/translation.ts";
import type { ClusterAccess } from "./cluster-access.ts";
import { Leadership } from "./leadership.ts";

export interface ClusterDutiesOptions {
  readonly access: ClusterAccess;
  readonly flags: ParsedFlags;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly secrets: SecretValues;
  readonly store: ObjectStore;
  readonly fleet: Fleet;
  readonly mode: Mode;
  readonly problems: ProblemBoard;
  readonly instanceId: string;
  /** Called when this replica begins and when it ceases to lead. */
  readonly onLeading: (leading: boolean) => void;
}

/** A gateway that is not there at once is no news: that it still is not after this, is. In ms. */
const ANNOUNCE_AFTER = 5_000;
/** For our own Pod, until the API server answers. */
const POD_RETRY: RetryPolicy = { maxAttempts: 0, initialDelay: 500, maxDelay: 30_000 };
const POD_REFUSALS = 4;

/** What a controller does in a cluster beside reading objects: electing a leader, writing statuses and events. */
export class ClusterDuties {
  readonly leadership: Leadership;
  readonly observers: readonly SyncObserver[];
  readonly #options: ClusterDutiesOptions;
  readonly #late = new LateClient();
  readonly #recorder: EventRecorder | undefined;
  readonly #events: ClusterEvents | undefined;
  readonly #writer: StatusWriter | undefined;
  readonly #pod: { subject: EventSubject } | undefined;
  readonly #stopping = new AbortController();
  #cancelAnnounce: (() => void) | undefined;

  constructor(options: ClusterDutiesOptions) {
    this.#options = options;
    const { clock, flags, log, random, store, problems, mode } = options;
    const { writesStatus, writesEvents } = statusOptions(flags);
    this.leadership = new Leadership({
      clock,
      random,
      log: log.named("leader-election"),
      fleet: options.fleet,
      identity: `${hostname()}_${options.instanceId}`,
      elects: (dbless) => electsLeader(flags, dbless),
      onChange: (leading) => this.#lead(leading),
    });
    this.#pod = podSubject(ownPod(options.environment));
    if (writesEvents) {
      this.#recorder = new EventRecorder({
        client: this.#late,
        clock,
        log: log.named("events"),
        component: "kong-client",
        annotations: { "konghq.com/instance-id": options.instanceId },
      });
      this.#events = this.#clusterEvents(this.#recorder);
      problems.listen((change) => this.#events?.problemsChanged(change));
      mode.listen((name) => this.#events?.modeChanged(name));
    }
    if (writesStatus) {
      const writer = this.#statusWriter();
      this.#writer = writer;
      problems.listen((change) => writer.problemsChanged(change));
      store.listen({ touched: () => undefined, object: (key, object) => writer.objectChanged(key, object) });
    }
    this.observers = [this.#writer, this.#events, { compiled: () => this.#checkPublished() }].filter(
      (observer) => observer !== undefined,
    );
  }

  /** Begins to do its duties; rejects when the flags do not say how to reach the API server. */
  async start(): Promise<void> {
    const { access, clock, flags, log, mode } = this.#options;
    const missing = missingAddresses(statusOptions(flags));
    if (missing !== undefined) log.info(missing);
    const client = await access.client();
    this.#late.become(client);
    const { id, namespace } = leaderElectionOptions(flags);
    const lease = { namespace: namespace ?? this.#ownNamespace(await access.namespace()), name: id };
    this.leadership.start({ client: await access.electionClient(), lease });
    if (this.leadership.leading) this.#lead(true);
    void this.#learnPod(client);
    this.#cancelAnnounce = clock.after(ANNOUNCE_AFTER, () => {
      if (mode.name === "degraded") this.#events?.modeChanged("degraded");
    });
  }

  /** Ends what is written, then gives the lead away, so that a successor begins at once. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#cancelAnnounce?.();
    await Promise.all([this.#writer?.stop(), this.#recorder?.stop()]);
    await this.leadership.stop();
  }

  #lead(leading: boolean): void {
    this.#options.onLeading(leading);
    this.#events?.setLeading(leading);
    this.#writer?.setLeading(leading);
  }

  /** Says so when addresses cannot be had. */
  #checkPublished(): void {
    const { flags, store, problems } = this.#options;
    const { writesStatus, addresses, udpAddresses } = statusOptions(flags);
    if (writesStatus) problems.report("published", publishProblems(store, [addresses, udpAddresses].map(sourceOf)));
  }

  #ownNamespace(ofAccess: string | undefined): string {
    return ownPod(this.#options.environment)?.namespace ?? ofAccess ?? "default";
  }

  #clusterEvents(recorder: EventRecorder): ClusterEvents {
    const { store, problems, secrets } = this.#options;
    const pod = this.#pod;
    return new ClusterEvents({
      recorder,
      store,
      problems,
      get pod() {
        return pod?.subject;
      },
      redact: (text) => secrets.redact(text),
    });
  }

  #statusWriter(): StatusWriter {
    const { clock, flags, log, store, problems } = this.#options;
    const { addresses, udpAddresses } = statusOptions(flags);
    const { controllerName, gatewayToReconcile } = translateSettings(flags, false);
    const facts = new ObjectFacts({
      store,
      settings: {
        controllerName,
        licenseController: `konghq.com/kong-ingress-controller/${leaderElectionOptions(flags).id}`,
        gatewayToReconcile,
      },
      addresses: sourceOf(addresses),
      udpAddresses: sourceOf(udpAddresses),
      doubts: () => problems.doubts,
    });
    const gatewayAlpha = allGates(flags.values["feature-gates"]).GatewayAlpha;
    return new StatusWriter({ client: this.#late, clock, log: log.named("status"), store, facts, gatewayAlpha });
  }

  /** Without its uid `kubectl describe` does not show a Pod's events. Nothing waits for it: the API server may be away, and whether we may read it is not certain. */
  async #learnPod(client: ApiClient): Promise<void> {
    if (this.#pod === undefined) return;
    const { clock, random } = this.#options;
    const { signal } = this.#stopping;
    const { namespace, name } = this.#pod.subject;
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        const { value } = await client.request({ path, signal });
        const metadata = isJsonObject(value) ? value["metadata"] : undefined;
        const uid = isJsonObject(metadata) ? metadata["uid"] : undefined;
        if (typeof uid === "string") this.#pod.subject = { ...this.#pod.subject, uid };
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof ApiError || error instanceof ApiUnreachable)) throw error;
        // A server that just started refuses everything for a moment.
        if (hasStatus(error, 404) || (hasStatus(error, 403) && attempt >= POD_REFUSALS)) return;
      }
      await sleep(clock, jittered(delayAfter(POD_RETRY, attempt), random), signal);
    }
  }
}

/** A client that is there later: nothing is asked of it before. */
class LateClient implements Pick<ApiClient, "request"> {
  #client: ApiClient | undefined;

  become(client: ApiClient): void {
    this.#client = client;
  }

  async request(...args: Parameters<ApiClient["request"]>): ReturnType<ApiClient["request"]> {
    if (this.#client === undefined) throw new Error("there is no client for the API server yet");
    return this.#client.request(...args);
  }
}

function podSubject(pod: NamespacedName | undefined): { subject: EventSubject } | undefined {
  return pod === undefined ? undefined : { subject: { apiVersion: "v1", kind: "Pod", ...pod } };
}

function sourceOf({ fixed, service }: AddressSource) {
  return { fixed, service: service === undefined ? undefined : `${service.namespace}/${service.name}` };
}
