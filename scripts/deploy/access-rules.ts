import { GATEWAY_GROUP } from "../../src/resources/gateway-api/names.ts";
import type { Kind } from "../../src/resources/kind.ts";
import { KINDS } from "../../src/resources/kinds.ts";
import { reporters } from "../../src/translate/reports/reporters.ts";

/** One thing that the API server is asked to do. */
export interface Need {
  readonly group: string;
  /** Plural, with the subresource if one is meant: `ingresses/status`. */
  readonly resource: string;
  readonly verbs: readonly string[];
}

/** A rule of a role, as Kubernetes writes it. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** Lists and watches of every kind that is read. Never get: a Secret is read by a list with its name. */
const READ = ["list", "watch"];

/** What is asked about objects without a namespace. */
export const CLUSTER_NEEDS: readonly Need[] = [
  { group: "apiextensions.k8s.io", resource: "customresourcedefinitions", verbs: READ },
  ...KINDS.flatMap(({ kind }) => (kind.namespaced ? [] : needsOf(kind))),
];

/** What is asked in the namespaces of objects that events are about, and in `default` for those that are in none. */
export const EVENT_NEEDS: readonly Need[] = [{ group: "", resource: "events", verbs: ["create", "patch"] }];

/** What is asked about objects in a namespace, in each of those that are watched. */
export const NAMESPACED_NEEDS: readonly Need[] = [
  ...KINDS.flatMap(({ kind }) => (kind.namespaced ? needsOf(kind) : [])),
  ...EVENT_NEEDS,
];

/** What is asked in the controller's own namespace besides. */
export const OWN_NEEDS: readonly Need[] = [
  // Its uid, so that events of the Pod are shown with it.
  { group: "", resource: "pods", verbs: ["get"] },
  ...EVENT_NEEDS,
  { group: "coordination.k8s.io", resource: "leases", verbs: ["get", "create", "update"] },
];

/** What is asked, without a namespace, with --metrics-access-filter=rbac. */
export const METRICS_NEEDS: readonly Need[] = [
  { group: "authentication.k8s.io", resource: "tokenreviews", verbs: ["create"] },
  { group: "authorization.k8s.io", resource: "subjectaccessreviews", verbs: ["create"] },
];

function needsOf(kind: Kind): readonly Need[] {
  const { group, plural } = kind;
  const read: Need = { group, resource: plural, verbs: READ };
  if (!reporters.some((reporter) => reporter.kind.kind === kind.kind)) return [read];
  const status = (...verbs: readonly string[]): Need => ({ group, resource: `${plural}/status`, verbs });
  // Into the lists of these statuses others write too: they are read whole and put back; all others are patched.
  if (group !== GATEWAY_GROUP) return [read, status("patch")];
  // A Gateway is told by an annotation which Services stand in front of it.
  const whole = kind.kind === "Gateway" ? ["get", "update"] : ["get"];
  return [{ ...read, verbs: [...READ, ...whole] }, status("update")];
}

/** The fewest rules that grant all of it, sorted: of one group and with the same verbs they are one. */
export function rulesFor(needs: readonly Need[]): readonly PolicyRule[] {
  const rules = new Map<string, { group: string; resources: string[]; verbs: readonly string[] }>();
  for (const { group, resource, verbs } of needs) {
    const sorted = [...verbs].sort();
    const key = `${group} ${sorted.join()}`;
    const rule = rules.get(key);
    if (rule === undefined) rules.set(key, { group, resources: [resource], verbs: sorted });
    else rule.resources.push(resource);
  }
  return [...rules]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { group, resources, verbs }]) => ({ apiGroups: [group], resources: resources.sort(), verbs }));
}
