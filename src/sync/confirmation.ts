import type { Clock } from "../base/clock.ts";
import type { Problem } from "../base/problem.ts";
import type { Configuration } from "./configuration.ts";
import { profileKey } from "./configurations.ts";
import type { ProblemBoard } from "./problem-board.ts";

export interface ConfirmationOptions {
  readonly clock: Clock;
  readonly problems: ProblemBoard;
  /** Reads every object anew; resolves when all are here. */
  readonly relist: () => Promise<void>;
  /** What was held back has been confirmed. */
  readonly confirmed: () => void;
}

/** After a list that failed as a whole, ms. */
const RETRY = 10_000;

/** Has everything listed anew before a configuration may take away more than a set share of the entities at once; says so once. */
export class Confirmation {
  readonly #options: ConfirmationOptions;
  readonly #told = new Map<Configuration, Problem>();
  #held: readonly Configuration[] = [];
  #asking = false;
  #cancelRetry: (() => void) | undefined;
  #stopped = false;

  constructor(options: ConfirmationOptions) {
    this.#options = options;
  }

  /** Looks which configurations are held back now. */
  look(configurations: readonly Configuration[]): void {
    const held = configurations.filter((configuration) => configuration.heldBack !== undefined);
    for (const known of this.#told.keys()) if (!held.includes(known)) this.#told.delete(known);
    for (const each of held) if (!this.#told.has(each)) this.#told.set(each, problemOf(each));
    this.#options.problems.report("held back", [...this.#told.values()]);
    this.#held = held;
    if (held.length > 0) this.#ask();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelRetry?.();
  }

  #ask(): void {
    if (this.#asking || this.#stopped) return;
    this.#asking = true;
    const asked = this.#held;
    this.#options.relist().then(
      () => this.#listed(asked),
      () => {
        if (!this.#stopped) this.#cancelRetry = this.#options.clock.after(RETRY, () => this.#again());
      },
    );
  }

  #again(): void {
    this.#asking = false;
    if (this.#held.length > 0) this.#ask();
  }

  #listed(asked: readonly Configuration[]): void {
    this.#asking = false;
    if (this.#stopped) return;
    for (const configuration of asked) configuration.confirm();
    this.#options.confirmed();
  }
}

function problemOf({ profile, heldBack }: Configuration): Problem {
  const { gone, of } = heldBack!;
  return {
    code: "configuration-held-back",
    severity: "error",
    object: { group: "", version: "", kind: "KongConfiguration", namespace: "", name: profileKey(profile) },
    message: `the new configuration would delete ${gone} of ${of} entities at once, more than --max-shrink-percent allows: it waits until all objects have been listed again and still say so`,
  };
}
