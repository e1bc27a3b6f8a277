import { CLUSTER_NEEDS, METRICS_NEEDS, NAMESPACED_NEEDS, type Need, OWN_NEEDS, rulesFor } from "./access-rules.ts";
import { NAME, NAMESPACE } from "./names.ts";
import { printManifest } from "./print-manifest.ts";

const SUBJECTS = [{ kind: "ServiceAccount", name: NAME, namespace: NAMESPACE }];
const API = "rbac.authorization.k8s.io";

/** deploy/2-rbac.yaml: the least that the controller needs, from the table of what the code asks for. */
export function rbacManifest(): string {
  return printManifest(
    [
      "Made by `npm run docs` from what the code asks for (scripts/deploy/access-rules.ts): the least that the controller needs.",
      "With --watch-namespace take the ClusterRoleBinding of silverback-objects away, and bind that ClusterRole by a RoleBinding in each of those namespaces.",
    ],
    [
      { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: NAME, namespace: NAMESPACE } },
      clusterRole(NAME, CLUSTER_NEEDS),
      clusterRoleBinding(NAME),
      clusterRole(`${NAME}-objects`, NAMESPACED_NEEDS),
      clusterRoleBinding(`${NAME}-objects`),
      {
        apiVersion: `${API}/v1`,
        kind: "Role",
        metadata: { name: NAME, namespace: NAMESPACE },
        rules: rulesFor(OWN_NEEDS),
      },
      {
        apiVersion: `${API}/v1`,
        kind: "RoleBinding",
        metadata: { name: NAME, namespace: NAMESPACE },
        roleRef: { apiGroup: API, kind: "Role", name: NAME },
        subjects: SUBJECTS,
      },
    ],
  );
}

/** deploy/metrics/metrics-access.yaml: what --metrics-access-filter=rbac needs, and a role for whoever may read metrics then. */
export function metricsAccessManifest(): string {
  const reader = `${NAME}-metrics-reader`;
  return printManifest(
    [
      "Made by `npm run docs`. For --metrics-access-filter=rbac: the controller asks the API server who wants to read its metrics.",
      "Whoever may read them gets the ClusterRole silverback-metrics-reader by a ClusterRoleBinding.",
    ],
    [
      clusterRole(`${NAME}-metrics`, METRICS_NEEDS),
      clusterRoleBinding(`${NAME}-metrics`),
      {
        apiVersion: `${API}/v1`,
        kind: "ClusterRole",
        metadata: { name: reader },
        rules: [{ nonResourceURLs: ["/metrics"], verbs: ["get"] }],
      },
    ],
  );
}

function clusterRole(name: string, needs: readonly Need[]): object {
  return { apiVersion: `${API}/v1`, kind: "ClusterRole", metadata: { name }, rules: rulesFor(needs) };
}

function clusterRoleBinding(name: string): object {
  return {
    apiVersion: `${API}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name },
    roleRef: { apiGroup: API, kind: "ClusterRole", name },
    subjects: SUBJECTS,
  };
}
