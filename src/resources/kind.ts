import type { TSchema } from "typebox";
import type { ObjectRef } from "../base/problem.ts";

/** The metadata that Silverback reads. `managedFields` and the last-applied annotation never get this far. */
export interface ObjectMeta {
  readonly name: string;
  /** Absent for cluster-wide kinds, and in files that give none. */
  readonly namespace?: string;
  readonly uid?: string;
  /** RFC 3339; absent means: older than all others. */
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly generation?: number;
  readonly resourceVersion?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** One kind that Silverback reads: everything else that is known of it (type, checks, CRD, reference page) comes from `schema`. */
export interface Kind<T extends KubernetesObject = KubernetesObject> {
  readonly group: string;
  /** The versions it is read at, the preferred one first. */
  readonly versions: readonly string[];
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** Of the whole object, `spec` and all. */
  readonly schema: TSchema;
  /** Never set: carries the type of the objects. */
  readonly object?: T;
}

/** `Kind/namespace/name`: names one object of one kind, whatever its version. Kinds are unique by their name among those that Silverback reads. */
export type ObjectKey = string;

export function objectKey(kind: string, namespace: string, name: string): ObjectKey {
  return `${kind}/${namespace}/${name}`;
}

export function keyOf(object: KubernetesObject): ObjectKey {
  return objectKey(object.kind, object.metadata.namespace ?? "", object.metadata.name);
}

/** The key of the object that a reference names. */
export function keyOfRef(ref: ObjectRef): ObjectKey {
  return objectKey(ref.kind, ref.namespace, ref.name);
}

export function refOf(object: KubernetesObject): ObjectRef {
  const { group, version } = groupAndVersion(object.apiVersion);
  return {
    group,
    version,
    kind: object.kind,
    namespace: object.metadata.namespace ?? "",
    name: object.metadata.name,
  };
}

type GroupVersion = Pick<ObjectRef, "group" | "version">;

/** There are few, and references by the ten thousand: each text is held once. */
const known = new Map<string, GroupVersion>();
/** More than anybody has, less than harms. */
const MOST_KNOWN = 1000;

function groupAndVersion(apiVersion: string): GroupVersion {
  const found = known.get(apiVersion);
  if (found !== undefined) return found;
  const slash = apiVersion.indexOf("/");
  const made = { group: slash < 0 ? "" : apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
  if (known.size < MOST_KNOWN) known.set(apiVersion, made);
  return made;
}
