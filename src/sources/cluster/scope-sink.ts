import type { Clock } from "../../base/clock.ts";
import { Slices } from "../../base/slices.ts";
import { type ApiObject, nameKey } from "../../kubernetes/api-object.ts";
import type { ReflectorSink } from "../../kubernetes/reflector-options.ts";

/** Where single objects of one kind go. */
export interface KindSink {
  set(object: ApiObject): void;
  delete(namespace: string | undefined, name: string): void;
}

/**
 * Turns what a reflector sees of one kind in one scope (a namespace, or the cluster) into changes of single objects: after a new list only what really changed or vanished
 * is passed on, in slices.
 */
export class ScopeSink implements ReflectorSink {
  readonly #sink: KindSink;
  readonly #clock: Clock;
  /** The resourceVersion of each object, by `namespace/name`. */
  readonly #versions = new Map<string, string>();

  constructor(sink: KindSink, clock: Clock) {
    this.#sink = sink;
    this.#clock = clock;
  }

  get size(): number {
    return this.#versions.size;
  }

  async replace(objects: readonly ApiObject[]): Promise<void> {
    const slices = new Slices(this.#clock);
    // In this turn the last page of the list was read.
    await slices.pause();
    const present = new Set<string>();
    for (const object of objects) {
      const key = nameKey(object.metadata);
      present.add(key);
      if (this.#versions.get(key) !== object.metadata.resourceVersion) this.#set(key, object);
      if (slices.due) await slices.pause();
    }
    for (const key of [...this.#versions.keys()]) {
      if (!present.has(key)) this.#delete(key);
      if (slices.due) await slices.pause();
    }
  }

  upsert(object: ApiObject): void {
    this.#set(nameKey(object.metadata), object);
  }

  remove(object: ApiObject): void {
    this.#delete(nameKey(object.metadata));
  }

  /** Deletes all. */
  clear(): void {
    for (const key of [...this.#versions.keys()]) this.#delete(key);
  }

  /** Makes the next list pass everything on, also what kept its resourceVersion: the objects come in another form. */
  refresh(): void {
    for (const key of this.#versions.keys()) this.#versions.set(key, "");
  }

  #set(key: string, object: ApiObject): void {
    this.#versions.set(key, object.metadata.resourceVersion ?? "");
    this.#sink.set(object);
  }

  #delete(key: string): void {
    if (!this.#versions.delete(key)) return;
    const slash = key.indexOf("/");
    this.#sink.delete(slash < 0 ? undefined : key.slice(0, slash), key.slice(slash + 1));
  }
}
