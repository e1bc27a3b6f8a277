import { Hono } from "hono";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { Fleet, Gateway, PushOutcome } from "../sync/gateway.ts";
import type { Mode } from "../sync/mode.ts";
import type { CompileReport, PushReport, SyncObserver } from "../sync/observer.ts";
import { nodeMetrics } from "./event-loop-delay.ts";

export interface MetricsOptions {
  readonly registry: Registry;
  /** One process, one id: the label `instance_id`. */
  readonly instanceId: string;
  readonly fleet: Fleet;
  readonly mode: Mode;
  /** ms since 1970. */
  readonly now: () => number;
}

const PREFIX = "ingress_controller_";
const PUSH_MS = exponential(100, 1.33, 30);
const TRANSLATION_MS = exponential(1, 60_000 ** (1 / 29), 30);

function exponential(start: number, factor: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => start * factor ** at);
}

/** The metrics of the process: KIC's by their names and labels (spec/admin-push.md §10), ours for connections and modes, and those of Node. Returns what feeds them. */
export function collectMetrics(options: MetricsOptions): SyncObserver {
  const { registry } = options;
  nodeMetrics(registry);
  connectionMetrics(options);
  const translation = translationMetrics(registry, "", TRANSLATION_MS);
  const fallbackTranslation = translationMetrics(registry, "fallback_", TRANSLATION_MS);
  const generation = histogram(
    registry,
    "fallback_cache_generation_duration_milliseconds",
    "How long it took to compile without what gateways refused, and with what stands in for it.",
    ["success", "instance_id"],
    undefined,
  );
  const push = pushMetrics(registry, "configuration_push_", "last_successful", PUSH_MS);
  // KIC's fallback pushes have Prometheus' own buckets, and "last" without "successful".
  const fallbackPush = pushMetrics(registry, "fallback_configuration_push_", "last", undefined);
  const instance = { instance_id: options.instanceId };
  const hit = counter(registry, "processed_config_snapshot_cache_hit", "Rounds in which nothing had changed.", [
    "instance_id",
  ]);
  const miss = counter(registry, "processed_config_snapshot_cache_miss", "Rounds in which something had changed.", [
    "instance_id",
  ]);
  return {
    compiled(report) {
      (report.fallback ? fallbackTranslation : translation)(report, instance);
      if (report.leavesOutAnew)
        generation.observe({ ...instance, success: String(report.failure === undefined) }, report.ms);
    },
    encoded: ({ changed }) => (changed ? miss : hit).inc(instance),
    pushed: (report) =>
      (report.fallback ? fallbackPush : push)(report, { ...instance, dataplane: report.gateway.url }, options.now()),
  };
}

type Labels = Readonly<Record<string, string>>;

function translationMetrics(registry: Registry, kind: string, buckets: number[]) {
  const of = kind === "" ? "configurations" : "fallback configurations";
  const count = counter(registry, `${kind}translation_count`, `Translations of objects into ${of}.`, [
    "success",
    "instance_id",
  ]);
  const broken = gauge(
    registry,
    `${kind}translation_broken_resource_count`,
    `Objects that could not be translated, ${of}.`,
    ["instance_id"],
  );
  const duration = histogram(
    registry,
    `${kind}translation_duration_milliseconds`,
    `How long translations into ${of} took.`,
    ["success", "instance_id"],
    buckets,
  );
  return ({ brokenObjects, failure, ms }: CompileReport, instance: Labels) => {
    const labels = { ...instance, success: String(brokenObjects === 0 && failure === undefined) };
    count.inc(labels);
    broken.set(instance, brokenObjects);
    duration.observe(labels, ms);
  };
}

