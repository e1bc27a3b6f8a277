import { delayAfter, jittered, type RetryPolicy } from "../base/backoff.ts";
import { sleep } from "../base/clock.ts";
import { ApiError, ApiUnreachable, hasStatus, isExpired, isTooLargeVersion } from "./api-error.ts";
import type { ApiObject } from "./api-object.ts";
import { type ListResult, listAll, listPage } from "./paged-list.ts";
import type { ReflectorOptions, ReflectorState } from "./reflector-options.ts";
import { isOlder } from "./resource-version.ts";
import { metadataOnly, type ReceivedObject, trimmed } from "./trim.ts";
import { type WatchEvent, WatchGarbled, watch } from "./watch-stream.ts";

const RETRY: RetryPolicy = { maxAttempts: 0, initialDelay: 500, maxDelay: 30_000 };
/** A wait is never cut shorter than this, ms. */
const MIN_WAIT = 100;
/** Servers send a bookmark about every minute. */
const IDLE_LIMIT = 150_000;
/** A watch is to last 5 to 10 minutes (s). */
const WATCH_SECONDS = 300;
/** A watch that was open for this long, ms, ends a row of failures: connections that are cut every few seconds hold changes up for no longer than the shortest wait. */
const STEADY = 1_000;
/** So soon after a list, ms, its version cannot have grown too old. */
const FRESH = 10_000;
/** A server that was away for longer than this, ms, may have been set back and have moved on since, which no version tells: a new list is worth its price. */
const LONG_AWAY = 60_000;
/** So many watches in a row that the server broke off before any event: the version may be what it stumbles over. */
const FRUITLESS_LIMIT = 3;

const LIST_METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
const WATCH_METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

/**
 * Keeps a sink equal to a collection of the API server: a list, then watches from where the list ended ("Efficient detection of changes" in Kubernetes' API concepts).
 * It never gives up. Until it is stopped, each fault ends in another attempt, and the sink keeps what it has meanwhile.
 */
export class Reflector {
  readonly #options: ReflectorOptions;
  readonly #abort = new AbortController();
  #running: Promise<void> | undefined;
  #state: ReflectorState = { synced: false };
  /** The server's state that the sink shows. */
  #version: string | undefined;
  #listedAt = 0;
  /** The sink may lack something that no watch will tell. */
  #relist = true;
  /** The server was away: it may have come back older than it was (restored, or another one behind a load balancer). */
  #doubt = false;
  #attempts = 0;
  #fruitless = 0;
  #wake: (() => void) | undefined;
  /** Whoever waits for a new list. */
  #asked: (() => void)[] = [];
  #watching = new AbortController();
  /** What stays of an object that arrives. */
  readonly #keep: (object: ReceivedObject) => ApiObject;

  constructor(options: ReflectorOptions) {
    this.#options = options;
    const { apiVersion, kind } = options;
    const { slim = (object: ApiObject) => object } = options;
    this.#keep =
      options.metadataOnly === true
        ? (object) => metadataOnly(object, apiVersion, kind)
        : (object) => slim(trimmed(object, apiVersion, kind));
  }

  get state(): ReflectorState {
    return this.#state;
  }

  start(): void {
    this.#running ??= this.#run(this.#abort.signal);
  }

