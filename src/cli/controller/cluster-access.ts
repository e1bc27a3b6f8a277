import type { Clock } from "../../base/clock.ts";
import type { Access } from "../../kubernetes/access.ts";
import { AccessReviews } from "../../kubernetes/access-review.ts";
import { ApiClient } from "../../kubernetes/client.ts";
import type { Environment } from "../../kubernetes/proxy.ts";
import { readTextFile, resolveAccess } from "../../kubernetes/resolve-access.ts";
import { runProgram } from "../../kubernetes/run-program.ts";
import type { MayGet } from "../../server/granted-app.ts";
import type { ParsedFlags } from "../flags/parse.ts";
import { clusterOptions } from "../settings/cluster.ts";

export interface ClusterAccessOptions {
  readonly flags: ParsedFlags;
  readonly environment: Environment;
  readonly userAgent: string;
  readonly clock: Clock;
}

/** The clients of a controller for its API server, made when somebody needs them. */
export class ClusterAccess {
  readonly #options: ClusterAccessOptions;
  #access: Promise<Access> | undefined;
  #client: Promise<ApiClient> | undefined;
  #electionClient: Promise<ApiClient> | undefined;
  #closed = false;

  constructor(options: ClusterAccessOptions) {
    this.#options = options;
  }

  /** Rejects when the flags and the environment do not say how to reach an API server; whether it is there is not asked. */
  client(): Promise<ApiClient> {
    const { qps, burst } = clusterOptions(this.#options.flags);
    this.#client ??= this.#connect(qps, burst);
    return this.#client;
  }

  /** With connections of its own, and without a rate limit: nothing holds the leader's Lease up. */
  electionClient(): Promise<ApiClient> {
    this.#electionClient ??= this.#connect(0, 0);
    return this.#electionClient;
  }

  /** The namespace that is ours: the Pod's, or that of the kubeconfig's context. */
  async namespace(): Promise<string | undefined> {
    return (await this.#resolve()).namespace;
  }

  /** Who may get a path of ours, as the API server has it. */
  mayGet(): MayGet {
    let reviews: AccessReviews | undefined;
    return async (token, path) => {
      reviews ??= new AccessReviews(await this.client(), this.#options.clock);
      return reviews.mayGet(token, path);
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    const clients = [this.#client, this.#electionClient].map((client) => client?.catch(() => undefined));
    for (const client of await Promise.all(clients)) await client?.close();
  }

  #resolve(): Promise<Access> {
    const { flags, environment: env, clock } = this.#options;
    const { kubeconfig, apiServer } = clusterOptions(flags);
    this.#access ??= resolveAccess({
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
      ...(apiServer === undefined ? {} : { apiServerHost: apiServer }),
      env,
      readText: readTextFile,
      runProgram,
      clock,
    });
    return this.#access;
  }

  async #connect(qps: number, burst: number): Promise<ApiClient> {
    const { environment: env, userAgent, clock } = this.#options;
    const access = await this.#resolve();
    const client = new ApiClient({ access, clock, userAgent, qps, burst, env });
    if (this.#closed) await client.close();
    return client;
  }
}
