import { formatRef, type ObjectRef, type Problem, type Severity } from "../../base/problem.ts";
import type { ClaimIn, TableName } from "../fragment.ts";

/** A problem for each object that comes too late for something only one can have: an error, since it is left out. `what` completes "… is taken by …". */
export function losers<Name extends TableName>(
  claims: readonly ClaimIn<Name>[],
  code: string,
  what: string,
  severity: Severity = "error",
): readonly Problem[] {
  const [first, ...rest] = claims;
  if (first === undefined) return [];
  return rest.map((claim) => ({
    code,
    severity,
    object: claim.origin,
    ...(claim.path === undefined ? {} : { path: claim.path }),
    message: `${what} is already taken by ${formatRef(first.origin)}, ${whyFirst(first.origin, claim.origin)}; this one is ignored`,
  }));
}

/** Says why one object, or an earlier place in the same one, has what only one can have, after "… is taken by …, ". */
export function whyFirst(first: ObjectRef, later: ObjectRef): string {
  if (sameObject(first, later)) return "by an entry further up in the same object";
  if (first.kind === later.kind) return "which comes first (the older object wins)";
  return "which comes first (between kinds age does not count)";
}

function sameObject(a: ObjectRef, b: ObjectRef): boolean {
  return a.group === b.group && a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;
}