  /** Takes a list anew, as soon as the server gives one; resolves when the sink has it, or at the end. */
  relist(): Promise<void> {
    if (this.#abort.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#asked.push(resolve);
      this.#relist = true;
      this.#watching.abort();
    });
  }

  /** Resolves when nothing more will reach the sink. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
    for (const answer of this.#asked.splice(0)) answer();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const forget = this.#options.client.onReachable(() => this.#wake?.());
    while (!signal.aborted) {
      try {
        const since = this.#state.failure?.since ?? Number.POSITIVE_INFINITY;
        if (this.#options.clock.monotonic() - since > LONG_AWAY) this.#relist = true;
        if (this.#doubt && !this.#relist) await this.#verify(signal);
        if (this.#relist) await this.#list(signal);
        await this.#watch(signal);
      } catch (error) {
        if (!signal.aborted) await this.#wait(error, signal);
      }
    }
    forget();
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { client, sink } = this.#options;
    // Who asks from here on means a later list than this one.
    const asked = this.#asked.length;
    const result = (await this.#listNotOlder(signal)) ?? (await listAll(client, this.#query(signal), this.#keep));
    if (this.#version !== undefined && isOlder(result.resourceVersion, this.#version))
      this.#options.log.info(
        "The API server went back in time, as after a restore; its objects are taken as they are now",
        {
          path: this.#options.path,
        },
      );
    if (signal.aborted) return;
    await sink.replace(result.items);
    this.#version = result.resourceVersion;
    this.#listedAt = this.#options.clock.monotonic();
    for (const answer of this.#asked.splice(0, asked)) answer();
    this.#relist = this.#asked.length > 0;
    this.#doubt = false;
    this.#fruitless = 0;
    this.#healthy(true);
  }

  /** A list that is no older than what the sink has, from whatever part of the server is quickest; undefined when the server cannot give one, and the newest must be asked for. */
  async #listNotOlder(signal: AbortSignal): Promise<ListResult<ApiObject> | undefined> {
    const version = this.#version;
    if (version === undefined) return undefined;
    const query = { ...this.#query(signal), notOlderThan: version };
    const result = await listAll(this.#options.client, query, this.#keep).catch(unlessVersionUnavailable);
    return result !== undefined && isOlder(result.resourceVersion, version) ? undefined : result;
  }

  /** Asks whether the server has reached the sink's version; watching from a version that is still to come would show nothing. */
  async #verify(signal: AbortSignal): Promise<void> {
    const query = { ...this.#query(signal), notOlderThan: this.#version };
    const page = await listPage(this.#options.client, query, 1).catch(unlessVersionUnavailable);
    if (page === undefined || isOlder(page.resourceVersion, this.#version!)) this.#relist = true;
    this.#doubt = false;
  }

  async #watch(ended: AbortSignal): Promise<void> {
    if (this.#relist) return;
    const { client, clock, random, path } = this.#options;
    this.#watching = new AbortController();
    const signal = AbortSignal.any([ended, this.#watching.signal]);
    const start = clock.monotonic();
    let events = 0;
    const options = {
      ...this.#query(signal),
      accept: this.#options.metadataOnly === true ? WATCH_METADATA : undefined,
      resourceVersion: this.#version!,
      timeoutSeconds: Math.floor(WATCH_SECONDS * (1 + random())),
      idleLimit: IDLE_LIMIT,
    };
    let opened: number | undefined;
    const listener = {
      opened: () => {
        opened = clock.monotonic();
        this.#healthy(true);
      },
      event: (event: WatchEvent) => {
        events += 1;
        this.#attempts = 0;
        this.#fruitless = 0;
        this.#take(event);
      },
    };
    try {
      await watch(client, clock, options, listener);
      if (this.#watching.signal.aborted) return;
      if (events === 0 && clock.monotonic() - start < 1000)
        throw new ApiUnreachable(`watch of ${path}`, new Error("the server ended it at once"));
    } catch (error) {
      if (this.#watching.signal.aborted) return;
      this.#fruitless += 1;
      if (this.#needsList(error)) this.#relist = true;
      this.#doubt = true;
      // Histories end: after a while that is no fault, and the list can follow at once.
      if (isExpired(error) && clock.monotonic() - this.#listedAt > FRESH) return;
      throw error;
    } finally {
      if (opened !== undefined && clock.monotonic() - opened >= STEADY) this.#attempts = 0;
    }
    const { resyncPeriod = 0 } = this.#options;
    if (resyncPeriod > 0 && clock.monotonic() - this.#listedAt >= resyncPeriod) this.#relist = true;
  }

  #needsList(error: unknown): boolean {
    if (error instanceof WatchGarbled || isExpired(error) || isTooLargeVersion(error)) return true;
    // The kind was taken away; if it comes back, it may be without its past.
    if (hasStatus(error, 404)) return true;
    const refusedForNow = [401, 403, 429].some((status) => hasStatus(error, status));
    return error instanceof ApiError && !refusedForNow && this.#fruitless >= FRUITLESS_LIMIT;
  }

  #take(event: WatchEvent): void {
    const { sink, path } = this.#options;
    const older = isOlder(event.resourceVersion, this.#version!);
    // A deletion may carry the version that its object had last.
    if (older && event.type !== "DELETED") throw new WatchGarbled(path, "an event is older than what came before it");
    if (event.type !== "BOOKMARK") {
      const kept = this.#keep(event.object);
      if (event.type === "DELETED") sink.remove(kept);
      else sink.upsert(kept);
    }
    if (!older) this.#version = event.resourceVersion;
  }

  async #wait(error: unknown, signal: AbortSignal): Promise<void> {
    const { clock, log, random, path } = this.#options;
    this.#attempts += 1;
    const backOff = jittered(delayAfter(RETRY, this.#attempts), random);
    const asked = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
    const delay = Math.max(backOff, asked);
    const message = error instanceof Error ? error.message : String(error);
    const status = error instanceof ApiError ? error.status : undefined;
    const before = this.#state.failure;
    const since = before?.since ?? clock.monotonic();
    const alike = before !== undefined && before.status === status ? before.alike + 1 : 1;
    const nextTry = clock.monotonic() + delay;
    this.#setState({
      synced: this.#state.synced,
      failure: { since, attempts: this.#attempts, message, status, alike, nextTry },
    });
    log.debug(`${message}; trying again`, { path, in: Math.round(delay) });
    const start = clock.monotonic();
    await this.#sleep(delay, error instanceof ApiUnreachable, signal);
    const rest = MIN_WAIT - (clock.monotonic() - start);
    if (rest > 0) await sleep(clock, rest, signal);
  }

  /** Sleeps; `wakeable`: not longer than until the server answers somebody else. */
  async #sleep(ms: number, wakeable: boolean, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    if (wakeable) this.#wake = () => woken.abort();
    await sleep(this.#options.clock, ms, AbortSignal.any([signal, woken.signal]));
    this.#wake = undefined;
  }

  #healthy(synced: boolean): void {
    if (this.#state.failure !== undefined || this.#state.synced !== synced) this.#setState({ synced });
  }

  #setState(state: ReflectorState): void {
    this.#state = state;
    this.#options.onState?.(state);
  }

  #query(signal: AbortSignal) {
    const { path, labelSelector, fieldSelector } = this.#options;
    return {
      path,
      labelSelector,
      fieldSelector,
      signal,
      accept: this.#options.metadataOnly === true ? LIST_METADATA : undefined,
    };
  }
}

/** For a request that names a version: undefined when the server does not have it, or no longer. */
function unlessVersionUnavailable(error: unknown): undefined {
  if (isExpired(error) || isTooLargeVersion(error)) return undefined;
  throw error;
}
