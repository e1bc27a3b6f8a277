import type { KubernetesObject } from "../../resources/kind.ts";
import { keyOf, objectKey } from "../../resources/kind.ts";
import type { ObjectSink } from "../sink.ts";

/** Keeps objects as a store does, and what was done to them, for tests. */
export class RecordingSink implements ObjectSink {
  readonly objects = new Map<string, KubernetesObject>();
  readonly unloaded = new Set<string>();
  /** `set Kind/ns/name`, `unloaded …`, `delete …`. */
  readonly calls: string[] = [];

  set(object: KubernetesObject): void {
    const key = keyOf(object);
    this.calls.push(`set ${key}`);
    this.objects.set(key, object);
    this.unloaded.delete(key);
  }

  setUnloaded(object: KubernetesObject): void {
    const key = keyOf(object);
    this.calls.push(`unloaded ${key}`);
    if (this.objects.has(key) && !this.unloaded.has(key)) return;
    this.objects.set(key, object);
    this.unloaded.add(key);
  }

  delete(kind: string, namespace: string, name: string): void {
    const key = objectKey(kind, namespace, name);
    this.calls.push(`delete ${key}`);
    this.objects.delete(key);
    this.unloaded.delete(key);
  }

  replace(kind: string, objects: readonly KubernetesObject[]): void {
    for (const [key, object] of this.objects) {
      if (object.kind === kind) this.objects.delete(key);
    }
    for (const object of objects) this.set(object);
  }

  /** The keys of all objects, sorted; those without content in brackets. */
  get keys(): readonly string[] {
    return [...this.objects.keys()].map((key) => (this.unloaded.has(key) ? `(${key})` : key)).sort();
  }
}
