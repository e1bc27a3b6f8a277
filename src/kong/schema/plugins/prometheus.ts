import { boolean } from "../notation.ts";
import { config, plugin } from "../plugin.ts";

export const prometheus = plugin(
  config({
    per_consumer: boolean({ default: false }),
    status_code_metrics: boolean({ default: false }),
    ai_metrics: boolean({ default: false }),
    latency_metrics: boolean({ default: false }),
    bandwidth_metrics: boolean({ default: false }),
    upstream_health_metrics: boolean({ default: false }),
  }),
);