/** KIC counts as failed only what a gateway refused; what did not arrive is in the metrics of the connection. */
function pushMetrics(registry: Registry, prefix: string, lastName: string, buckets: number[] | undefined) {
  const place = ["dataplane", "instance_id"];
  const each = ["success", "protocol", ...place];
  const count = counter(registry, `${prefix}count`, "Configurations that were pushed.", [...each, "failure_reason"]);
  const broken = gauge(registry, `${prefix}broken_resource_count`, "Objects that the gateway refused.", place);
  const last = gauge(
    registry,
    `${prefix}${lastName}`,
    "When a configuration was last taken, in seconds since 1970.",
    place,
  );
  const size = gauge(registry, `${prefix}size`, "Size of the configuration, in bytes.", each);
  const duration = histogram(registry, `${prefix}duration_milliseconds`, "How long pushes took.", each, buckets);
  return ({ gateway, outcome, payload, ms }: PushReport, where: Labels, now: number) => {
    const success = successOf(outcome);
    if (success === undefined) return;
    const protocol = hasDatabase(gateway) ? "deck" : "db-less";
    const labels = { ...where, success: String(success), protocol };
    count.inc({ ...labels, failure_reason: success ? "" : "other" });
    broken.set(where, brokenObjects(outcome));
    if (success) last.set(where, now / 1000);
    // To a database nothing goes as a whole.
    if (protocol === "db-less") size.set(labels, payload.bytes.length);
    duration.observe(labels, ms);
  };
}

/** KIC calls such pushes by the tool that it makes them with. */
function hasDatabase({ state }: Gateway): boolean {
  return state.phase === "ready" && !state.facts.profile.dbless;
}

function successOf(outcome: PushOutcome): boolean | undefined {
  if (outcome.kind === "accepted" || outcome.kind === "unchanged") return true;
  return outcome.kind === "rejected" || outcome.kind === "too-large" ? false : undefined;
}

function brokenObjects(outcome: PushOutcome): number {
  if (outcome.kind !== "rejected") return 0;
  return new Set(outcome.rejections.flatMap(({ origins }) => origins.slice(0, 1).map((o) => JSON.stringify(o)))).size;
}

function known(fleet: Fleet): readonly Gateway[] {
  return fleet.gateways.filter((gateway) => !gateway.placeholder);
}

const PHASES = ["waiting", "connecting", "ready", "lost", "exhausted"] as const;

/** Ours: how the connections stand. They are read when somebody asks. */
function connectionMetrics({ registry, fleet, mode }: MetricsOptions): void {
  const dataplane = (gateway: Gateway) => ({ dataplane: gateway.url });
  new Gauge({
    name: "silverback_gateway_connection_state",
    help: "1 for the state that the connection to a gateway is in, 0 for the others.",
    labelNames: ["dataplane", "state"],
    registers: [registry],
    collect() {
      this.reset();
      for (const gateway of known(fleet))
        for (const state of PHASES) this.set({ ...dataplane(gateway), state }, gateway.state.phase === state ? 1 : 0);
    },
  });
  new Counter({
    name: "silverback_gateway_connection_attempts_total",
    help: "Attempts to connect to a gateway.",
    labelNames: ["dataplane"],
    registers: [registry],
    collect() {
      this.reset();
      for (const gateway of known(fleet)) this.inc(dataplane(gateway), gateway.attempts);
    },
  });
  new Gauge({
    name: "silverback_degraded",
    help: "1 while no gateway is ready.",
    registers: [registry],
    collect() {
      this.set(mode.name === "degraded" ? 1 : 0);
    },
  });
  new Counter({
    name: "silverback_degraded_seconds_total",
    help: "Time in which no gateway was ready.",
    registers: [registry],
    collect() {
      this.reset();
      this.inc(mode.degradedTime / 1000);
    },
  });
}

function counter(registry: Registry, name: string, help: string, labelNames: string[]) {
  return new Counter({ name: PREFIX + name, help, labelNames, registers: [registry] });
}

function gauge(registry: Registry, name: string, help: string, labelNames: string[]) {
  return new Gauge({ name: PREFIX + name, help, labelNames, registers: [registry] });
}

function histogram(
  registry: Registry,
  name: string,
  help: string,
  labelNames: string[],
  buckets: number[] | undefined,
) {
  const given = buckets === undefined ? {} : { buckets };
  return new Histogram({ name: PREFIX + name, help, labelNames, registers: [registry], ...given });
}

/** `/metrics` as Prometheus reads it. */
export function metricsApp(registry: Registry): Hono {
  const app = new Hono();
  app.get("/metrics", async (c) => c.body(await registry.metrics(), 200, { "content-type": registry.contentType }));
  return app;
}
