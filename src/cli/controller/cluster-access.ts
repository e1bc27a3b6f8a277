import type { Clock } from "../../base/clock.ts";
import { ApiClient } from "../../kubernetes/client.ts";
import type { Environment } from "../../kubernetes/proxy.ts";
import { readTextFile, resolveAccess } from "../../kubernetes/resolve-access.ts";
import { runProgram } from "../../kubernetes/run-program.ts";
import type { ParsedFlags } from "../flags/parse.ts";
import { clusterOptions } from "../settings/cluster.ts";

export interface ClusterAccessOptions {
  readonly flags: ParsedFlags;
  readonly environment: Environment;
  readonly userAgent: string;
  readonly clock: Clock;
}

/** The one client of a controller for its API server, made when somebody needs it. */
export class ClusterAccess {
  readonly #options: ClusterAccessOptions;
  #client: Promise<ApiClient> | undefined;
  #closed = false;

  constructor(options: ClusterAccessOptions) {
    this.#options = options;
  }

  /** Rejects when the flags and the environment do not say how to reach an API server; whether it is there is not asked. */
  client(): Promise<ApiClient> {
    this.#client ??= this.#connect();
    return this.#client;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const client = await this.#client?.catch(() => undefined);
    await client?.close();
  }

  async #connect(): Promise<ApiClient> {
    const { flags, environment: env, userAgent, clock } = this.#options;
    const { kubeconfig, apiServer, qps, burst } = clusterOptions(flags);
    const access = await resolveAccess({
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
      ...(apiServer === undefined ? {} : { apiServerHost: apiServer }),
      env,
      readText: readTextFile,
      runProgram,
      clock,
    });
    const client = new ApiClient({ access, clock, userAgent, qps, burst, env });
    if (this.#closed) await client.close();
    return client;
  }
}
