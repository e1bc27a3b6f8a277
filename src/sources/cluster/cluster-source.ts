import type { Problem } from "../../base/problem.ts";
import type { ObjectSink } from "../sink.ts";
import { crdProblem, kindProblems } from "./cluster-problems.ts";
import { ContentLoader } from "./content-loader.ts";
import type { BulkSelector } from "./content-plan.ts";
import { CrdWatch } from "./crd-watch.ts";
import { type KindContext, KindSource } from "./kind-source.ts";
import { failureOf, isComplete, isForbidden, type KindFailure, type KindState } from "./kind-state.ts";
import { OutageLog } from "./outage-log.ts";
import type { KindSink } from "./scope-sink.ts";
import { crdNameOf, type WatchedKind } from "./watched-kind.ts";

export interface ClusterSourceOptions extends KindContext {
  readonly kinds: readonly WatchedKind[];
  readonly sink: ObjectSink;
  /** By the name of an on-demand kind: what finds many of its wanted objects at once. */
  readonly bulk?: Readonly<Record<string, readonly BulkSelector[]>>;
  /** Called when `complete`, `states`, `missing` or `problems` may have changed; often, so it must be cheap. */
  readonly onChange?: () => void;
}

/** What is not here yet, for people. */
export interface MissingKind {
  readonly kind: string;
  readonly reason: string;
}

/** Objects from a Kubernetes API server: everything of the given kinds, kept up for ever. */
export class ClusterSource {
  readonly #options: ClusterSourceOptions;
  readonly #crds: CrdWatch;
  readonly #kinds: readonly KindSource[];
  readonly #loaders = new Map<string, ContentLoader>();
  readonly #outage: OutageLog;
  #complete = false;
  #stopped = false;

  constructor(options: ClusterSourceOptions) {
    this.#options = options;
    this.#crds = new CrdWatch(options, {
      listed: () => this.#look(() => true),
      changed: (name) => this.#look((kind) => crdNameOf(kind.watched.kind) === name),
      state: () => this.#crdState(),
    });
    this.#kinds = options.kinds.map(
      (watched) => new KindSource(watched, options, this.#crds, this.#sinkOf(watched), () => this.#changed()),
    );
    this.#outage = new OutageLog(options.log, options.clock, () => this.#failing());
  }

  start(): void {
    for (const kind of this.#kinds) if (crdNameOf(kind.watched.kind) === undefined) kind.look();
    if (this.#kinds.some((kind) => crdNameOf(kind.watched.kind) !== undefined)) this.#crds.start();
  }

  /** Resolves when nothing more reaches the sink. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#outage.stop();
    const parts = [this.#crds, ...this.#kinds, ...this.#loaders.values()];
    await Promise.all(parts.map((part) => part.stop()));
  }

  /** Lists every kind anew; resolves when all of them are here, which may be long. */
  async relist(): Promise<void> {
    await Promise.all(this.#kinds.map((kind) => kind.relist()));
  }

  /** All first lists are here. It stays true: what fails later leaves the objects as they were. */
  get complete(): boolean {
    return this.#complete;
  }

  /** What the first lists lack. */
  missing(): readonly MissingKind[] {
    return this.#kinds
      .map((kind) => ({ kind: kind.watched.kind.kind, state: kind.state }))
      .filter(({ state }) => !isComplete(state))
      .map(({ kind, state }) => ({ kind, reason: failureOf(state)?.message ?? "its first list is not complete" }));
  }

  /** How it stands with each kind. */
  states(): ReadonlyMap<string, KindState> {
    return new Map(this.#kinds.map((kind) => [kind.watched.kind.kind, kind.state]));
  }

  /** What people can mend: permissions that are missing, kinds installed in versions that are not read. */
  problems(): readonly Problem[] {
    const { failure } = this.#crds.state;
    return [
      ...(isForbidden(failure) ? [crdProblem(failure)] : []),
      ...this.#kinds.flatMap((kind) => kindProblems(kind.watched, kind.state, this.#options.namespaces)),
    ];
  }

  /** Says which objects of an on-demand kind are read now, by their object keys (`Secret/shop/tls`); the content of all others is let go. */
  want(kind: string, keys: Iterable<string>): void {
    const names = new Set<string>();
    for (const key of keys) {
      const [of, namespace, name] = key.split("/");
      if (of === kind && name !== undefined) names.add(namespace === "" ? name : `${namespace}/${name}`);
    }
    this.#loaders.get(kind)?.want(names);
  }

  /** How many wanted objects have no content yet, and why, by kind. */
  unloaded(): ReadonlyMap<string, { readonly count: number; readonly failure: KindFailure | undefined }> {
    return new Map([...this.#loaders].map(([kind, { pending, failure }]) => [kind, { count: pending, failure }]));
  }

  #sinkOf(watched: WatchedKind): KindSink {
    const { sink, bulk = {} } = this.#options;
    const { kind } = watched.kind;
    if (watched.content === "full")
      return {
        set: (object) => sink.set(object),
        delete: (namespace, name) => sink.delete(kind, namespace ?? "", name),
      };
    const loader = new ContentLoader(watched, this.#options, sink, bulk[kind] ?? [], () => this.#changed());
    this.#loaders.set(kind, loader);
    return loader;
  }

  #look(which: (kind: KindSource) => boolean): void {
    for (const kind of this.#kinds) if (crdNameOf(kind.watched.kind) !== undefined && which(kind)) kind.look();
  }

  /** Until the definitions are listed, the kinds they define share their failure. */
  #crdState(): void {
    if (!this.#crds.state.synced) this.#look(() => true);
    else this.#changed();
  }

  #changed(): void {
    if (this.#stopped) return;
    this.#complete ||= this.#kinds.every((kind) => isComplete(kind.state));
    this.#outage.changed();
    this.#options.onChange?.();
  }

  #failing(): ReadonlyMap<string, KindFailure> {
    const failing = new Map<string, KindFailure>();
    const definitions = this.#crds.state.failure;
    if (definitions !== undefined && !isForbidden(definitions)) failing.set("CustomResourceDefinition", definitions);
    for (const { watched, state } of this.#kinds) {
      const failure = state.phase === "forbidden" ? undefined : failureOf(state);
      if (failure !== undefined) failing.set(watched.kind.kind, failure);
    }
    for (const [kind, { failure }] of this.#loaders) if (failure !== undefined) failing.set(kind, failure);
    return failing;
  }
}
