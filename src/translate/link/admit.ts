import type { ObjectRef, Problem } from "../../base/problem.ts";
import type { Input } from "../input.ts";

export interface Admission<T> {
  /** What may be pushed; undefined when Kong would refuse it and it cannot be put right. */
  readonly entity: T | undefined;
  readonly problems: readonly Problem[];
}

/** Pre-flight: what a gateway of this profile would refuse is left out or put right, and said on the object it came from. Without pre-flight it is only said. */
export function admit<T extends object>(_section: string, entity: T, _origin: ObjectRef, _input: Input): Admission<T> {
  return { entity, problems: [] };
}
