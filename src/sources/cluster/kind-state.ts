import { messageOf } from "../../base/log.ts";
import { ApiError } from "../../kubernetes/api-error.ts";

/** How it stands with one kind. Times are monotonic ms, since the wall clock may jump. */
export type KindState =
  /** Its first list is on the way, or it is not known yet whether the cluster has the kind. */
  | { readonly phase: "listing"; readonly failure?: KindFailure }
  /** All its objects are here; `failure` when changes do not come at the moment. */
  | { readonly phase: "watching"; readonly version: string; readonly objects: number; readonly failure?: KindFailure }
  /** The cluster has no such CustomResourceDefinition. */
  | { readonly phase: "absent" }
  /** The cluster has the kind, but in none of the versions that are read. */
  | { readonly phase: "unserved"; readonly served: readonly string[] }
  /** Not required, and we may not list it: done without until we may. */
  | { readonly phase: "forbidden"; readonly failure: KindFailure };

export interface KindFailure {
  readonly since: number;
  /** How many in a row. */
  readonly attempts: number;
  readonly message: string;
  /** The HTTP status, if there was an answer. */
  readonly status: number | undefined;
  /** How many, the last ones, had this status. */
  readonly alike: number;
}

/** The failure of one more attempt; `before`: that of the attempt before, if it failed too. */
export function failureAfter(before: KindFailure | undefined, error: unknown, now: number): KindFailure {
  const status = error instanceof ApiError ? error.status : undefined;
  return {
    since: before?.since ?? now,
    attempts: (before?.attempts ?? 0) + 1,
    message: messageOf(error),
    status,
    alike: before !== undefined && before.status === status ? before.alike + 1 : 1,
  };
}

/** So many 403 in a row are meant: an API server that just started refuses everything until it has read its rules. */
const REFUSALS = 3;

/** The API server really does not let us. */
export function isForbidden(failure: KindFailure | undefined): failure is KindFailure {
  return failure?.status === 403 && failure.alike >= REFUSALS;
}

/** Nothing of the kind is missing that there is to be had. */
export function isComplete(state: KindState): boolean {
  return state.phase !== "listing";
}

export function failureOf(state: KindState): KindFailure | undefined {
  return "failure" in state ? state.failure : undefined;
}
