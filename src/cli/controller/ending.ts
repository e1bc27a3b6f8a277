import { type Clock, sleep } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { GatewayFleet } from "../../gateways/gateway-fleet.ts";
import type { ExitCode } from "../command.ts";

/** 0 when the controller is told to end; rejects when no gateway was reached in all attempts. */
export function endOf(signal: AbortSignal, fleet: GatewayFleet, log: Log): Promise<ExitCode> {
  return new Promise((resolve, reject) => {
    const end = () => {
      log.info("Told to end; ending");
      resolve(0);
    };
    if (signal.aborted) end();
    signal.addEventListener("abort", end, { once: true });
    fleet.listen((event) => {
      if (event.type !== "gave-up") return;
      const { message, advice } = event.cause;
      const cause = advice === undefined ? message : `${message}; ${advice}`;
      reject(new Error(`failed to create Kong client after ${event.attempts} attempts: ${cause}`));
    });
  });
}

/** Waits for work, but not longer than `ms`. */
export async function within(clock: Clock, ms: number, work: Promise<unknown> | undefined): Promise<void> {
  const waited = new AbortController();
  try {
    await Promise.race([work, sleep(clock, ms, waited.signal)]);
  } finally {
    waited.abort();
  }
}
