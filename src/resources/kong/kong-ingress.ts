import { Type } from "typebox";
import { CONTROLLER_CATEGORY, type CrdKind, KONG_GROUP } from "../crd-kind.ts";
import {
  flag,
  integer,
  list,
  map,
  type ObjectOf,
  optional,
  record,
  rules,
  text,
  wholeObject,
  word,
} from "../schema.ts";

const PROTOCOLS = ["http", "https", "grpc", "grpcs", "tcp", "tls", "udp"] as const;

const count = (description: string) => optional(integer({ description, minimum: 0 }));
const name = (description: string) => optional(text({ description }));
const statuses = optional(list(integer(), { description: "Status codes of answers." }));

const Healthy = record(
  {
    http_statuses: statuses,
    interval: count("Seconds between two checks."),
    successes: count("Good answers after which a target is healthy again."),
  },
  { description: "When a target counts as healthy." },
);

const Unhealthy = record(
  {
    http_failures: count("Bad answers after which a target is unhealthy."),
    http_statuses: statuses,
    tcp_failures: count("Failed connections after which a target is unhealthy."),
    timeouts: count("Time-outs after which a target is unhealthy."),
    interval: count("Seconds between two checks."),
  },
  { description: "When a target counts as unhealthy." },
);

const Healthchecks = record(
  {
    active: optional(
      record(
        {
          type: name("What a check speaks."),
          concurrency: optional(integer({ description: "Targets checked at a time.", minimum: 1 })),
          headers: optional(map(list(text()), { description: "Headers of the check's request." })),
          healthy: optional(Healthy),
          http_path: optional(text({ description: "Path of the check's request.", pattern: "^/.*$" })),
          https_sni: name("Name in the TLS handshake."),
          https_verify_certificate: optional(flag({ description: "Whether the target's certificate must verify." })),
          timeout: count("Seconds a check may take."),
          unhealthy: optional(Unhealthy),
        },
        { description: "Checks that Kong makes by itself." },
      ),
    ),
    passive: optional(
      record(
        { type: name("What a check speaks."), healthy: optional(Healthy), unhealthy: optional(Unhealthy) },
        { description: "Checks of the traffic that passes." },
      ),
    ),
    threshold: optional(
      Type.Number({ description: "Share of the targets, in percent of their weight, that must be healthy." }),
    ),
  },
  { description: "How Kong finds out which targets work." },
);

const Upstream = record(
  {
    host_header: name("Host header of the requests to the targets."),
    algorithm: optional(
      word(["round-robin", "consistent-hashing", "least-connections", "latency"], {
        description: "How a target is chosen.",
      }),
    ),
    slots: optional(integer({ description: "Slots of the hash ring.", minimum: 10 })),
    healthchecks: optional(Healthchecks),
    hash_on: name("What consistent hashing looks at."),
    hash_on_header: name("Header for `hash_on: header`."),
    hash_on_cookie: name("Cookie for `hash_on: cookie`."),
    hash_on_cookie_path: name("Path of that cookie."),
    hash_on_query_arg: name("Query argument for `hash_on: query_arg`."),
    hash_on_uri_capture: name("Capture for `hash_on: uri_capture`."),
    hash_fallback: name("What it looks at when `hash_on` finds nothing."),
    hash_fallback_header: name("Header for `hash_fallback: header`."),
    hash_fallback_query_arg: name("Query argument for `hash_fallback: query_arg`."),
    hash_fallback_uri_capture: name("Capture for `hash_fallback: uri_capture`."),
  },
  { description: "Fields of the Kong upstream." },
);

/** Refused by a rule, but described: old objects may still be stored. */
const ServiceFields = record(
  {
    protocol: optional(word(PROTOCOLS, { description: "See the annotation `konghq.com/protocol`." })),
    path: optional(text({ description: "See the annotation `konghq.com/path`.", pattern: "^/.*$" })),
    retries: count("See the annotation `konghq.com/retries`."),
    connect_timeout: count("See the annotation `konghq.com/connect-timeout`."),
    read_timeout: count("See the annotation `konghq.com/read-timeout`."),
    write_timeout: count("See the annotation `konghq.com/write-timeout`."),
  },
  { description: "No longer allowed: use the Service's annotations." },
);

const RouteFields = record(
  {
    methods: optional(list(text(), { description: "See the annotation `konghq.com/methods`." })),
    headers: optional(map(list(text()), { description: "See the annotations `konghq.com/headers.*`." })),
    protocols: optional(list(word(PROTOCOLS), { description: "See the annotation `konghq.com/protocols`." })),
    regex_priority: optional(integer({ description: "See the annotation `konghq.com/regex-priority`." })),
    strip_path: optional(flag({ description: "See the annotation `konghq.com/strip-path`." })),
    preserve_host: optional(flag({ description: "See the annotation `konghq.com/preserve-host`." })),
    https_redirect_status_code: optional(
      integer({ description: "See the annotation `konghq.com/https-redirect-status-code`." }),
    ),
    path_handling: optional(word(["v0", "v1"], { description: "See the annotation `konghq.com/path-handling`." })),
    snis: optional(list(text(), { description: "See the annotation `konghq.com/snis`." })),
    request_buffering: optional(flag({ description: "See the annotation `konghq.com/request-buffering`." })),
    response_buffering: optional(flag({ description: "See the annotation `konghq.com/response-buffering`." })),
  },
  { description: "No longer allowed: use the Ingress' annotations." },
);

const schema = wholeObject(
  { upstream: optional(Upstream), proxy: optional(ServiceFields), route: optional(RouteFields) },
  {
    description: "Settings of a Kong upstream for Services that name it. Deprecated: use KongUpstreamPolicy.",
    ...rules(
      {
        rule: "!has(self.proxy)",
        message: "'proxy' field is no longer supported, use Service's annotations instead",
      },
      {
        rule: "!has(self.route)",
        message: "'route' field is no longer supported, use Ingress' annotations instead",
      },
    ),
  },
);

export type KongIngressObject = ObjectOf<typeof schema>;
export type KongIngressUpstream = ObjectOf<typeof Upstream>;

export const KongIngress: CrdKind<KongIngressObject> = {
  group: KONG_GROUP,
  versions: ["v1"],
  kind: "KongIngress",
  plural: "kongingresses",
  namespaced: true,
  schema,
  crd: { shortNames: ["ki"], categories: CONTROLLER_CATEGORY, status: true, deprecated: true },
};
