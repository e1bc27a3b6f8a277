import type { ObjectRef, Problem } from "../../base/problem.ts";
import type { Kind } from "../../resources/kind.ts";
import { failureOf, isForbidden, type KindFailure, type KindState } from "./kind-state.ts";
import { crdNameOf, type WatchedKind } from "./watched-kind.ts";

const CRD: RuleSubject = { group: "apiextensions.k8s.io", plural: "customresourcedefinitions", namespaced: false };
type RuleSubject = Pick<Kind, "group" | "plural" | "namespaced">;

/** We may not list the CustomResourceDefinitions, so nobody knows which kinds the cluster has. */
export function crdProblem(failure: KindFailure): Problem {
  const consequence =
    "The API server is asked for each kind by itself instead: one that is installed later is noticed within half a minute, one that goes is not.";
  return {
    code: "kind-forbidden",
    severity: "warning",
    object: { group: CRD.group, version: "v1", kind: "CustomResourceDefinition", namespace: "", name: "*" },
    message: `The API server does not let us see which kinds are installed (${failure.message}). ${consequence} ${neededRule(CRD, [])}`,
  };
}

/** What is wrong with a kind in a cluster that somebody can put right. */
export function kindProblems(
  watched: WatchedKind,
  state: KindState,
  namespaces: readonly string[],
): readonly Problem[] {
  if (state.phase === "unserved") return [unserved(watched, state.served)];
  const failure = failureOf(state);
  return isForbidden(failure) ? [forbidden(watched, state, failure, namespaces)] : [];
}

function unserved({ kind, versions }: WatchedKind, served: readonly string[]): Problem {
  const there = served.length === 0 ? "no version" : served.join(", ");
  return {
    code: "kind-version-not-served",
    severity: "warning",
    object: subject(kind),
    message: `The cluster serves ${kind.kind} as ${there}, and it is read as ${versions.join(" or ")}: such objects are not seen. Install a CustomResourceDefinition that serves one of these versions.`,
  };
}

function forbidden(
  { kind, required }: WatchedKind,
  state: KindState,
  failure: KindFailure,
  namespaces: readonly string[],
): Problem {
  const consequence =
    state.phase === "watching"
      ? "Changes to such objects are not seen."
      : required
        ? "Nothing is pushed before they can be read."
        : "The cluster is treated as if it had none.";
  return {
    code: "kind-forbidden",
    severity: required ? "error" : "warning",
    object: subject(kind),
    message: `The API server does not let us read ${kind.kind} (${failure.message}). ${consequence} ${neededRule(kind, namespaces)}`,
  };
}

/** The rule that is missing, in RBAC's words. */
function neededRule(kind: RuleSubject, namespaces: readonly string[]): string {
  const where =
    !kind.namespaced || namespaces.length === 0
      ? "in a ClusterRole"
      : `in a Role in each of the namespaces ${namespaces.join(", ")}`;
  return `Grant it ${where}: apiGroups: ["${kind.group}"], resources: ["${kind.plural}"], verbs: ["list", "watch"].`;
}

/** A kind as a whole: its definition, or a name for all its objects. */
function subject(kind: Kind): ObjectRef {
  const crd = crdNameOf(kind);
  if (crd === undefined)
    return { group: kind.group, version: kind.versions[0]!, kind: kind.kind, namespace: "", name: "*" };
  return { group: CRD.group, version: "v1", kind: "CustomResourceDefinition", namespace: "", name: crd };
}
