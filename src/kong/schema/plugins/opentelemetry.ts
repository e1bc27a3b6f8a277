import { atLeastOneOf, deprecated, integer, map, number, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";
import { headerName, timeout, url } from "../typedefs.ts";
import { propagation } from "./propagation.ts";
import { queue } from "./queue.ts";

export const opentelemetry = plugin(
  config(
    {
      traces_endpoint: url({ referenceable: true }),
      logs_endpoint: url({ referenceable: true }),
      headers: map(headerName(), string({ referenceable: true })),
      resource_attributes: map(string({ required: true }), string({ required: true })),
      queue: queue({ default: { max_batch_size: 200 } }),
      batch_span_count: integer({ deprecation: deprecated(200) }),
      batch_flush_delay: integer({ deprecation: deprecated(3) }),
      connect_timeout: timeout({ default: 1000 }),
      send_timeout: timeout({ default: 5000 }),
      read_timeout: timeout({ default: 5000 }),
      http_response_header_for_traceid: string(),
      header_type: string({
        required: false,
        default: "preserve",
        oneOf: ["preserve", "ignore", "b3", "b3-single", "w3c", "jaeger", "ot", "aws", "gcp", "datadog"],
        deprecation: deprecated("preserve"),
      }),
      sampling_rate: number({ required: false, between: [0, 1] }),
      propagation: propagation("w3c"),
    },
    {
      checks: [atLeastOneOf("traces_endpoint", "logs_endpoint")],
      shorthands: {
        endpoint: {
          field: url({ referenceable: true, deprecation: deprecated() }),
          expand: (value) => ({ traces_endpoint: value }),
        },
      },
    },
  ),
  { protocols: "http" },
);
