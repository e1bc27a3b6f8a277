import { Agent, request } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apiServerAvailable, CLUSTER_TIMEOUT, type Cluster, startCluster } from "./support/cluster.ts";
import { ControllerProcess } from "./support/controller.ts";
import { deployManifests } from "./support/roles.ts";

/** `--metrics-access-filter=rbac`: the API server says who may read metrics. */

describe.skipIf(!apiServerAvailable())("metrics for those who may read them", () => {
  const agent = new Agent({ connect: { rejectUnauthorized: false } });
  let cluster: Cluster;
  let controller: ControllerProcess;

  beforeAll(async () => {
    cluster = await startCluster({ users: { scraper: [], nobody: [] } });
    await cluster.apply([
      ...deployManifests("deploy/metrics"),
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRoleBinding",
        metadata: { name: "scraper" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "silverback-metrics-reader" },
        subjects: [{ kind: "User", name: "scraper", apiGroup: "rbac.authorization.k8s.io" }],
      },
    ]);
    controller = new ControllerProcess([
      `--kubeconfig=${cluster.controllerKubeconfig()}`,
      "--kong-admin-url=http://127.0.0.1:1",
      "--publish-status-address=192.0.2.1",
      "--metrics-access-filter=rbac",
    ]);
  }, CLUSTER_TIMEOUT);
  afterAll(async () => {
    await controller?.remove();
    await agent.destroy();
    await cluster?.stop();
  });

  async function metrics(token?: string): Promise<readonly [number, string]> {
    const answer = await request(`https://127.0.0.1:${await controller.port("metrics")}/metrics`, {
      dispatcher: agent,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    return [answer.statusCode, await answer.body.text()];
  }

  test("who may get /metrics gets them, over TLS; others do not", async () => {
    const [status, text] = await metrics(cluster.tokenOf("scraper"));
    expect([status, text]).toEqual([200, expect.stringContaining("silverback_degraded 1")]);
    expect((await metrics(cluster.tokenOf("nobody")))[0]).toBe(403);
    expect((await metrics("made-up"))[0]).toBe(401);
    expect((await metrics())[0]).toBe(401);
  });

  test("tokens are nowhere in the log", () => {
    expect(controller.log).not.toContain(cluster.tokenOf("scraper"));
    expect(controller.log).not.toContain("made-up");
  });
});
