import { Hono } from "hono";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { Fleet, Gateway, PushOutcome } from "../sync/gateway.ts";
import type { Mode } from "../sync/mode.ts";
import type { CompileReport, PushReport, SyncObserver } from "../sync/observer.ts";
import { nodeMetrics } from "./event-loop-delay.ts";
import { gatewayMetrics } from "./gateway-metrics.ts";

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
  const gateways = gatewayMetrics(options);
  options.fleet.listen((event) => {
    if (event.type !== "left") return;
    const { url } = event.gateway;
    // Another Pod may have taken over its address.
    if (options.fleet.gateways.some((other) => other.url === url)) return;
    for (const each of [push, fallbackPush]) each.forget({ ...instance, dataplane: url });
    gateways.forget(url);
  });
  return {
    compiled(report) {
      (report.fallback ? fallbackTranslation : translation)(report, instance);
      if (report.leavesOutAnew)
        generation.observe({ ...instance, success: String(report.failure === undefined) }, report.ms);
    },
    encoded(report) {
      (report.changed ? miss : hit).inc(instance);
      gateways.encoded(report);
    },
    pushed(report) {
      const where = { ...instance, dataplane: report.gateway.url };
      (report.fallback ? fallbackPush : push).note(report, where, options.now());
      gateways.pushed(report);
    },
    found: (gateway, payload) => gateways.found(gateway, payload),
    drifted: (gateway) => gateways.drifted(gateway),
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
    `Objects with errors in the last translation into ${of}.`,
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

/** KIC counts as failed only what a gateway refused; what did not arrive is in `silverback_pushes_total`. */
function pushMetrics(registry: Registry, prefix: string, lastName: string, buckets: number[] | undefined) {
  const place = ["dataplane", "instance_id"];
  const each = ["success", "protocol", ...place];
  const what = prefix.startsWith("fallback_") ? "fallback configuration" : "configuration";
  const count = counter(registry, `${prefix}count`, `Pushes of a ${what} that were taken or refused.`, [
    ...each,
    "failure_reason",
  ]);
  const broken = gauge(
    registry,
    `${prefix}broken_resource_count`,
    `Objects that the gateway refused when a ${what} was pushed last.`,
    place,
  );
  const last = gauge(registry, `${prefix}${lastName}`, `When a ${what} was last taken, in seconds since 1970.`, place);
  const size = gauge(registry, `${prefix}size`, `Size of the ${what} that was pushed last, in bytes.`, each);
  const duration = histogram(
    registry,
    `${prefix}duration_milliseconds`,
    `How long pushes of a ${what} took.`,
    each,
    buckets,
  );
  return {
    note({ gateway, outcome, payload, ms }: PushReport, where: Labels, now: number): void {
      const success = successOf(outcome);
      if (success === undefined) return;
      const protocol = hasDatabase(gateway) ? "deck" : "db-less";
      const labels = { ...where, success: String(success), protocol };
      count.inc({ ...labels, failure_reason: failureReason(outcome) });
      broken.set(where, brokenObjects(outcome));
      if (success) last.set(where, now / 1000);
      // To a database nothing goes as a whole.
      if (protocol === "db-less") size.set(labels, payload.bytes.length);
      duration.observe(labels, ms);
    },
    /** The gateway is gone: what nobody will ever add to is no use to anybody, and Pods come and go. */
    forget(where: Labels): void {
      for (const metric of [broken, last]) metric.remove(where);
      for (const success of ["true", "false"])
        for (const protocol of ["db-less", "deck"]) {
          const labels = { ...where, success, protocol };
          for (const metric of [size, duration]) metric.remove(labels);
          for (const failure_reason of FAILURE_REASONS) count.remove({ ...labels, failure_reason });
        }
    },
  };
}

const FAILURE_REASONS = ["", "conflict", "other"] as const;

function failureReason(outcome: PushOutcome): (typeof FAILURE_REASONS)[number] {
  if (successOf(outcome) === true) return "";
  return outcome.kind === "rejected" && outcome.conflict === true ? "conflict" : "other";
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
