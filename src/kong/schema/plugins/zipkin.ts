import { type JsonObject, own } from "../../../base/json.ts";
import { array, boolean, deprecated, integer, number, record, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";
import { timeout, url } from "../typedefs.ts";
import { propagation } from "./propagation.ts";
import { queue } from "./queue.ts";

const OWN_TAGS = [
  "error",
  "http.method",
  "http.path",
  "http.status_code",
  "kong.balancer.state",
  "kong.balancer.try",
  "kong.consumer",
  "kong.credential",
  "kong.node.id",
  "kong.route",
  "kong.service",
  "lc",
  "peer.hostname",
];

export const zipkin = plugin(
  config({
    local_service_name: string({ required: true, default: "kong" }),
    http_endpoint: url(),
    sample_ratio: number({ default: 0.001, between: [0, 1] }),
    default_service_name: string(),
    include_credential: boolean({ required: true, default: true }),
    traceid_byte_count: integer({ required: true, default: 16, oneOf: [8, 16] }),
    header_type: string({
      required: true,
      default: "preserve",
      oneOf: ["preserve", "ignore", "b3", "b3-single", "w3c", "jaeger", "ot", "aws", "datadog", "gcp"],
      deprecation: deprecated("preserve"),
    }),
    default_header_type: string({
      required: true,
      default: "b3",
      oneOf: ["b3", "b3-single", "w3c", "jaeger", "ot", "aws", "datadog", "gcp"],
      deprecation: deprecated("b3"),
    }),
    tags_header: string({ required: true, default: "Zipkin-Tags" }),
    static_tags: array(
      record({ name: string({ required: true, notOneOf: OWN_TAGS }), value: string({ required: true }) }),
      { check: checkTags },
    ),
    http_span_name: string({ required: true, default: "method", oneOf: ["method", "method_path"] }),
    connect_timeout: timeout({ default: 2000 }),
    send_timeout: timeout({ default: 5000 }),
    read_timeout: timeout({ default: 5000 }),
    http_response_header_for_traceid: string(),
    phase_duration_flavor: string({ required: true, default: "annotations", oneOf: ["annotations", "tags"] }),
    queue: queue(),
    propagation: propagation("b3"),
  }),
);

function checkTags(tags: readonly JsonObject[]): string | undefined {
  const seen = new Set<unknown>();
  for (const tag of tags) {
    const name = own(tag, "name");
    if (seen.has(name)) return `repeated tags are not allowed: ${String(name)}`;
    seen.add(name);
  }
  return undefined;
}
