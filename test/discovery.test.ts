import { expect, test } from "vitest";
import { apiServerAvailable, CLUSTER_TIMEOUT } from "./support/cluster.ts";
import { privateNetworkAvailable, runInPrivateNetwork } from "./support/private-network.ts";

test.skipIf(!apiServerAvailable() || !privateNetworkAvailable())(
  "gateways behind a Service: appearing, late, terminating, replaced, gone and back, thirty at once",
  async () => {
    const addresses = ["10.99.0.1", "10.99.0.2", ...Array.from({ length: 30 }, (_, i) => `10.99.1.${i + 1}`)];
    const { code, output } = await runInPrivateNetwork("discovery.ts", addresses);
    expect(output).toContain("all is well");
    expect(code).toBe(0);
  },
  CLUSTER_TIMEOUT,
);
