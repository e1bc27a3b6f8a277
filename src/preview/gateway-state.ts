import type { Traffic } from "./admin/status.ts";
import type { UpstreamBalancer } from "./balance/upstream-balancer.ts";
import type { Configurations } from "./configuration.ts";
import type { Settings } from "./options.ts";

/** What the parts of one preview gateway share. */
export interface Gateway {
  readonly settings: Settings;
  readonly nodeId: string;
  readonly configurations: Configurations;
  /** The ports in use; 0 before they are known. */
  readonly ports: () => {
    readonly admin: number;
    readonly status: number;
    readonly proxy: number;
    readonly proxyTls: number;
  };
  readonly traffic: () => Traffic;
  /** The balancing of an upstream, by its name. */
  readonly balancer: (upstream: string) => UpstreamBalancer | undefined;
  /** Set by `POST /status/ready`, until a restart. */
  draining: boolean;
}
