import { monitorEventLoopDelay } from "node:perf_hooks";
import { collectDefaultMetrics, Gauge, type Registry } from "prom-client";

/** What prom-client says of the event loop's delay, each the value of a histogram in ns. */
const VALUES = {
  nodejs_eventloop_lag_min_seconds: "min",
  nodejs_eventloop_lag_max_seconds: "max",
  nodejs_eventloop_lag_mean_seconds: "mean",
  nodejs_eventloop_lag_stddev_seconds: "stddev",
  nodejs_eventloop_lag_p50_seconds: 50,
  nodejs_eventloop_lag_p90_seconds: 90,
  nodejs_eventloop_lag_p99_seconds: 99,
} as const;

/** The longest that a timer can be set to, ms. */
const NEVER = 2 ** 31 - 1;

/**
 * The metrics of Node, with the event loop's delay measured in another way: how long each turn of the loop took since somebody asked last, which is what
 * everything else had to wait at most. prom-client's timer would wake an idle process twenty times a second and still miss most of what is shorter than its period.
 */
export function nodeMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: NEVER });
  const turns = monitorEventLoopDelay({ samplePerIteration: true });
  turns.enable();
  new Gauge({
    name: "silverback_eventloop_turns",
    help: "Turns of the event loop since the last time this was asked for.",
    registers: [registry],
    // Asked before the others, it sets them all: they are of one stretch of time.
    collect() {
      this.set(turns.count);
      for (const [gauge, value] of gauges) {
        const ns = typeof value === "number" ? turns.percentile(value) : turns[value];
        gauge.set(turns.count === 0 ? 0 : ns / 1e9);
      }
      turns.reset();
    },
  });
  const gauges = Object.entries(VALUES).map(([name, value]) => {
    registry.removeSingleMetric(name);
    const help = `Length of the turns of the event loop since the last time this was asked for (${typeof value === "number" ? `percentile ${value}` : value}).`;
    return [new Gauge({ name, help, registers: [registry] }), value] as const;
  });
}
