import {
  CLUSTER_NEEDS,
  EVENT_NEEDS,
  METRICS_NEEDS,
  NAMESPACED_NEEDS,
  type Need,
  OWN_NEEDS,
  rulesFor,
} from "./access-rules.ts";
import { NAME, NAMESPACE } from "./names.ts";
import { printManifest } from "./print-manifest.ts";

const SUBJECTS = [{ kind: "ServiceAccount", name: NAME, namespace: NAMESPACE }];
const API = "rbac.authorization.k8s.io";
/** What is needed in each namespace that is watched. */
const OBJECTS = `${NAME}-objects`;

/** deploy/2-rbac.yaml: the least that the controller needs, from the table of what the code asks for. */
export function rbacManifest(): string {
  return printManifest(
    [
      "Made by `npm run docs` from what the code asks for (scripts/deploy/access-rules.ts): the least that the controller needs.",
      "With --watch-namespace the manifests in namespaced/ take its place.",
    ],
    [
      ...common(),
      clusterRoleBinding(OBJECTS),
      role(NAMESPACE, OWN_NEEDS),
      roleBinding(NAMESPACE, { kind: "Role", name: NAME }),
    ],
  );
}

/** deploy/namespaced/rbac.yaml: in the place of the former for --watch-namespace. */
export function namespacedRbacManifest(): string {
  return printManifest(
    [
      "Made by `npm run docs`. For --watch-namespace, in the place of ../2-rbac.yaml: nothing that is in a namespace may be read or written in all of them.",
      "What the cluster as a whole has (classes, definitions, names of namespaces, KongClusterPlugins …) is read all the same.",
    ],
    [
      ...common(),
      role(NAMESPACE, OWN_NEEDS),
      roleBinding(NAMESPACE, { kind: "Role", name: NAME }),
      // The namespace of the Service in front of the gateways is watched too.
      roleBinding(NAMESPACE, { kind: "ClusterRole", name: OBJECTS }),
      // Events about what is in no namespace are in this one.
      role("default", EVENT_NEEDS),
      roleBinding("default", { kind: "Role", name: NAME }),
    ],
  );
}

/** deploy/namespaced/watched.yaml: what a namespace that is watched needs. */
export function watchedNamespaceManifest(): string {
  return printManifest(
    ["Made by `npm run docs`. For each namespace that is watched: `kubectl apply -n NAMESPACE -f` this file."],
    [roleBinding(undefined, { kind: "ClusterRole", name: OBJECTS })],
  );
}

/** The account, and what it needs wherever it watches. */
function common(): readonly object[] {
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: NAME, namespace: NAMESPACE } },
    clusterRole(NAME, CLUSTER_NEEDS),
    clusterRoleBinding(NAME),
    clusterRole(OBJECTS, NAMESPACED_NEEDS),
  ];
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

function role(namespace: string, needs: readonly Need[]): object {
  return { apiVersion: `${API}/v1`, kind: "Role", metadata: { name: NAME, namespace }, rules: rulesFor(needs) };
}

/** Without a namespace: for that which kubectl is told. */
function roleBinding(namespace: string | undefined, of: { readonly kind: string; readonly name: string }): object {
  return {
    apiVersion: `${API}/v1`,
    kind: "RoleBinding",
    metadata: { name: of.name, ...(namespace === undefined ? {} : { namespace }) },
    roleRef: { apiGroup: API, ...of },
    subjects: SUBJECTS,
  };
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
