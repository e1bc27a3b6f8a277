import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Preview, startPreview } from "../src/preview/gateway.ts";
import { reporters } from "../src/translate/reports/reporters.ts";
import { ALL_KINDS } from "./support/all-kinds.ts";
import { refusedForGood } from "./support/audit.ts";
import { apiServerAvailable, CLUSTER_TIMEOUT, type Cluster, startCluster } from "./support/cluster.ts";
import { type TestObject, toObjects } from "./support/cluster-client.ts";
import { ControllerProcess } from "./support/controller.ts";
import { eventually } from "./support/eventually.ts";
import { crdsIn, gatewayApiCrds, publishedCrdsAvailable } from "./support/published-crds.ts";
import { CONTROLLER_USER, chartRoleKnown, deployManifests, roleObjects } from "./support/roles.ts";

/** The manifests of deploy/ on a real API server, and the controller with the rights that they give, or that Kong's own chart gives. */

const root = fileURLToPath(new URL("..", import.meta.url));
const NAMESPACE = "kong";
const manifests = () => deployManifests("deploy", "deploy/metrics", "deploy/webhook");

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
    cluster = await startCluster({ role: "none" });
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
    ["our own role", false],
    ["the verbs that Kong's chart grants", true],
  ] as const)("the controller with %s", (_, isChart) => {
    const there = !isChart || chartRoleKnown;
    let gateway: Preview;
    let controller: ControllerProcess;
    const before = new Map<string, string>();
    let askedBefore = 0;

    beforeAll(async () => {
      if (!there) return;
      if (isChart) {
        for (const object of manifests()) if (/Role/.test(object.kind)) await cluster.delete(object);
        await cluster.apply(roleObjects("kic"));
      } else await cluster.apply(manifests().filter(({ kind }) => kind !== "ValidatingWebhookConfiguration"));
      await cluster.patchStatus(
        { apiVersion: "v1", kind: "Service", metadata: { name: "kong-proxy", namespace: NAMESPACE } },
        { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } },
      );
      for (const { kind, metadata, apiVersion } of toObjects(ALL_KINDS))
        await cluster.delete({ apiVersion, kind, metadata });
      for (const object of await cluster.apply(ALL_KINDS)) before.set(keyOf(object), JSON.stringify(object["status"]));
      askedBefore = cluster.controllerRequests().length;
      gateway = await startPreview();
      controller = new ControllerProcess(
        [
          ...args().filter((arg) => !/admin-url|webhook/.test(arg)),
          `--kubeconfig=${cluster.kubeconfig(CONTROLLER_USER)}`,
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

    test.skipIf(!there)("writes the status of every kind that has one", async () => {
      const written = toObjects(ALL_KINDS)
        .filter(({ kind }) => reporters.some((reporter) => reporter.kind.kind === kind))
        // KIC has no ListenerSets, so Kong's chart grants none.
        .filter(({ kind }) => !(isChart && kind === "ListenerSet"));
      const kinds = new Set(written.map(({ kind }) => kind));
      const missing = reporters.map(({ kind: { kind } }) => kind).filter((kind) => !kinds.has(kind));
      expect(missing).toEqual(isChart ? ["ListenerSet"] : []);
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

    test.skipIf(isChart)("asks for all that it is granted: nothing is granted in vain", async () => {
      // An event is patched when the same comes again.
      const rarely = ["patch events"];
      await eventually(() => {
        const asked = new Set(cluster.controllerRequests().map(({ verb, resource }) => `${verb} ${resource}`));
        expect(granted().filter((right) => !asked.has(right) && !rarely.includes(right))).toEqual([]);
        return true;
      });
    });

    test.skipIf(!there)("is refused nothing that it asks for", async () => {
      const said = controller.log.split("\n").filter((line) => /does not let us|cannot be written/i.test(line));
      const refused = refusedForGood(cluster.controllerRequests().slice(askedBefore));
      // KIC has no ListenerSets, so Kong's chart grants none: they are done without.
      expect([...said, ...refused].filter((line) => !(isChart && /ListenerSet/i.test(line)))).toEqual([]);
    });
  });

  /** The arguments of the Deployment. */
  function args(): readonly string[] {
    return podTemplate().spec.containers.find(({ name }) => name === "controller")!.args!;
  }
});

function keyOf({ kind, metadata }: TestObject): string {
  return `${kind}/${metadata.namespace ?? ""}/${metadata.name}`;
}

/** What the roles of deploy/ grant, as an audit log names it. */
function granted(): readonly string[] {
  interface Rule {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
  }
  const rules = deployManifests("deploy").flatMap(({ rules: all = [] }) => all as readonly Rule[]);
  return rules.flatMap(({ apiGroups, resources, verbs }) =>
    resources.flatMap((resource) => {
      const [plural = "", subresource] = resource.split("/");
      const name = [plural, ...apiGroups.filter((group) => group !== "")].join(".");
      return verbs.map((verb) => `${verb} ${name}${subresource === undefined ? "" : `/${subresource}`}`);
    }),
  );
}
