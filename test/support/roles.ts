import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { type TestObject, toObjects } from "./cluster-client.ts";

/** What the controller may do in a test cluster: anything, what deploy/ gives it, or what Kong's own chart gives to KIC. */
export type ControllerRole = "admin" | "deploy" | "kic";

/** The account that the roles are for, as the API server calls it. */
export const CONTROLLER_USER = "system:serviceaccount:kong:silverback";
const [NAMESPACE, ACCOUNT] = ["kong", "silverback"] as const;
const RBAC = "rbac.authorization.k8s.io";
const root = fileURLToPath(new URL("../..", import.meta.url));
const CHART_ROLE = join(root, "../shared/facts/kic-rbac.yaml");

/** What Kong's chart grants is written down beside this project, not in it. */
export const chartRoleKnown = existsSync(CHART_ROLE);

/** The one that E2E_ROLE names; that of deploy/ unless it is set. */
export function chosenRole(): ControllerRole {
  const chosen = process.env["E2E_ROLE"] ?? "deploy";
  if (chosen === "admin" || chosen === "deploy") return chosen;
  if (chosen !== "kic") throw new Error(`E2E_ROLE is admin, deploy or kic, not ${chosen}`);
  if (!chartRoleKnown) throw new Error("E2E_ROLE=kic: what Kong's chart grants is not known here");
  return chosen;
}

/** The manifests of folders of deploy/, in the order in which they are applied. */
export function deployManifests(...folders: readonly string[]): readonly TestObject[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((file) => file.endsWith(".yaml"))
      .sort()
      .flatMap((file) => toObjects(readFileSync(join(root, folder, file), "utf8"))),
  );
}

/** The objects that give the controller's account this role. */
export function roleObjects(role: ControllerRole): readonly TestObject[] {
  if (role === "deploy") {
    const kinds = ["ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"];
    return deployManifests("deploy", "deploy/metrics").filter(({ kind }) => kinds.includes(kind));
  }
  return role === "kic" ? chartRoles() : adminRole();
}

function adminRole(): readonly TestObject[] {
  return [binding("ClusterRoleBinding", "controller-admin", { kind: "ClusterRole", name: "cluster-admin" })];
}

interface Grant {
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly string[];
}

/** What Kong's chart grants to KIC, for our account: of namespace by namespace what its comment lists, and its rules for --metrics-access-filter. */
function chartRoles(): readonly TestObject[] {
  const grants = parse(readFileSync(CHART_ROLE, "utf8")) as readonly Grant[];
  const own = [
    { apiGroups: [""], resources: ["configmaps", "pods", "secrets", "namespaces", "endpoints"], verbs: ["get"] },
    {
      apiGroups: ["", "coordination.k8s.io"],
      resources: ["configmaps", "leases"],
      verbs: ["get", "update", "create", "patch", "delete"],
    },
    { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
  ];
  const rules = grants.map(({ group, resource, verbs }) => ({ apiGroups: [group], resources: [resource], verbs }));
  const apiVersion = `${RBAC}/v1`;
  return [
    { apiVersion, kind: "ClusterRole", metadata: { name: "chart" }, rules },
    binding("ClusterRoleBinding", "chart", { kind: "ClusterRole", name: "chart" }),
    { apiVersion, kind: "Role", metadata: { name: "chart", namespace: NAMESPACE }, rules: own },
    binding("RoleBinding", "chart", { kind: "Role", name: "chart" }),
  ];
}

function binding(kind: string, name: string, of: { readonly kind: string; readonly name: string }): TestObject {
  return {
    apiVersion: `${RBAC}/v1`,
    kind,
    metadata: { name, ...(kind === "RoleBinding" ? { namespace: NAMESPACE } : {}) },
    roleRef: { apiGroup: RBAC, ...of },
    subjects: [{ kind: "ServiceAccount", name: ACCOUNT, namespace: NAMESPACE }],
  };
}
