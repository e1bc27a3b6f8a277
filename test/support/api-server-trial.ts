import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Preview, startPreview } from "../../src/preview/gateway.ts";
import type { ApiServerFault } from "./api-server-faults.ts";
import { apiServerAvailable, CLUSTER_TIMEOUT, type Cluster, startCluster } from "./cluster.ts";
import { ControllerProcess } from "./controller.ts";
import { eventually } from "./eventually.ts";
import { freshHash } from "./fresh-configuration.ts";
import { WebsiteStream } from "./website-stream.ts";

const FAULTS = 2;

/** A controller beside an API server with this fault, under a stream of changes: for one small test file of each. */
export function testApiServerFault(fault: ApiServerFault, title: string): void {
  describe.skipIf(!apiServerAvailable())(title, () => {
    let cluster: Cluster;
    let gateway: Preview | undefined;
    let controller: ControllerProcess | undefined;

    beforeAll(async () => {
      cluster = await startCluster({ faults: fault, faultPeriod: 3_000 });
      await cluster.apply([
        {
          apiVersion: "networking.k8s.io/v1",
          kind: "IngressClass",
          metadata: { name: "kong" },
          spec: { controller: "ingress-controllers.konghq.com/kong" },
        },
        { apiVersion: "v1", kind: "Namespace", metadata: { name: "kong" } },
      ]);
    }, CLUSTER_TIMEOUT);
    afterAll(async () => {
      await controller?.remove();
      await gateway?.close();
      await cluster?.stop();
    });

    test("every change gets there, every status is written, nothing ends and nothing is lost in between", async () => {
      const stream = new WebsiteStream(cluster);
      gateway = await startPreview({ loaded: stream.loaded });
      controller = new ControllerProcess(
        [
          `--kubeconfig=${cluster.controllerKubeconfig()}`,
          `--kong-admin-url=${gateway.adminUrl}`,
          "--publish-status-address=192.0.2.1",
          "--force-leader-election=enabled",
          "--proxy-sync-seconds=0.1",
        ],
        { POD_NAME: "silverback-0", POD_NAMESPACE: "kong" },
      );
      const one = controller;
      await one.ready(60_000);
      const before = cluster.faultCount;
      while (cluster.faultCount < before + FAULTS) {
        await stream.change();
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      await stream.settled(60_000);
      expect(gateway.hash()).toBe(await freshHash(cluster));
      await eventually(async () => {
        const ingresses = await cluster.list("networking.k8s.io/v1", "Ingress");
        return ingresses.every(({ status }) => JSON.stringify(status).includes("192.0.2.1"));
      }, 60_000);
      expect([one.running, (await one.get("/healthz"))[0]]).toEqual([true, 200]);
      await one.ready();
      console.log(`${stream.count} changes, ${cluster.faultCount} faults, slowest ${stream.slowest} ms`);
    }, 240_000);
  });
}
