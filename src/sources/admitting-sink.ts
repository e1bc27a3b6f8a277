import type { Problem } from "../base/problem.ts";
import { admit } from "../resources/check.ts";
import { type KubernetesObject, type ObjectKey, objectKey } from "../resources/kind.ts";
import { entryOf } from "../resources/kinds.ts";
import type { ObjectSink } from "./sink.ts";

/**
 * Lets only objects through that have the type of their kind: an API server looks at objects when they are written, by the CustomResourceDefinitions it then had. What is not let through is as
 * good as deleted, and is a problem until it changes.
 */
export class AdmittingSink implements ObjectSink {
  readonly #sink: ObjectSink;
  readonly #changed: () => void;
  readonly #refused = new Map<ObjectKey, readonly Problem[]>();

  /** `changed` is called when `problems` may give something else. */
  constructor(sink: ObjectSink, changed: () => void = () => undefined) {
    this.#sink = sink;
    this.#changed = changed;
  }

  /** Why the objects are refused that are now. */
  problems(): readonly Problem[] {
    return [...this.#refused.values()].flat();
  }

  set(object: KubernetesObject): void {
    const admitted = this.#admit(object);
    if (admitted !== undefined) this.#sink.set(admitted);
    else this.#sink.delete(object.kind, object.metadata.namespace ?? "", object.metadata.name);
  }

  setUnloaded(object: KubernetesObject): void {
    const admitted = this.#admit(object);
    if (admitted !== undefined) this.#sink.setUnloaded(admitted);
  }

  delete(kind: string, namespace: string, name: string): void {
    this.#forget(objectKey(kind, namespace, name));
    this.#sink.delete(kind, namespace, name);
  }

  replace(kind: string, objects: readonly KubernetesObject[]): void {
    for (const key of [...this.#refused.keys()]) if (key.startsWith(`${kind}/`)) this.#forget(key);
    this.#sink.replace(
      kind,
      objects.map((object) => this.#admit(object)).filter((object) => object !== undefined),
    );
  }

  #admit(object: KubernetesObject): KubernetesObject | undefined {
    const kind = entryOf(object.kind)?.kind;
    const key = objectKey(object.kind, object.metadata.namespace ?? "", object.metadata.name);
    if (kind === undefined) return object;
    const { object: admitted, problems } = admit(kind, object);
    if (problems === undefined) {
      this.#forget(key);
      return admitted;
    }
    this.#refused.set(key, problems);
    this.#changed();
    return undefined;
  }

  #forget(key: ObjectKey): void {
    if (this.#refused.delete(key)) this.#changed();
  }
}
