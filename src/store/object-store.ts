import { deepEqual } from "../base/equal.ts";
import { compareStrings } from "../base/problem.ts";
import { type Kind, type KubernetesObject, keyOf, type ObjectKey, objectKey } from "../resources/kind.ts";
import type { ObjectSink } from "../sources/sink.ts";
import { each, type Few, withOne, withoutOne } from "./few.ts";

/** Finds the objects of one kind by something in them. */
export interface Index<T extends KubernetesObject = KubernetesObject> {
  readonly name: string;
  readonly kind: Kind<T>;
  /** The entries an object stands under; must not throw whatever the object holds. */
  keys(object: T): readonly string[];
}

export interface StoreListener {
  /** A source changed: an object's key, or an index entry (`indexSource`). */
  touched(source: string): void;
  /** An object that was as given, or was not there, has changed in what a compiler reads. Not called when only its metadata was there. */
  changed?(key: ObjectKey, old: KubernetesObject | undefined): void;
  /** An object came, went or changed; also for changes that no compiler reads (status). */
  object?(key: ObjectKey, now: KubernetesObject | undefined): void;
}

/** What is read of the objects in a store. */
export interface ObjectReads {
  byKey(key: ObjectKey): KubernetesObject | undefined;
  /** Only its metadata is there. */
  isUnloaded(key: ObjectKey): boolean;
  /** The objects under one entry of an index, ordered by namespace and name. */
  find<T extends KubernetesObject>(index: Index<T>, key: string): readonly T[];
}

/** The name under which an index entry is read in the graph. */
export function indexSource(index: string, key: string): string {
  return `#${index}/${key}`;
}

/** Whether what is read in the graph is an index entry, and no object. */
export function isIndexSource(source: string): boolean {
  return source.startsWith("#");
}

/** The objects of the cluster or the files, by kind, with their indexes. It keeps what it is given and says what changed. */
export class ObjectStore implements ObjectSink, ObjectReads {
  readonly #kinds = new Map<string, Map<ObjectKey, KubernetesObject>>();
  /** Objects of which only the metadata is there. */
  readonly #unloaded = new Set<ObjectKey>();
  readonly #indexes = new Map<string, Index[]>();
  readonly #entries = new Map<string, Few<KubernetesObject>>();
  readonly #listeners = new Set<StoreListener>();
  /** For each object the revision of its last change that means something to a compiler. */
  readonly #changes = new Map<ObjectKey, number>();
  #revision = 0;

  constructor(indexes: readonly Index[]) {
    for (const index of indexes) {
      const of = this.#indexes.get(index.kind.kind) ?? [];
      this.#indexes.set(index.kind.kind, [...of, index]);
    }
  }

  /** Counts the changes that mean something to a compiler. */
  get revision(): number {
    return this.#revision;
  }

  /** The revision of an object's last such change; undefined when there is no such object. */
  changedAt(key: ObjectKey): number | undefined {
    return this.#changes.get(key);
  }

