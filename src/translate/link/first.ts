import { formatRef, type Problem } from "../../base/problem.ts";
import type { ClaimIn, TableName } from "../fragment.ts";

/** A problem for each object that comes too late for something only one can have. `what` completes "… is taken by …". */
export function losers<Name extends TableName>(
  claims: readonly ClaimIn<Name>[],
  code: string,
  what: string,
): readonly Problem[] {
  const [first, ...rest] = claims;
  if (first === undefined) return [];
  return rest.map((claim) => ({
    code,
    severity: "warning",
    object: claim.origin,
    ...(claim.path === undefined ? {} : { path: claim.path }),
    message: `${what} is already taken by ${formatRef(first.origin)}, which comes first (the older object wins); this one is ignored`,
  }));
}
