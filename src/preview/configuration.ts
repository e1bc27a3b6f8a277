import { type EntitySet, NO_ENTITIES } from "./entity-set.ts";

/** The hash that Kong reports for a gateway without a configuration. */
export const EMPTY_HASH = "0".repeat(32);

/** What a gateway holds. */
export interface Configuration {
  readonly entities: EntitySet;
  /** 32 hex digits; zeros when there are no entities. */
  readonly hash: string;
}

export const EMPTY_CONFIGURATION: Configuration = { entities: NO_ENTITIES, hash: EMPTY_HASH };

/** The configuration in force and those before it. */
export class Configurations {
  readonly #history: Configuration[] = [EMPTY_CONFIGURATION];
  readonly #keep: number;
  #current: Configuration = EMPTY_CONFIGURATION;

  constructor(keep = 5) {
    this.#keep = keep;
  }

  get current(): Configuration {
    return this.#current;
  }

  /** Puts a configuration in force. */
  load(configuration: Configuration): void {
    this.#history.push(configuration);
    if (this.#history.length > this.#keep) this.#history.shift();
    this.#current = configuration;
  }

  /** Puts a changed configuration in the place of the one in force. */
  amend(configuration: Configuration): void {
    this.#history[this.#history.length - 1] = configuration;
    this.#current = configuration;
  }

  /** What a restarted gateway finds: nothing, or the configuration that was in force `back` loads ago. */
  restart(back: number | "empty"): void {
    const index = this.#history.length - 1 - (back === "empty" ? 0 : back);
    this.#current = back === "empty" ? EMPTY_CONFIGURATION : (this.#history[Math.max(0, index)] ?? EMPTY_CONFIGURATION);
  }
}
