import type { ObjectRef } from "../base/problem.ts";
import type { KubernetesObject } from "../resources/kind.ts";
import type { Fragment } from "./fragment.ts";
import type { View } from "./input.ts";
import { internalError } from "./link/internal-error.ts";
import type { Unit } from "./unit.ts";

/** What a unit comes to. A translator that throws loses its own unit only: the bug becomes a problem. */
export function compileUnit(unit: Unit, object: KubernetesObject, view: View, ref: ObjectRef): Fragment {
  try {
    return unit.compile(object, view);
  } catch (error) {
    return { claims: [], problems: [internalError(ref, error)] };
  }
}
