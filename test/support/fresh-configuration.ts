import { startPreview } from "../../src/preview/gateway.ts";
import type { Cluster } from "./cluster.ts";
import { ControllerProcess } from "./controller.ts";

/** What a gateway holds, as its hash, that a controller just started has configured from this cluster: the measure for those who have lived through something. */
export async function freshHash(cluster: Cluster): Promise<string> {
  const gateway = await startPreview();
  const controller = new ControllerProcess([
    `--kubeconfig=${cluster.controllerKubeconfig()}`,
    `--kong-admin-url=${gateway.adminUrl}`,
    "--update-status=false",
    "--emit-kubernetes-events=false",
    "--force-leader-election=disabled",
  ]);
  try {
    await controller.ready(60_000);
    return gateway.hash();
  } finally {
    await controller.remove();
    await gateway.close();
  }
}
