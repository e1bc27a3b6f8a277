import { array, boolean, conditional, deprecated, integer, number, record, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";
import { queue } from "./queue.ts";

export const statsd = plugin(
  config({
    host: string({ default: "localhost" }),
    port: integer({ default: 8125, between: [0, 65535] }),
    prefix: string({ default: "kong" }),
    metrics: array(
      record(
        {
          name: string({
            required: true,
            oneOf: [
              "kong_latency",
              "latency",
              "request_count",
              "request_per_user",
              "request_size",
              "response_size",
              "status_count",
              "status_count_per_user",
              "unique_users",
              "upstream_latency",
              "status_count_per_workspace",
              "status_count_per_user_per_route",
              "shdict_usage",
            ],
          }),
          stat_type: string({ required: true, oneOf: ["counter", "gauge", "histogram", "meter", "set", "timer"] }),
          sample_rate: number({ gt: 0 }),
          consumer_identifier: string({ oneOf: ["consumer_id", "custom_id", "username"] }),
          service_identifier: string({ oneOf: ["service_id", "service_name", "service_host", "service_name_or_host"] }),
          workspace_identifier: string({ oneOf: ["workspace_id", "workspace_name"] }),
        },
        { checks: [conditional("stat_type", { oneOf: ["counter", "gauge"] }, "sample_rate", { required: true })] },
      ),
      {
        default: [
          { name: "request_count", sample_rate: 1, stat_type: "counter" },
          { name: "latency", stat_type: "timer" },
          { name: "request_size", sample_rate: 1, stat_type: "counter" },
          { name: "status_count", sample_rate: 1, stat_type: "counter" },
          { name: "response_size", sample_rate: 1, stat_type: "counter" },
          { name: "unique_users", stat_type: "set" },
          { name: "request_per_user", sample_rate: 1, stat_type: "counter" },
          { name: "upstream_latency", stat_type: "timer" },
          { name: "kong_latency", stat_type: "timer" },
          { name: "status_count_per_user", sample_rate: 1, stat_type: "counter" },
          { name: "status_count_per_workspace", sample_rate: 1, stat_type: "counter" },
          { name: "status_count_per_user_per_route", sample_rate: 1, stat_type: "counter" },
          { name: "shdict_usage", sample_rate: 1, stat_type: "gauge" },
        ],
      },
    ),
    allow_status_codes: array(string({ match: "^[0-9]+-[0-9]+$" })),
    udp_packet_size: number({ default: 0, between: [0, 65507] }),
    use_tcp: boolean({ default: false }),
    hostname_in_prefix: boolean({ default: false }),
    consumer_identifier_default: string({
      required: true,
      default: "custom_id",
      oneOf: ["consumer_id", "custom_id", "username"],
    }),
    service_identifier_default: string({
      required: true,
      default: "service_name_or_host",
      oneOf: ["service_id", "service_name", "service_host", "service_name_or_host"],
    }),
    workspace_identifier_default: string({
      required: true,
      default: "workspace_id",
      oneOf: ["workspace_id", "workspace_name"],
    }),
    retry_count: integer({ deprecation: deprecated(10) }),
    queue_size: integer({ deprecation: deprecated(1) }),
    flush_timeout: number({ deprecation: deprecated(2) }),
    tag_style: string({ required: false, oneOf: ["dogstatsd", "influxdb", "librato", "signalfx"] }),
    queue: queue(),
  }),
);
