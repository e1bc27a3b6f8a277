import { formatRef } from "../../base/problem.ts";
import { type Kind, type KubernetesObject, refOf } from "../../resources/kind.ts";
import type { AdmissionContext } from "./context.ts";
import { deny, type Verdict } from "./review.ts";

/** A write of an object that is checked before it is stored. */
export interface Write<T extends KubernetesObject = KubernetesObject> {
  readonly object: T;
  /** As it is stored; undefined when it is new. */
  readonly former: T | undefined;
}

/** How objects of one kind are checked. */
export interface KindCheck<T extends KubernetesObject = KubernetesObject> {
  readonly kind: Kind<T>;
  check(write: Write<T>, context: AdmissionContext): Verdict | Promise<Verdict>;
}

/** More than this is not listed: the rest shows when these are put right. */
const MOST_FAULTS = 10;

/** Refuses a write for reasons that each say what is wrong. */
export function refuse(object: KubernetesObject, faults: readonly string[]): Verdict {
  const listed = faults.slice(0, MOST_FAULTS);
  const rest = faults.length > listed.length ? `; and ${faults.length - listed.length} more` : "";
  return deny(`${formatRef(refOf(object))} cannot be used as it is: ${listed.join("; ")}${rest}`);
}

/** A reason with its place in the object. */
export function at(path: string | undefined, message: string): string {
  return path === undefined ? message : `${path}: ${message}`;
}
