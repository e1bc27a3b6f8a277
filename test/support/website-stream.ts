import type { RouteRow } from "../../src/preview/route-row.ts";
import type { ClusterClient } from "./cluster-client.ts";
import { eventually } from "./eventually.ts";
import { website } from "./manifests.ts";

interface Change {
  readonly name: string;
  /** Of the website; Infinity: it was deleted. */
  readonly version: number;
  /** Monotonic ms, before the API server was asked. */
  readonly began: number;
}

/** Every third change is a new website, every third the next version of one, every third takes one away. */
const SORTS = 3;

/** A stream of changes in a cluster: websites that come, change and go. Knows what a gateway holds of them, and how long each took to be live. */
export class WebsiteStream {
  readonly #cluster: ClusterClient;
  /** The version of each website that is to be. */
  readonly #wanted = new Map<string, number>();
  /** The version of each website that the gateway serves. */
  #live: ReadonlyMap<string, number> = new Map();
  #waiting: readonly Change[] = [];
  #count = 0;
  /** From each change to the gateway, ms. */
  readonly took: number[] = [];

  constructor(cluster: ClusterClient) {
    this.#cluster = cluster;
  }

  /** To be given to the gateway: called after each configuration that it took. */
  readonly loaded = (routes: readonly RouteRow[]): void => {
    this.#live = new Map(
      routes.map(({ hosts, paths }) => [hosts[0]!.replace(".test", ""), Number(/\/v(\d+)/.exec(paths[0]!)?.[1])]),
    );
    this.#arrived(({ name, version }) => {
      const live = this.#live.get(name);
      return live === undefined ? version === Infinity : live >= version;
    });
  };

  /** How many changes were made. */
  get count(): number {
    return this.#count;
  }

  /** The slowest change that is live, ms. */
  get slowest(): number {
    return Math.round(Math.max(0, ...this.took));
  }

  /** Makes one more change. */
  async change(): Promise<void> {
    const sort = this.#count % SORTS;
    const [oldest] = this.#wanted.keys();
    const name = sort === 0 || oldest === undefined ? `w${this.#count}` : oldest;
    const version = sort === 2 ? Infinity : (this.#wanted.get(name) ?? 0) + 1;
    this.#count += 1;
    // The oldest is the one whose last change is the longest ago.
    this.#wanted.delete(name);
    if (version !== Infinity) this.#wanted.set(name, version);
    this.#waiting = [...this.#waiting, { name, version, began: performance.now() }];
    if (version === Infinity)
      await this.#cluster.delete({
        apiVersion: "networking.k8s.io/v1",
        kind: "Ingress",
        metadata: { namespace: "shop", name },
      });
    else await this.#cluster.apply(website(name, `/v${version}`));
  }

  /** Waits until all changes are live, and nothing else is. */
  async settled(limit = 30_000): Promise<void> {
    await eventually(() => {
      const [wanted, live] = [this.#wanted, this.#live].map((map) => JSON.stringify([...map].sort()));
      if (wanted !== live) throw new Error(`the gateway has ${live} in place of ${wanted}`);
      return true;
    }, limit);
    // A website that came and went before anybody pushed was never live.
    this.#arrived(() => true);
  }

  #arrived(isLive: (change: Change) => boolean): void {
    const now = performance.now();
    for (const change of this.#waiting.filter(isLive)) this.took.push(now - change.began);
    this.#waiting = this.#waiting.filter((change) => !isLive(change));
  }
}
