import { messageOf } from "../../base/log.ts";
import type { ObjectRef, Problem } from "../../base/problem.ts";

/** A bug of Silverback's that an object brought to light: that object alone is left out. */
export function internalError(object: ObjectRef, error: unknown): Problem {
  const stack = error instanceof Error ? (error.stack ?? messageOf(error)) : messageOf(error);
  return {
    code: "internal-error",
    severity: "error",
    object,
    message: `a bug in Silverback; please report it with this object: ${stack}`,
  };
}
