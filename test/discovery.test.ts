import { expect, test } from "vitest";
import { apiServerAvailable, CLUSTER_TIMEOUT } from "./support/cluster.ts";
import { privateNetworkAvailable, runInPrivateNetwork } from "./support/private-network.ts";

test.skipIf(!apiServerAvailable() || !privateNetworkAvailable())(
  "gateways behind a Service: appearing, late, terminating, replaced, gone and back",
  async () => {
    const { code, output } = await runInPrivateNetwork("discovery.ts", ["10.99.0.1", "10.99.0.2"]);
    expect(output).toContain("all is well");
    expect(code).toBe(0);
  },
  CLUSTER_TIMEOUT,
);
