import { delayAfter, jittered, type RetryPolicy } from "../../base/backoff.ts";
import { sleep } from "../../base/clock.ts";
import { Slices } from "../../base/slices.ts";
import { type ApiObject, nameKey } from "../../kubernetes/api-object.ts";
import { listPages } from "../../kubernetes/paged-list.ts";
import { isOlder } from "../../kubernetes/resource-version.ts";
import { type ReceivedObject, trimmed } from "../../kubernetes/trim.ts";
import type { ObjectSink } from "../sink.ts";
import { BULK_FROM, type BulkSelector, chooseBulk } from "./content-plan.ts";
import type { KindContext } from "./kind-source.ts";
import { failureAfter, type KindFailure } from "./kind-state.ts";
import type { KindSink } from "./scope-sink.ts";
import { apiVersionOf, collectionPath, type WatchedKind } from "./watched-kind.ts";

interface Entry {
  metadata: ApiObject;
  /** The resourceVersion of the content that the sink has. */
  loaded: string | undefined;
}

const RETRY: RetryPolicy = { maxAttempts: 0, initialDelay: 500, maxDelay: 30_000 };
/** Lists for single objects that are under way at once. */
const AT_ONCE = 8;

/**
 * For a kind whose metadata is watched: reads the content of the objects that are wanted, and again when it changed. By lists, never by get: Kong's chart lets KIC list and watch
 * Secrets only. What is read keeps its last content until newer one is here.
 */
export class ContentLoader implements KindSink {
  readonly #watched: WatchedKind;
  readonly #context: KindContext;
  readonly #sink: ObjectSink;
  readonly #selectors: readonly BulkSelector[];
  readonly #changed: () => void;
  readonly #entries = new Map<string, Entry>();
  readonly #abort = new AbortController();
  #wanted: ReadonlySet<string> = new Set();
  readonly #reach = new Map<BulkSelector, number>();
  /** Names of what may have to be read; looked at again before it is. */
  readonly #due = new Set<string>();
  #running: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  #attempts = 0;
  #failure: KindFailure | undefined;

  /** `changed` is called when `failure` changes. */
  constructor(
    watched: WatchedKind,
    context: KindContext,
    sink: ObjectSink,
    selectors: readonly BulkSelector[],
    changed: () => void,
  ) {
    this.#watched = watched;
    this.#context = context;
    this.#sink = sink;
    this.#selectors = selectors;
    this.#changed = changed;
  }

  /** Why wanted content is not here at the moment. */
  get failure(): KindFailure | undefined {
    return this.#failure;
  }

  /** How many objects are wanted whose newest content is not here. */
  get pending(): number {
    let count = 0;
    for (const key of this.#wanted) if (this.#needs(key)) count += 1;
    return count;
  }

  /** The object exists, as this metadata says. */
  set(metadata: ApiObject): void {
    const key = nameKey(metadata.metadata);
    const entry = this.#entries.get(key);
    if (entry === undefined) this.#entries.set(key, { metadata, loaded: undefined });
    else entry.metadata = metadata;
    if (entry?.loaded === undefined) this.#sink.setUnloaded(metadata);
    this.#request(key);
  }

  delete(namespace: string | undefined, name: string): void {
    this.#entries.delete(nameKey({ name, ...(namespace === undefined ? {} : { namespace }) }));
    this.#sink.delete(this.#watched.kind.kind, namespace ?? "", name);
  }

  /** From now on these objects are read, by `namespace/name`, and no others: the content of those is let go. */
  want(keys: ReadonlySet<string>): void {
    const before = this.#wanted;
    this.#wanted = keys;
    for (const key of before) if (!keys.has(key)) this.#unload(key);
    for (const key of keys) this.#request(key);
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  #unload(key: string): void {
    const entry = this.#entries.get(key);
    if (entry?.loaded === undefined) return;
    entry.loaded = undefined;
    const { namespace = "", name } = entry.metadata.metadata;
    // A sink keeps content that it has, so it is taken away first; nobody reads the object.
    this.#sink.delete(this.#watched.kind.kind, namespace, name);
    this.#sink.setUnloaded(entry.metadata);
  }

  #needs(key: string): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined || !this.#wanted.has(key)) return false;
    const { resourceVersion = "" } = entry.metadata.metadata;
    // Content can be newer than what the watch has told so far.
    return entry.loaded === undefined || (entry.loaded !== resourceVersion && !isOlder(resourceVersion, entry.loaded));
  }

