import { delayAfter, jittered, type RetryPolicy } from "../../base/backoff.ts";
import { type Clock, sleep } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { ApiClient } from "../../kubernetes/client.ts";
import { Reflector } from "../../kubernetes/reflector.ts";
import type { CrdWatch } from "./crd-watch.ts";
import { failureAfter, isForbidden, type KindFailure, type KindState } from "./kind-state.ts";
import { type KindSink, ScopeSink } from "./scope-sink.ts";
import { probedVersion, servedVersion } from "./served-version.ts";
import { apiVersionOf, collectionPath, crdNameOf, type WatchedKind } from "./watched-kind.ts";

/** What all kinds of a cluster share. */
export interface KindContext {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly log: Log;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  /** Those watched; empty means all. */
  readonly namespaces: readonly string[];
  /** How often everything is listed anew, ms; 0 is never. */
  readonly resyncPeriod: number;
}

const RETRY: RetryPolicy = { maxAttempts: 0, initialDelay: 500, maxDelay: 30_000 };

/** Brings the objects of one kind: finds out whether and at which version the cluster has it, and keeps reflectors of it, one for each namespace that is watched. */
export class KindSource {
  readonly watched: WatchedKind;
  readonly #context: KindContext;
  readonly #crds: CrdWatch;
  readonly #changed: () => void;
  /** By namespace; "" is the whole cluster. */
  readonly #scopes: ReadonlyMap<string, ScopeSink>;
  #reflectors: readonly Reflector[] = [];
  #version: string | undefined;
  #served: readonly string[] | undefined;
  #absent = false;
  #failure: KindFailure | undefined;
  /** Once all was listed, a new version's first list does not make the kind incomplete again. */
  #listed = false;
  #abort = new AbortController();
  #work: Promise<void> = Promise.resolve();
  #stopped = false;

  /** `changed` is called whenever `state` may have changed. */
  constructor(watched: WatchedKind, context: KindContext, crds: CrdWatch, sink: KindSink, changed: () => void) {
    this.watched = watched;
    this.#context = context;
    this.#crds = crds;
    this.#changed = changed;
    const namespaces = watched.kind.namespaced && context.namespaces.length > 0 ? context.namespaces : [""];
    this.#scopes = new Map(namespaces.map((namespace) => [namespace, new ScopeSink(sink, context.clock)]));
  }

  get state(): KindState {
    const failure = this.#failure ?? this.#reflectorFailure();
    if (this.#absent) return { phase: "absent" };
    if (this.#served !== undefined) return { phase: "unserved", served: this.#served };
    if (this.#listed && this.#version !== undefined) {
      const objects = [...this.#scopes.values()].reduce((sum, scope) => sum + scope.size, 0);
      return { phase: "watching", version: this.#version, objects, ...(failure === undefined ? {} : { failure }) };
    }
    if (!this.watched.required && isForbidden(failure)) return { phase: "forbidden", failure };
    return failure === undefined ? { phase: "listing" } : { phase: "listing", failure };
  }

  /** Looks what the cluster has; to be called at the start and when the kind's CustomResourceDefinition may have changed. */
  look(): void {
    if (this.#stopped) return;
    this.#abort.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.#work = this.#work.then(() => this.#look(signal));
  }

  /** Lists every namespace anew; resolves when the objects are here. */
  async relist(): Promise<void> {
    await Promise.all(this.#reflectors.map((reflector) => reflector.relist()));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#abort.abort();
    await this.#work;
    await this.#stopReflectors();
  }

  async #look(signal: AbortSignal): Promise<void> {
    const crd = crdNameOf(this.watched.kind);
    if (crd === undefined) await this.#watch(this.watched.versions[0]!);
    else if (this.#crds.has(crd) === true) await this.#discover(signal);
    else if (this.#crds.has(crd) === false) await this.#leave({ absent: true });
    else if (isForbidden(this.#crds.state.failure)) await this.#probe(signal);
    else this.#fail(this.#crds.state.failure);
    this.#changed();
  }

  /** Asks until there is an answer, or until `look` is called again. */
  async #discover(signal: AbortSignal): Promise<void> {
    const { client, clock, random } = this.#context;
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        const answer = await servedVersion(client, this.watched, signal);
        if (signal.aborted) return;
        if (answer.found !== undefined) await this.#watch(answer.found);
        else await this.#leave({ served: answer.served });
        return;
      } catch (error) {
        if (signal.aborted) return;
        this.#fail(failureAfter(this.#failure, error, clock.monotonic()));
        this.#changed();
      }
      await sleep(clock, jittered(delayAfter(RETRY, attempt), random), signal);
    }
  }

  /** Nobody may see the definitions: the kind is watched if the server serves it. Looked again with every attempt to list the definitions, until it is watched. */
  async #probe(signal: AbortSignal): Promise<void> {
    if (this.#version !== undefined) return;
    try {
      const version = await probedVersion(this.#context.client, this.watched, signal);
      if (signal.aborted) return;
      if (version === undefined) await this.#leave({ absent: true });
      else await this.#watch(version);
    } catch (error) {
      if (signal.aborted) return;
      this.#fail(failureAfter(this.#failure, error, this.#context.clock.monotonic()));
    }
  }

  async #watch(version: string): Promise<void> {
    this.#absent = false;
    this.#served = undefined;
    this.#failure = undefined;
    if (this.#version === version) return;
    await this.#stopReflectors();
    if (this.#version !== undefined) for (const scope of this.#scopes.values()) scope.refresh();
    this.#version = version;
    this.#reflectors = [...this.#scopes].map(([namespace, sink]) => this.#reflector(version, namespace, sink));
    for (const reflector of this.#reflectors) reflector.start();
  }

  #reflector(version: string, namespace: string, sink: ScopeSink): Reflector {
    const { kind, content, slim } = this.watched;
    return new Reflector({
      ...this.#context,
      path: collectionPath(kind, version, namespace === "" ? undefined : namespace),
      apiVersion: apiVersionOf(kind, version),
      kind: kind.kind,
      metadataOnly: content === "on-demand",
      slim,
      sink,
      onState: () => this.#onState(),
    });
  }

  /** The kind is not there, or not for us: its objects are gone. */
  async #leave(how: { readonly absent: true } | { readonly served: readonly string[] }): Promise<void> {
    await this.#stopReflectors();
    this.#version = undefined;
    this.#listed = false;
    this.#failure = undefined;
    this.#absent = "absent" in how;
    this.#served = "served" in how ? how.served : undefined;
    for (const scope of this.#scopes.values()) scope.clear();
  }

  #onState(): void {
    if (this.#reflectors.every((reflector) => reflector.state.synced)) this.#listed = true;
    this.#changed();
  }

  #fail(failure: KindFailure | undefined): void {
    this.#failure = failure;
  }

  #reflectorFailure(): KindFailure | undefined {
    return this.#reflectors.map((reflector) => reflector.state.failure).find((failure) => failure !== undefined);
  }

  async #stopReflectors(): Promise<void> {
    const reflectors = this.#reflectors;
    this.#reflectors = [];
    await Promise.all(reflectors.map((reflector) => reflector.stop()));
  }
}