  listen(listener: StoreListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  set(object: KubernetesObject): void {
    this.#put(object, false);
  }

  /** Says that an object exists whose content is not here yet: whoever reads it waits for it. */
  setUnloaded(object: KubernetesObject): void {
    const key = keyOf(object);
    // What is loaded stays until newer content comes: an old certificate serves better than none.
    if (this.#kinds.get(object.kind)?.has(key) && !this.#unloaded.has(key)) return;
    this.#put(object, true);
  }

  #put(object: KubernetesObject, unloaded: boolean): void {
    const key = keyOf(object);
    const objects = this.#ofKind(object.kind);
    const old = objects.get(key);
    const wasUnloaded = this.#unloaded.has(key);
    objects.set(key, object);
    if (unloaded) this.#unloaded.add(key);
    else this.#unloaded.delete(key);
    this.#reindex(old, object);
    if (old === undefined || wasUnloaded !== unloaded || !sameForCompiler(old, object))
      this.#touch(key, old, object, wasUnloaded);
    for (const listener of this.#listeners) listener.object?.(key, object);
  }

  /** Says that an object means something else than it did although it is the same: time has passed. */
  retouch(key: ObjectKey): void {
    const object = this.byKey(key);
    if (object !== undefined) this.#touch(key, object, object, this.#unloaded.has(key));
  }

  delete(kind: string, namespace: string, name: string): void {
    const key = objectKey(kind, namespace, name);
    const objects = this.#kinds.get(kind);
    const old = objects?.get(key);
    if (objects === undefined || old === undefined) return;
    objects.delete(key);
    const wasUnloaded = this.#unloaded.delete(key);
    this.#reindex(old, undefined);
    this.#touch(key, old, undefined, wasUnloaded);
    for (const listener of this.#listeners) listener.object?.(key, undefined);
  }

  /** Makes the given objects the whole of their kind: what is not among them is deleted. */
  replace(kind: string, objects: readonly KubernetesObject[]): void {
    const keep = new Set(objects.map(keyOf));
    for (const [key, object] of [...this.#ofKind(kind)]) {
      if (!keep.has(key)) this.delete(kind, object.metadata.namespace ?? "", object.metadata.name);
    }
    for (const object of objects) this.set(object);
  }

  get<T extends KubernetesObject>(kind: Kind<T>, namespace: string, name: string): T | undefined {
    return this.#kinds.get(kind.kind)?.get(objectKey(kind.kind, namespace, name)) as T | undefined;
  }

  byKey(key: ObjectKey): KubernetesObject | undefined {
    return this.#kinds.get(key.slice(0, key.indexOf("/")))?.get(key);
  }

  isUnloaded(key: ObjectKey): boolean {
    return this.#unloaded.has(key);
  }

  find<T extends KubernetesObject>(index: Index<T>, key: string): readonly T[] {
    const found = this.#entries.get(indexSource(index.name, key));
    return ([...each(found)] as T[]).sort((a, b) => compareStrings(keyOf(a), keyOf(b)));
  }

  /** All objects of a kind, in no particular order. Not for translators: no unit reads all of a kind. */
  *all(kind: string): IterableIterator<KubernetesObject> {
    yield* this.#kinds.get(kind)?.values() ?? [];
  }

  count(kind: string): number {
    return this.#kinds.get(kind)?.size ?? 0;
  }

  #ofKind(kind: string): Map<ObjectKey, KubernetesObject> {
    let objects = this.#kinds.get(kind);
    if (objects === undefined) {
      objects = new Map();
      this.#kinds.set(kind, objects);
    }
    return objects;
  }

  #reindex(old: KubernetesObject | undefined, now: KubernetesObject | undefined): void {
    for (const index of this.#indexes.get((now ?? old)!.kind) ?? []) {
      if (old !== undefined) {
        for (const key of index.keys(old)) {
          const source = indexSource(index.name, key);
          const entry = withoutOne(this.#entries.get(source), old);
          if (entry === undefined) this.#entries.delete(source);
          else this.#entries.set(source, entry);
        }
      }
      if (now !== undefined) {
        for (const key of index.keys(now)) {
          const source = indexSource(index.name, key);
          this.#entries.set(source, withOne(this.#entries.get(source), now));
        }
      }
    }
  }

  #touch(
    key: ObjectKey,
    old: KubernetesObject | undefined,
    now: KubernetesObject | undefined,
    wasUnloaded: boolean,
  ): void {
    this.#revision += 1;
    if (now === undefined) this.#changes.delete(key);
    else this.#changes.set(key, this.#revision);
    const sources = this.sourcesOf(key, old, now);
    for (const listener of this.#listeners) {
      if (!wasUnloaded) listener.changed?.(key, old);
      for (const source of sources) listener.touched(source);
    }
  }

  /** The names under which an object is read in the graph, in any of its versions. */
  sourcesOf(key: ObjectKey, ...versions: readonly (KubernetesObject | undefined)[]): ReadonlySet<string> {
    const sources = new Set<string>([key]);
    for (const object of versions) {
      if (object === undefined) continue;
      for (const index of this.#indexes.get(object.kind) ?? [])
        for (const entry of index.keys(object)) sources.add(indexSource(index.name, entry));
    }
    return sources;
  }
}

/** Bookkeeping of the API server that no compiled byte depends on. */
const IGNORED_METADATA = ["resourceVersion", "managedFields", "generation", "selfLink"] as const;

/** Whether two versions of an object mean the same to the compiler: `status` and bookkeeping take no part (design §3). */
export function sameForCompiler(a: KubernetesObject, b: KubernetesObject): boolean {
  return a === b || deepEqual(stripped(a), stripped(b));
}

function stripped(object: KubernetesObject): object {
  const metadata: Record<string, unknown> = { ...object.metadata };
  for (const field of IGNORED_METADATA) metadata[field] = undefined;
  return { ...object, metadata, status: undefined };
}