  #request(key: string): void {
    if (!this.#needs(key)) return;
    if (!this.#due.has(key)) this.#wake?.();
    this.#due.add(key);
    this.#start();
  }

  #start(): void {
    this.#running ??= this.#run(this.#abort.signal).finally(() => {
      this.#running = undefined;
      // Something may have become due while it was ending.
      if (this.#due.size > 0 && !this.#abort.signal.aborted) this.#start();
    });
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { random } = this.#context;
    // What comes in one go is read together.
    await new Promise((resolve) => setImmediate(resolve));
    while (!signal.aborted && this.#due.size > 0) {
      const failure = await this.#round(signal);
      if (signal.aborted) return;
      if (failure === undefined) {
        this.#attempts = 0;
        this.#setFailure(undefined);
        continue;
      }
      this.#attempts += 1;
      this.#setFailure(failure);
      await this.#sleep(jittered(delayAfter(RETRY, this.#attempts), random), signal);
    }
  }

  /** Not longer than until something else is wanted: what fails delays nothing else. */
  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    await sleep(this.#context.clock, ms, AbortSignal.any([signal, woken.signal]));
    this.#wake = undefined;
  }

  /** Reads what is due. What could not be read stays due, and the failure says why. */
  async #round(signal: AbortSignal): Promise<KindFailure | undefined> {
    try {
      if (this.#settleDue().length >= BULK_FROM) await this.#readInBulk(signal);
      await this.#readSingly(this.#settleDue(), signal);
      if (this.#settleDue().length === 0) return undefined;
      return this.#failed(new Error("the API server lists objects older than its watch has shown, or not at all"));
    } catch (error) {
      return this.#failed(error);
    }
  }

  #failed(error: unknown): KindFailure {
    const { clock } = this.#context;
    return { ...failureAfter(this.#failure, error, clock.monotonic()), attempts: this.#attempts + 1 };
  }

  /** What is really due, by name. */
  #settleDue(): readonly string[] {
    for (const key of [...this.#due]) if (!this.#needs(key)) this.#due.delete(key);
    return [...this.#due];
  }

  async #readInBulk(signal: AbortSignal): Promise<void> {
    const objects = [...this.#entries].map(([key, { metadata }]) => ({
      labels: metadata.metadata.labels,
      needed: this.#due.has(key),
    }));
    for (const selector of chooseBulk(this.#selectors, objects, this.#reach)) {
      let seen = 0;
      for (const namespace of this.#scopes()) {
        seen += await this.#list(namespace, { labelSelector: selector.label, fieldSelector: selector.field }, signal);
      }
      this.#reach.set(selector, seen);
    }
  }

  /** The namespaces to list: all at once where all are watched, else those in which something is due. */
  #scopes(): readonly (string | undefined)[] {
    if (this.#context.namespaces.length === 0) return [undefined];
    return this.#context.namespaces.filter((namespace) =>
      [...this.#due].some((key) => key.startsWith(`${namespace}/`)),
    );
  }

  async #readSingly(keys: readonly string[], signal: AbortSignal): Promise<void> {
    const queue = [...keys];
    const worker = async () => {
      for (let key = queue.pop(); key !== undefined && !signal.aborted; key = queue.pop()) {
        const { namespace, name } = this.#entries.get(key)?.metadata.metadata ?? {};
        if (name !== undefined && this.#needs(key))
          await this.#list(namespace, { fieldSelector: `metadata.name=${name}` }, signal);
      }
    };
    const results = await Promise.allSettled(Array.from({ length: Math.min(AT_ONCE, queue.length) }, worker));
    for (const result of results) if (result.status === "rejected") throw result.reason;
  }

  /** Returns how many objects there were. */
  async #list(
    namespace: string | undefined,
    selector: { readonly labelSelector?: string | undefined; readonly fieldSelector?: string | undefined },
    signal: AbortSignal,
  ): Promise<number> {
    const { client, clock } = this.#context;
    const { kind } = this.#watched;
    const path = collectionPath(kind, this.#watched.versions[0]!, namespace);
    const slices = new Slices(clock);
    let seen = 0;
    for await (const page of listPages(client, { path, ...selector, signal })) {
      seen += page.items.length;
      for (const item of page.items) {
        this.#take(item);
        if (slices.due) await slices.pause();
      }
    }
    return seen;
  }

  #take(item: ReceivedObject): void {
    const key = nameKey(item.metadata);
    const entry = this.#entries.get(key);
    const version = item.metadata.resourceVersion ?? "";
    if (entry === undefined || !this.#wanted.has(key)) return;
    if (entry.loaded !== undefined && !isOlder(entry.loaded, version)) return;
    if (isOlder(version, entry.metadata.metadata.resourceVersion ?? "")) return;
    entry.loaded = version;
    const { kind, versions } = this.#watched;
    this.#sink.set(trimmed(item, apiVersionOf(kind, versions[0]!), kind.kind));
  }

  #setFailure(failure: KindFailure | undefined): void {
    if (this.#failure === undefined && failure === undefined) return;
    this.#failure = failure;
    this.#changed();
  }
}
