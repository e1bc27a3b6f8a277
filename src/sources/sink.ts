import type { KubernetesObject } from "../resources/kind.ts";

/** Where a source puts objects. Calls are cheap and do not throw; the sink tells its readers what really changed. */
export interface ObjectSink {
  /** Adds an object or puts it in the place of the one with its kind, namespace and name. */
  set(object: KubernetesObject): void;
  /** The object exists, but only its metadata is here (a Secret whose content is read on demand). Former content stays until `set`. */
  setUnloaded(object: KubernetesObject): void;
  /** Removes an object; removing what is not there does nothing. */
  delete(kind: string, namespace: string, name: string): void;
  /** Makes the given objects the whole of their kind. */
  replace(kind: string, objects: readonly KubernetesObject[]): void;
}
