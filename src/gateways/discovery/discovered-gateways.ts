import type { RetryPolicy } from "../../base/backoff.ts";
import type { Clock } from "../../base/clock.ts";
import type { EndpointSliceObject } from "../../resources/core/endpoint-slice.ts";
import { AdminFailure } from "../admin-failure.ts";
import type { GatewayAdmin } from "../gateway-admin.ts";
import type { GatewayFleet } from "../gateway-fleet.ts";
import { type FoundGateway, gatewaysIn, type Nobody, nobodyIn } from "./endpoints.ts";

export interface DiscoveryOptions {
  readonly fleet: GatewayFleet;
  /** `namespace/name` of the Service whose endpoints are the gateways. */
  readonly service: string;
  readonly portNames: readonly string[];
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  readonly checkInterval: number;
  /** How a gateway at a URL is spoken to. */
  readonly adminAt: (url: string) => GatewayAdmin;
}

/** Why there are no endpoints, when the reason is not that there are none. */
export type Obstacle = string | undefined;

/** Keeps a fleet at what the EndpointSlices of a Service say: a connection for each Pod, and as long as there is none, one that stands for the search itself. */
export class DiscoveredGateways {
  readonly #options: DiscoveryOptions;
  readonly #slices = new Map<string, EndpointSliceObject>();
  #known = new Map<string, FoundGateway>();
  #obstacle: Obstacle = "its EndpointSlices have not been listed yet";
  /** Each search is another member of the fleet: ids are never used again. */
  #searches = 0;
  #search: string | undefined;

  constructor(options: DiscoveryOptions) {
    this.#options = options;
    this.#beginSearch();
  }

  /** These are all the slices there are. */
  replace(slices: readonly EndpointSliceObject[]): void {
    this.#obstacle = undefined;
    this.#slices.clear();
    for (const slice of slices) this.#slices.set(slice.metadata.name, slice);
    this.#look();
  }

  upsert(slice: EndpointSliceObject): void {
    this.#slices.set(slice.metadata.name, slice);
    this.#look();
  }

  remove(name: string): void {
    if (this.#slices.delete(name)) this.#look();
  }

  /** The slices cannot be read at the moment, or can again. What is known stays. */
  obstructed(obstacle: Obstacle): void {
    this.#obstacle = obstacle;
  }

  #look(): void {
    const { fleet } = this.#options;
    const found = new Map(gatewaysIn(this.#slices.values(), this.#options.portNames).map((one) => [one.id, one]));
    const before = this.#known;
    this.#known = found;
    // New ones first: while one Pod takes another's place nobody need search.
    for (const [id, one] of found) if (!before.has(id)) this.#add(one);
    for (const [id, one] of before) {
      const now = found.get(id);
      if (now === undefined) fleet.remove(id);
      else if (now.condition !== one.condition) fleet.get(id)?.poke();
    }
    if (found.size > 0) this.#endSearch();
    else this.#beginSearch();
  }

  #add({ id, pod, url }: FoundGateway): void {
    const { fleet, policy, clock, checkInterval, adminAt } = this.#options;
    fleet.add({ id, name: `Pod ${pod} (${url})`, admin: adminAt(url), policy, clock, checkInterval });
  }

  /** A search that finds nothing has its attempts as a gateway that does not answer (design §5). */
  #beginSearch(): void {
    if (this.#search !== undefined) return;
    const { fleet, service, portNames, policy, clock, checkInterval } = this.#options;
    this.#search = `search ${++this.#searches}`;
    fleet.add({
      id: this.#search,
      name: `the endpoints of Service ${service}`,
      admin: new NobodyThere(() => {
        const { why, advice }: Nobody =
          this.#obstacle === undefined ? nobodyIn(this.#slices.values(), portNames) : { why: this.#obstacle };
        return new AdminFailure("unreachable", `no endpoints for service: "${service}" (${why})`, advice);
      }),
      policy,
      clock,
      checkInterval,
      placeholder: true,
    });
  }

  #endSearch(): void {
    if (this.#search !== undefined) this.#options.fleet.remove(this.#search);
    this.#search = undefined;
  }
}

/** In the place of a gateway while none is found. */
class NobodyThere implements GatewayAdmin {
  readonly url = "";
  readonly #why: () => AdminFailure;

  constructor(why: () => AdminFailure) {
    this.#why = why;
  }

  reach(): Promise<never> {
    return Promise.reject(this.#why());
  }

  status(): Promise<never> {
    return this.reach();
  }

  push(): Promise<never> {
    return this.reach();
  }

  ask(): Promise<never> {
    return this.reach();
  }

  forget(): void {
    // There is nothing to forget.
  }
}
