import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { type Preview, startPreview } from "../src/preview/gateway.ts";
import { reporters } from "../src/translate/reports/reporters.ts";
import { ALL_KINDS } from "./support/all-kinds.ts";
import { apiServerAvailable, CLUSTER_TIMEOUT, type Cluster, startCluster } from "./support/cluster.ts";
import { type TestObject, toObjects } from "./support/cluster-client.ts";
import { ControllerProcess } from "./support/controller.ts";
import { eventually } from "./support/eventually.ts";
import { crdsIn, gatewayApiCrds, publishedCrdsAvailable } from "./support/published-crds.ts";

/** The manifests of deploy/ on a real API server, and the controller with the rights that they give, or that Kong's own chart gives. */

const root = fileURLToPath(new URL("..", import.meta.url));
const CHART_ROLE = join(root, "../shared/facts/kic-rbac.yaml");
const NAMESPACE = "kong";
const ACCOUNT = "silverback";
const FOLDERS = ["deploy", "deploy/metrics", "deploy/webhook"];

function manifests(): readonly TestObject[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((file) => file.endsWith(".yaml"))
      .sort()
      .flatMap((file) => toObjects(readFileSync(join(root, folder, file), "utf8"))),
  );
}

interface Container {
  readonly name: string;
  readonly args?: readonly string[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
}

interface PodTemplate {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: { readonly serviceAccountName: string; readonly containers: readonly Container[] };
}

function podTemplate(): PodTemplate {
  const deployment = manifests().find(({ kind }) => kind === "Deployment")!;
  return (deployment["spec"] as { readonly template: PodTemplate }).template;
}

test("Services find the Pod and its ports, and the Pod has the account that the roles are for", () => {
  const { metadata, spec } = podTemplate();
  const names = spec.containers.flatMap(({ ports }) => ports.map(({ name }) => name));
  const services = manifests().filter(({ kind }) => kind === "Service");
  expect(services).toHaveLength(2);
  for (const service of services) {
    const { selector, ports } = service["spec"] as {
      readonly selector: object;
      readonly ports: readonly { readonly targetPort: string }[];
    };
    expect(metadata.labels).toMatchObject(selector);
    for (const { targetPort } of ports) expect(names).toContain(targetPort);
  }
  const accounts = manifests().filter(({ kind }) => kind === "ServiceAccount");
  expect(accounts.map((account) => account.metadata.name)).toEqual([spec.serviceAccountName]);
});

test("of every Pod the webhook's Service shows the address, ready or not", () => {
  const [service] = manifests().filter(({ metadata }) => metadata.name === "silverback-webhook");
  expect(service!["spec"]).toMatchObject({ publishNotReadyAddresses: true });
});

describe.skipIf(!apiServerAvailable() || !publishedCrdsAvailable())("on a real API server", () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster();
    await cluster.applyCrds([...crdsIn(join(root, "crds")), ...gatewayApiCrds("experimental")]);
  }, CLUSTER_TIMEOUT);
  afterAll(() => cluster?.stop());

  test("it takes every manifest as it is, without a warning", async () => {
    for (const object of manifests()) {
      const path = `${await cluster.path(object)}?fieldManager=tests&force=true&fieldValidation=Strict`;
      // Nobody could write Secrets any more while nobody answers for it.
      const dry = object.kind === "ValidatingWebhookConfiguration" ? "&dryRun=All" : "";
      const answer = await cluster.request("PATCH", path + dry, object, "application/apply-patch+yaml");
      expect([answer.body["message"], answer.warnings]).toEqual([undefined, []]);
    }
  });

  describe.each([
    ["our own role", () => []],
    ["the verbs that Kong's chart grants", chartRoles],
  ] as const)("the controller with %s", (name, roles) => {
    const isChart = roles().length > 0;
    let gateway: Preview;
    let controller: ControllerProcess;
    const before = new Map<string, string>();

    beforeAll(async () => {
      if (name !== "our own role" && !isChart) return;
      if (isChart) {
        for (const object of manifests()) if (/Role/.test(object.kind)) await cluster.delete(object);
        await cluster.apply(roles());
      } else await cluster.apply(manifests().filter(({ kind }) => kind !== "ValidatingWebhookConfiguration"));
      await cluster.patchStatus(
        { apiVersion: "v1", kind: "Service", metadata: { name: "kong-proxy", namespace: NAMESPACE } },
        { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } },
      );
      for (const { kind, metadata, apiVersion } of toObjects(ALL_KINDS))
        await cluster.delete({ apiVersion, kind, metadata });
      for (const object of await cluster.apply(ALL_KINDS)) before.set(keyOf(object), JSON.stringify(object["status"]));
      gateway = await startPreview();
      controller = new ControllerProcess(
        [
          ...args().filter((arg) => !/admin-url|webhook/.test(arg)),
          `--kubeconfig=${await accountKubeconfig()}`,
          `--kong-admin-url=${gateway.adminUrl}`,
          "--feature-gates=GatewayAlpha=true,KongServiceFacade=true",
          "--force-leader-election=enabled",
          "--publish-service-udp=kong/kong-proxy",
        ],
        { POD_NAME: "silverback-0", POD_NAMESPACE: NAMESPACE },
      );
      await controller.ready(60_000);
    }, CLUSTER_TIMEOUT);
    afterAll(async () => {
      await controller?.remove();
      await gateway?.close();
    });

    const there = name === "our own role" || existsSync(CHART_ROLE);

    test.skipIf(!there)("writes the status of every kind that has one", async () => {
      const written = toObjects(ALL_KINDS).filter(({ kind }) =>
        reporters.some((reporter) => reporter.kind.kind === kind),
      );
      expect(written.length).toBeGreaterThan(15);
      for (const object of written)
        await eventually(async () => {
          const status = JSON.stringify((await cluster.get(object))?.["status"]);
          if (status === before.get(keyOf(object))) throw new Error(`${keyOf(object)}: ${status}\n${controller.log}`);
          return true;
        });
    });

    test.skipIf(!there)("leads, and says what happened", async () => {
      const lease = await cluster.get({
        apiVersion: "coordination.k8s.io/v1",
        kind: "Lease",
        metadata: { name: "5b374a9e.konghq.com", namespace: NAMESPACE },
      });
      expect(lease).toMatchObject({ spec: { holderIdentity: expect.stringMatching(/./) } });
      const reasons = await eventually(async () => {
        const found = (await cluster.list("v1", "Event")).map(({ reason }) => reason);
        return found.includes("KongConfigurationSucceeded") && found;
      });
      expect(reasons).toContain("KongConfigurationTranslationFailed");
    });

    test.skipIf(!there)("is refused nothing that it asks for", async () => {
      const refused = controller.log
        .split("\n")
        .filter((line) => /forbidden|does not let us|cannot be written|\b403\b/i.test(line))
        // KIC has no ListenerSets, so Kong's chart grants none: they are done without.
        .filter((line) => !(isChart && /ListenerSet/i.test(line)));
      expect(refused).toEqual([]);
    });
  });

  /** The arguments of the Deployment. */
  function args(): readonly string[] {
    return podTemplate().spec.containers.find(({ name }) => name === "controller")!.args!;
  }

  /** For the account of the manifests, with a token as a Pod would have it. */
  async function accountKubeconfig(): Promise<string> {
    const path = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/${ACCOUNT}/token`;
    const { body } = await cluster.request("POST", path, {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: { expirationSeconds: 3600 },
    });
    const { token } = body["status"] as { readonly token: string };
    const file = join(cluster.directory, "kubeconfig-account.yaml");
    const config = {
      apiVersion: "v1",
      kind: "Config",
      "current-context": "test",
      contexts: [{ name: "test", context: { cluster: "test", user: "account", namespace: NAMESPACE } }],
      clusters: [
        { name: "test", cluster: { server: cluster.url, "certificate-authority": cluster.authority.certPath } },
      ],
      users: [{ name: "account", user: { token } }],
    };
    writeFileSync(file, stringify(config), { mode: 0o600 });
    return file;
  }
});

function keyOf({ kind, metadata }: TestObject): string {
  return `${kind}/${metadata.namespace ?? ""}/${metadata.name}`;
}

interface Grant {
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly string[];
}

/** What Kong's chart grants to KIC, for our account; nothing where that is not known. */
function chartRoles(): readonly TestObject[] {
  if (!existsSync(CHART_ROLE)) return [];
  const grants = parse(readFileSync(CHART_ROLE, "utf8")) as readonly Grant[];
  const cluster = grants.map(({ group, resource, verbs }) => ({ apiGroups: [group], resources: [resource], verbs }));
  const own = [
    { apiGroups: [""], resources: ["configmaps", "pods", "secrets", "namespaces", "endpoints"], verbs: ["get"] },
    {
      apiGroups: ["", "coordination.k8s.io"],
      resources: ["configmaps", "leases"],
      verbs: ["get", "update", "create", "patch", "delete"],
    },
    { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
  ];
  const apiVersion = "rbac.authorization.k8s.io/v1";
  const roleRef = (kind: string) => ({ apiGroup: "rbac.authorization.k8s.io", kind, name: "chart" });
  const subjects = [{ kind: "ServiceAccount", name: ACCOUNT, namespace: NAMESPACE }];
  return [
    { apiVersion, kind: "ClusterRole", metadata: { name: "chart" }, rules: cluster },
    { apiVersion, kind: "ClusterRoleBinding", metadata: { name: "chart" }, roleRef: roleRef("ClusterRole"), subjects },
    { apiVersion, kind: "Role", metadata: { name: "chart", namespace: NAMESPACE }, rules: own },
    {
      apiVersion,
      kind: "RoleBinding",
      metadata: { name: "chart", namespace: NAMESPACE },
      roleRef: roleRef("Role"),
      subjects,
    },
  ];
}
