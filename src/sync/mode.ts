import type { Clock } from "../base/clock.ts";
import type { Fleet } from "./gateway.ts";

/** `degraded`: no gateway is ready (design §5). */
export type ModeName = "degraded" | "ready";

/** The mode of the program, which follows from the states of the connections and from nothing else. It begins degraded. */
export class Mode {
  readonly #fleet: Fleet;
  readonly #clock: Clock;
  readonly #listeners = new Set<(name: ModeName) => void>();
  readonly #stop: () => void;
  #name: ModeName = "degraded";
  #since: number;
  #degradedBefore = 0;

  constructor(fleet: Fleet, clock: Clock) {
    this.#fleet = fleet;
    this.#clock = clock;
    this.#since = clock.monotonic();
    this.#stop = fleet.listen(() => this.#look());
    this.#look();
  }

  get name(): ModeName {
    return this.#name;
  }

  /** How long it has lasted, ms. */
  get lasted(): number {
    return this.#clock.monotonic() - this.#since;
  }

  /** Time in degraded mode since the start, ms. */
  get degradedTime(): number {
    return this.#degradedBefore + (this.#name === "degraded" ? this.lasted : 0);
  }

  /** Called after each change, `lasted` being that of the new mode. */
  listen(listener: (name: ModeName) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  close(): void {
    this.#stop();
  }

  #look(): void {
    const name = this.#fleet.gateways.some(({ state }) => state.phase === "ready") ? "ready" : "degraded";
    if (name === this.#name) return;
    if (this.#name === "degraded") this.#degradedBefore += this.lasted;
    this.#name = name;
    this.#since = this.#clock.monotonic();
    for (const listener of [...this.#listeners]) listener(name);
  }
}
