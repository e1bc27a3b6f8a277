import type { ConnectionState, Fleet, GatewayEvent } from "../sync/gateway.ts";
import { LiveGateway, type LiveGatewayOptions } from "./live-gateway.ts";

export type GatewayMember = Omit<LiveGatewayOptions, "changed" | "held">;

/**
 * All gateways that are known, and the one decision that concerns them together: who gives up. Each has its own attempts; only when none was ever reached and
 * all attempts of all of them are used does the fleet give up, and once one was reached nobody ever does (design §5).
 */
export class GatewayFleet implements Fleet {
  readonly #members = new Map<string, LiveGateway>();
  readonly #listeners = new Set<(event: GatewayEvent) => void>();
  #reached = false;
  #closed = false;

  get gateways(): readonly LiveGateway[] {
    return [...this.#members.values()];
  }

  /** A gateway was ready at least once since the start. */
  get everReached(): boolean {
    return this.#reached;
  }

  listen(listener: (event: GatewayEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Begins to connect to a gateway. */
  add(member: GatewayMember): LiveGateway {
    if (this.#members.has(member.id)) throw new Error(`two gateways with the id ${member.id}`);
    const gateway = new LiveGateway({
      ...member,
      changed: (changed) => this.#changed(changed),
      held: (asked, hash) => this.#send({ type: "held", gateway: asked, hash }),
    });
    this.#members.set(member.id, gateway);
    if (this.#reached) gateway.persist();
    this.#send({ type: "state", gateway });
    gateway.start();
    return gateway;
  }

  get(id: string): LiveGateway | undefined {
    return this.#members.get(id);
  }

  /** Ends the connection to a gateway that is gone. */
  remove(id: string): void {
    const gateway = this.#members.get(id);
    if (gateway === undefined) return;
    this.#members.delete(id);
    gateway.close();
    this.#send({ type: "left", gateway });
    this.#giveUp();
  }

  close(): void {
    this.#closed = true;
    for (const gateway of this.#members.values()) gateway.close();
  }

  #send(event: GatewayEvent): void {
    if (this.#closed) return;
    for (const listener of [...this.#listeners]) listener(event);
  }

  #changed(gateway: LiveGateway): void {
    // What a gateway does on its way out is not said any more.
    if (this.#members.get(gateway.id) !== gateway) return;
    const { state } = gateway;
    this.#send({ type: "state", gateway });
    if (state.phase === "ready") this.#persist();
    else if (state.phase === "exhausted") this.#giveUp();
  }

  #persist(): void {
    if (this.#reached) return;
    this.#reached = true;
    for (const gateway of this.#members.values()) gateway.persist();
  }

  /** When the last of them has used its attempts, or has gone. */
  #giveUp(): void {
    if (this.#reached || this.#closed) return;
    let last: Extract<ConnectionState, { readonly phase: "exhausted" }> | undefined;
    for (const { state } of this.#members.values()) {
      if (state.phase !== "exhausted") return;
      last = state;
    }
    if (last !== undefined) this.#send({ type: "gave-up", attempts: last.attempts, cause: last.cause });
  }
}
