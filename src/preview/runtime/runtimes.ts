import type { Configuration, Configurations } from "../configuration.ts";
import type { Settings } from "../options.ts";
import { notServed } from "./not-served.ts";
import { buildRuntime, type Runtime } from "./runtime.ts";

/** The runtime of the configuration in force: made when traffic asks for it, so that many writes cost one. */
export class Runtimes {
  readonly #settings: Settings;
  readonly #configurations: Configurations;
  readonly #said = new Set<string>();
  #of: Configuration | undefined;
  #runtime: Runtime | undefined;

  constructor(configurations: Configurations, settings: Settings) {
    this.#configurations = configurations;
    this.#settings = settings;
  }

  get current(): Runtime {
    const configuration = this.#configurations.current;
    if (this.#runtime !== undefined && this.#of === configuration) return this.#runtime;
    const before = this.#runtime;
    const { flavor, random, log } = this.#settings;
    this.#runtime = buildRuntime(configuration.entities, flavor, random, before);
    this.#of = configuration;
    before?.free();
    for (const sentence of notServed(configuration.entities)) {
      if (!this.#said.has(sentence)) log.info(sentence);
      this.#said.add(sentence);
    }
    return this.#runtime;
  }

  free(): void {
    this.#runtime?.free();
    this.#runtime = undefined;
  }
}
