import type { Clock } from "../../base/clock.ts";
import { formatDuration } from "../../base/duration.ts";
import type { Log } from "../../base/log.ts";
import type { KindFailure } from "./kind-state.ts";

/** Kinds that cannot be read at the moment, with the reason. */
export type Failing = ReadonlyMap<string, KindFailure>;

/** A failure shorter than this, ms, is everyday life: a watch that was cut, a server that restarts. */
const NOTICEABLE = 2_000;
const SUMMARY_EVERY = 60_000;

/** Says in few lines that the cluster cannot be read: one when it begins, a summary each minute at most, one when it is over. */
export class OutageLog {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #failing: () => Failing;
  #since: number | undefined;
  #cancel: (() => void) | undefined;

  constructor(log: Log, clock: Clock, failing: () => Failing) {
    this.#log = log;
    this.#clock = clock;
    this.#failing = failing;
  }

  /** To be called when what fails may have changed. */
  changed(): void {
    const failing = this.#failing();
    if (failing.size > 0) this.#cancel ??= this.#clock.after(NOTICEABLE, () => this.#tell());
    else if (this.#since === undefined) this.stop();
    else {
      this.#log.info("The cluster can be read again", {
        after: formatDuration(Math.round(this.#clock.monotonic() - this.#since)),
      });
      this.stop();
    }
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#since = undefined;
  }

  #tell(): void {
    const failing = this.#failing();
    const since = Math.min(...[...failing.values()].map((failure) => failure.since));
    if (this.#since === undefined) {
      this.#since = since;
      this.#log.error(
        "The cluster cannot be read; what is known stays in use, and reading is tried again for ever",
        describe(failing),
      );
    } else {
      const fields = { ...describe(failing), for: formatDuration(Math.round(this.#clock.monotonic() - this.#since)) };
      this.#log.error("The cluster still cannot be read", fields);
    }
    this.#cancel = this.#clock.after(SUMMARY_EVERY, () => this.#tell());
  }
}

function describe(failing: Failing): { readonly kinds: string; readonly cause: string } {
  const causes = [...failing.values()].map((failure) => failure.message);
  return { kinds: [...failing.keys()].join(", "), cause: causes[0] ?? "" };
}
