import type { ApiObject } from "../../kubernetes/api-object.ts";
import type { Kind } from "../../resources/kind.ts";

/** A kind that the cluster is asked for. */
export interface WatchedKind {
  readonly kind: Kind;
  /** The versions it may be read at, the preferred one first. */
  readonly versions: readonly string[];
  /** Nothing is complete before it is listed; without this mark a 403 switches the kind off (design §4). */
  readonly required: boolean;
  /** "on-demand": all objects are known by their metadata, and read only when wanted (design §3, Secrets). */
  readonly content: "full" | "on-demand";
  /** Takes away what is not read of an object; everything is kept unless given. */
  readonly slim?: ((object: ApiObject) => ApiObject) | undefined;
}

/** Groups that an API server serves by itself; the kinds of all others come with a CustomResourceDefinition. */
const BUILT_IN_GROUPS: ReadonlySet<string> = new Set([
  "",
  "apps",
  "apiextensions.k8s.io",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "networking.k8s.io",
  "rbac.authorization.k8s.io",
]);

/** The name of the kind's CustomResourceDefinition; undefined for what every API server serves. */
export function crdNameOf(kind: Kind): string | undefined {
  return BUILT_IN_GROUPS.has(kind.group) ? undefined : `${kind.plural}.${kind.group}`;
}

/** `/apis/<group>/<version>`. */
export function versionPath(group: string, version: string): string {
  return group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
}

/** Of all objects of a kind, or of those in a namespace. */
export function collectionPath(kind: Kind, version: string, namespace?: string): string {
  const scope = namespace === undefined ? "" : `/namespaces/${namespace}`;
  return `${versionPath(kind.group, version)}${scope}/${kind.plural}`;
}

export function apiVersionOf(kind: Kind, version: string): string {
  return kind.group === "" ? version : `${kind.group}/${version}`;
}
