import type { Clock } from "../base/clock.ts";
import { formatDuration } from "../base/duration.ts";
import type { Log } from "../base/log.ts";
import type { Cause, Fleet, Gateway, GatewayEvent } from "./gateway.ts";
import type { Mode } from "./mode.ts";
import { describeConnection } from "./readiness.ts";
import { isWorthTelling } from "./worth-telling.ts";

export interface ModeLogOptions {
  readonly log: Log;
  readonly clock: Clock;
  readonly fleet: Fleet;
  readonly mode: Mode;
}

/** The first summary in degraded mode comes after this, the next after twice as long, and so on: a night is a page. Times in ms. */
const FIRST_SUMMARY = 60_000;
const LONGEST_SUMMARY = 30 * 60_000;
/** So many attempts in a row are worth a line each, and so many of all gateways together until one is ready. */
const TOLD_ATTEMPTS = 6;
const TOLD_LINES = 20;

/** Tells people how the connections stand: one line when degraded mode begins, one when it ends, and little in between. */
export class ModeLog {
  readonly #options: ModeLogOptions;
  readonly #stop: () => void;
  readonly #advised = new Set<string>();
  #announced = false;
  #told = 0;
  #cancelSummary: (() => void) | undefined;

  constructor(options: ModeLogOptions) {
    this.#options = options;
    this.#stop = options.fleet.listen((event) => this.#take(event));
  }

  close(): void {
    this.#cancelSummary?.();
    this.#stop();
  }

  #announce(): void {
    if (this.#announced) return;
    this.#announced = true;
    this.#told = 0;
    this.#options.log.info(
      "Degraded mode: no gateway is ready. Watching, compiling and checking go on; pushing waits until a gateway is ready",
    );
    this.#summarizeAfter(FIRST_SUMMARY);
  }

  #take(event: GatewayEvent): void {
    const { log, mode } = this.#options;
    if (event.type === "gave-up" || event.type === "held") return;
    const { gateway } = event;
    const { state } = gateway;
    if (event.type === "left") {
      if (!gateway.placeholder) log.info(`The gateway ${gateway.name} is gone`);
    } else if (state.phase === "ready") {
      const { version, profile } = state.facts;
      log.info(`Connected to ${gateway.name}`, { version, routerFlavor: profile.flavor });
      for (const advice of this.#advised) if (advice.startsWith(`${gateway.id} `)) this.#advised.delete(advice);
      this.#end();
    } else if (state.phase === "lost") {
      log.info(`Lost the connection to ${gateway.name}: ${state.cause.message}`);
    } else if (state.phase === "exhausted") {
      log.error(`${gateway.name}: all ${state.attempts} attempts failed; the last: ${state.cause.message}`);
      this.#advise(gateway, state.cause);
    } else if (state.phase === "connecting" && state.delay !== undefined && state.cause !== undefined) {
      if (mode.name === "degraded") this.#announce();
      const told =
        mode.name === "degraded"
          ? state.attempt <= TOLD_ATTEMPTS && ++this.#told <= TOLD_LINES
          : isWorthTelling(state.attempt);
      const delay = formatDuration(state.delay);
      const line = `Attempt ${state.attempt} to connect to ${gateway.name} failed: ${state.cause.message}; the next one in ${delay}`;
      if (told) log.info(line);
      else log.debug(line);
      this.#advise(gateway, state.cause);
    }
  }

  /** A cause that waiting will hardly mend is said at once, and once. */
  #advise(gateway: Gateway, { message, advice }: Cause): void {
    if (advice === undefined || this.#advised.has(`${gateway.id} ${advice}`)) return;
    this.#advised.add(`${gateway.id} ${advice}`);
    this.#options.log.error(`${gateway.name}: ${message}. Waiting will hardly mend this: ${advice}`);
  }

  #end(): void {
    if (!this.#announced) return;
    this.#announced = false;
    this.#cancelSummary?.();
    this.#options.log.info("Degraded mode has ended: a gateway is ready");
  }

  #summarizeAfter(ms: number): void {
    const { clock, fleet, log, mode } = this.#options;
    this.#cancelSummary = clock.after(ms, () => {
      const lines = fleet.gateways.slice(0, 3).map((gateway) => describeConnection(gateway, clock.monotonic()));
      const more = fleet.gateways.length > 3 ? ` (and ${fleet.gateways.length - 3} more)` : "";
      const lasted = formatDuration(Math.round(mode.lasted / 1000) * 1000);
      log.info(`Still in degraded mode after ${lasted}: ${lines.join("; ") || "no gateway is known"}${more}`);
      this.#summarizeAfter(Math.min(ms * 2, LONGEST_SUMMARY));
    });
  }
}
