import { type Counter, type Gauge, type Histogram, Registry } from "prom-client";
import { systemClock } from "../base/clock.ts";
import { Mode } from "../sync/mode.ts";
import { collectMetrics } from "./metrics.ts";

type Metric = (Counter | Gauge | Histogram) & {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
};

/** docs/metrics.md: every metric but those of Node, from the registry itself. */
export function metricsPage(): string {
  const registry = new Registry();
  const fleet = { gateways: [], listen: () => () => undefined };
  const mode = new Mode(fleet, systemClock);
  collectMetrics({ registry, instanceId: "", fleet, mode, now: () => 0 });
  const metrics = registry.getMetricsAsArray() as unknown as readonly Metric[];
  const rows = (prefix: string) => metrics.filter(({ name }) => name.startsWith(prefix)).map(row);
  return [
    "<!-- Made by `npm run docs` from the metrics in src/server/. -->",
    "# Metrics",
    "",
    INTRODUCTION,
    "",
    "## What to watch",
    "",
    WATCH,
    "",
    "## Of pushes and translations",
    "",
    "The names, labels and buckets are the Kong Ingress Controller's.",
    "",
    ...HEAD,
    ...rows("ingress_controller_"),
    "",
    "## Silverback's own",
    "",
    ...HEAD,
    ...rows("silverback_"),
    "",
  ].join("\n");
}

const HEAD = ["| Metric | Type | Labels | Meaning |", "|---|---|---|---|"];

function row(metric: Metric): string {
  const labels = metric.labelNames.map((name) => `\`${name}\``).join(", ");
  return `| \`${metric.name}\` | ${metric.constructor.name.toLowerCase()} | ${labels} | ${metric.help} |`;
}

const INTRODUCTION = `\`/metrics\` on \`--metrics-bind-address\` (10255 unless given). Those of the process and of Node (\`process_*\`, \`nodejs_*\`) are there too and are not listed here.

| Label | Values |
|---|---|
| \`dataplane\` | base URL of a gateway's Admin API |
| \`instance_id\` | another one for each process |
| \`protocol\` | \`db-less\`: the whole configuration at once; \`deck\`: entity by entity into a database |
| \`success\` | \`true\`, or \`false\` when a gateway refused it, or objects have errors |
| \`failure_reason\` | empty; \`conflict\`: something in the database is in the way; \`other\` |

What is told of a gateway ends when the gateway is gone.`;

const WATCH = `| Expression | Holds when |
|---|---|
| \`silverback_degraded == 1\` for minutes | no gateway can be reached: nothing is pushed; \`/readyz\` and the log say why |
| \`silverback_gateway_in_sync == 0\` for minutes | that gateway does not hold the newest configuration |
| \`increase(silverback_pushes_total{outcome="failed"}[10m]) > 3\` | a gateway is reached, and pushes to it fail |
| \`ingress_controller_configuration_push_broken_resource_count > 0\` | a gateway refuses objects; they are left out, and events on them say why |
| \`ingress_controller_translation_broken_resource_count > 0\` | objects have errors of their own |
| \`nodejs_eventloop_lag_p99_seconds > 0.1\` | the process has not enough processor time |`;
