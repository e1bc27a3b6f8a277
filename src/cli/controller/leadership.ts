import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { ApiClient } from "../../kubernetes/client.ts";
import { LeaderElection } from "../../kubernetes/leader-election.ts";
import { type LeaseName, LeaseStorage } from "../../kubernetes/lease.ts";
import type { Fleet } from "../../sync/gateway.ts";

export interface LeadershipOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly fleet: Fleet;
  /** Tells this process from all others. */
  readonly identity: string;
  /** Whether replicas elect a leader, when gateways are with or without a database (spec: flags §5). */
  readonly elects: (dbless: boolean) => boolean;
  /** Called when this replica begins and when it ceases to lead. */
  readonly onChange: (leading: boolean) => void;
}

/** A client that only the election uses, and the Lease it is about. */
export interface ElectionAccess {
  readonly client: ApiClient;
  readonly lease: LeaseName;
}

/**
 * Whether this replica leads: by election, or alone. As long as no gateway has answered they are taken to be without a database; the first one that has one may
 * make an election necessary, and nothing is pushed to it before that is won.
 */
export class Leadership {
  readonly #options: LeadershipOptions;
  readonly #stopListening: () => void;
  #elects: boolean;
  #access: ElectionAccess | undefined;
  #election: LeaderElection | undefined;
  #stopped = false;

  constructor(options: LeadershipOptions) {
    this.#options = options;
    this.#elects = options.elects(true);
    this.#stopListening = options.fleet.listen(() => this.#look());
  }

  /** True is never wrong at the moment it is asked. */
  get leading(): boolean {
    return !this.#stopped && (!this.#elects || this.#election?.leading === true);
  }

  /** It is known whether this replica or another one leads. */
  get settled(): boolean {
    return !this.#elects || this.leading || (this.holder ?? "") !== "";
  }

  /** Who leads, for people: the holder of the Lease; undefined when nobody is elected. */
  get holder(): string | undefined {
    return this.#elects ? (this.#election?.holder ?? "") : undefined;
  }

  /** From here on an election can be held. */
  start(access: ElectionAccess): void {
    this.#access = access;
    this.#stand();
  }

  /** Steps down; gives the Lease back. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    const led = this.leading;
    this.#stopped = true;
    this.#stopListening();
    if (led && this.#election === undefined) this.#options.onChange(false);
    await this.#election?.stop();
  }

  #look(): void {
    if (this.#elects || !this.#options.elects(false)) return;
    const { fleet, log, onChange } = this.#options;
    if (!fleet.gateways.some(({ state }) => state.phase === "ready" && !state.facts.profile.dbless)) return;
    this.#elects = true;
    log.info("A gateway has a database, which replicas share: a leader is elected");
    onChange(false);
    this.#stand();
  }

  #stand(): void {
    if (!this.#elects || this.#access === undefined || this.#election !== undefined || this.#stopped) return;
    const { clock, random, log, identity, onChange } = this.#options;
    const { client, lease } = this.#access;
    log.info(`Standing for election by the Lease ${lease.namespace}/${lease.name}`, { identity });
    const storage = new LeaseStorage(client, lease);
    this.#election = new LeaderElection({ storage, clock, random, log, identity, onChange });
    this.#election.start();
  }
}
