import { array, conditional, deprecated, integer, number, record, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";
import { host, port } from "../typedefs.ts";
import { queue } from "./queue.ts";

export const datadog = plugin(
  config({
    host: host({ default: "localhost", referenceable: true }),
    port: port({ default: 8125 }),
    prefix: string({ default: "kong" }),
    service_name_tag: string({ default: "name" }),
    status_tag: string({ default: "status" }),
    consumer_tag: string({ default: "consumer" }),
    retry_count: integer({ deprecation: deprecated(10) }),
    queue_size: integer({ deprecation: deprecated(1) }),
    flush_timeout: number({ deprecation: deprecated(2) }),
    queue: queue(),
    metrics: array(
      record(
        {
          name: string({
            required: true,
            oneOf: ["kong_latency", "latency", "request_count", "request_size", "response_size", "upstream_latency"],
          }),
          stat_type: string({
            required: true,
            oneOf: ["counter", "gauge", "histogram", "meter", "set", "timer", "distribution"],
          }),
          tags: array(string({ match: "^.*[^:]$" })),
          sample_rate: number({ between: [0, 1] }),
          consumer_identifier: string({ oneOf: ["consumer_id", "custom_id", "username"] }),
        },
        { checks: [conditional("stat_type", { oneOf: ["counter", "gauge"] }, "sample_rate", { required: true })] },
      ),
      {
        required: true,
        default: [
          {
            stat_type: "counter",
            sample_rate: 1,
            name: "request_count",
            tags: ["app:kong"],
            consumer_identifier: "custom_id",
          },
          { name: "latency", tags: ["app:kong"], stat_type: "timer", consumer_identifier: "custom_id" },
          { name: "request_size", tags: ["app:kong"], stat_type: "timer", consumer_identifier: "custom_id" },
          { name: "response_size", tags: ["app:kong"], stat_type: "timer", consumer_identifier: "custom_id" },
          { name: "upstream_latency", tags: ["app:kong"], stat_type: "timer", consumer_identifier: "custom_id" },
          { name: "kong_latency", tags: ["app:kong"], stat_type: "timer", consumer_identifier: "custom_id" },
        ],
      },
    ),
  }),
);
