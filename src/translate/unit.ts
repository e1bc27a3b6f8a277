import type { Kind, KubernetesObject } from "../resources/kind.ts";
import type { Fragment } from "./fragment.ts";
import type { View } from "./input.ts";

/** How objects of one kind, each on its own, become a fragment: a pure function of the object and what it reads through the view. */
export interface Unit<T extends KubernetesObject = KubernetesObject> {
  readonly kind: Kind<T>;
  /** Whether the object is a root at all, by its metadata alone: no other Secret is read because it is one. Unless given, all are. */
  wants?(object: KubernetesObject): boolean;
  compile(object: T, view: View): Fragment;
}
