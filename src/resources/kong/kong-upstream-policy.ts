import { plainConditions } from "../condition.ts";
import { type CrdKind, KONG_CATEGORIES, KONG_GROUP } from "../crd-kind.ts";
import {
  controllerName,
  GATEWAY_GROUP,
  group,
  kindName,
  namespaceName,
  objectName,
  sectionName,
} from "../gateway-api/names.ts";
import {
  flag,
  integer,
  list,
  map,
  type ObjectOf,
  optional,
  port,
  record,
  rules,
  text,
  wholeObject,
  word,
} from "../schema.ts";
import { UPSTREAM_POLICY_RULES } from "./upstream-policy-rules.ts";

const CHECK_TYPES = ["http", "https", "tcp", "grpc", "grpcs"] as const;

const hashInput = (description: string) =>
  record(
    {
      input: optional(word(["ip", "consumer", "path", "none"], { description: "A property of the request." })),
      header: optional(text({ description: "Name of a header." })),
      cookie: optional(text({ description: "Name of a cookie; Kong sets it if it is missing." })),
      cookiePath: optional(text({ description: "Path of that cookie." })),
      queryArg: optional(text({ description: "Name of a query argument." })),
      uriCapture: optional(text({ description: "Name of a capture of the route's regular expression." })),
    },
    { description },
  );

const count = (description: string) => optional(integer({ description, minimum: 0 }));
const statuses = (description: string) => optional(list(integer({ minimum: 100, maximum: 599 }), { description }));
const interval = count("Seconds between two checks; 0 is off.");

const Healthy = record(
  {
    httpStatuses: statuses("Answers that count as good."),
    interval,
    successes: count("Good answers after which a target is healthy again; 0 is off."),
  },
  { description: "When a target counts as healthy." },
);

const Unhealthy = record(
  {
    httpFailures: count("Bad answers after which a target is unhealthy; 0 is off."),
    httpStatuses: statuses("Answers that count as bad."),
    tcpFailures: count("Failed connections after which a target is unhealthy; 0 is off."),
    timeouts: count("Time-outs after which a target is unhealthy; 0 is off."),
    interval,
  },
  { description: "When a target counts as unhealthy." },
);

const checkType = optional(word(CHECK_TYPES, { description: "What a check speaks." }));

const Healthchecks = record(
  {
    active: optional(
      record(
        {
          type: checkType,
          concurrency: optional(integer({ description: "Targets checked at a time.", minimum: 1 })),
          headers: optional(map(list(text()), { description: "Headers of the check's request." })),
          healthy: optional(Healthy),
          httpPath: optional(text({ description: "Path of the check's request.", pattern: "^/.*$" })),
          httpsSni: optional(text({ description: "Name in the TLS handshake." })),
          httpsVerifyCertificate: optional(flag({ description: "Whether the target's certificate must verify." })),
          timeout: count("Seconds a check may take."),
          unhealthy: optional(Unhealthy),
        },
        { description: "Checks that Kong makes by itself." },
      ),
    ),
    passive: optional(
      record(
        { type: checkType, healthy: optional(Healthy), unhealthy: optional(Unhealthy) },
        { description: "Checks of the traffic that passes." },
      ),
    ),
    threshold: optional(
      integer({ description: "Share of the targets, in percent of their weight, that must be healthy." }),
    ),
  },
  { description: "How Kong finds out which targets work." },
);

const Ancestor = record(
  {
    ancestorRef: record(
      {
        group: optional(group({ description: "Its API group.", default: GATEWAY_GROUP })),
        kind: optional(kindName({ description: "Its kind.", default: "Gateway" })),
        namespace: optional(namespaceName({ description: "Its namespace." })),
        name: objectName({ description: "Its name." }),
        sectionName: optional(sectionName({ description: "A part of it." })),
        port: optional(port({ description: "A port of it." })),
      },
      { description: "The object that the policy is attached to." },
    ),
    controllerName: controllerName({ description: "The controller that says so." }),
    conditions: optional({ ...plainConditions, minItems: 1 }),
  },
  { description: "What has become of the policy on one object." },
);

const schema = wholeObject(
  {
    spec: optional(
      record(
        {
          algorithm: optional(
            word(["round-robin", "consistent-hashing", "least-connections", "latency", "sticky-sessions"], {
              description: "How a target is chosen.",
            }),
          ),
          slots: optional(integer({ description: "Slots of the hash ring.", minimum: 10, maximum: 65536 })),
          hashOn: optional(hashInput("What consistent hashing looks at.")),
          hashOnFallback: optional(hashInput("What it looks at when `hashOn` finds nothing.")),
          healthchecks: optional(Healthchecks),
          stickySessions: optional(
            record(
              {
                cookie: text({ description: "Name of the cookie that Kong sets.", minLength: 1 }),
                cookiePath: optional(text({ description: "Path of that cookie.", default: "/" })),
              },
              { description: "Keeps a client with one target by a cookie (Kong 3.11 and later)." },
            ),
          ),
        },
        { description: "How requests are spread over the targets." },
      ),
    ),
    status: optional(
      record(
        { ancestors: list(Ancestor, { description: "One entry for each Service.", maxItems: 16 }) },
        { description: "What has become of the policy." },
      ),
    ),
  },
  {
    description: "How Kong spreads requests over the targets of Services that name it in `konghq.com/upstream-policy`.",
    ...rules(...UPSTREAM_POLICY_RULES),
  },
);

export type KongUpstreamPolicyObject = ObjectOf<typeof schema>;
export type UpstreamHashInput = ObjectOf<ReturnType<typeof hashInput>>;
export type UpstreamHealthchecks = ObjectOf<typeof Healthchecks>;

export const KongUpstreamPolicy: CrdKind<KongUpstreamPolicyObject> = {
  group: KONG_GROUP,
  versions: ["v1beta1"],
  kind: "KongUpstreamPolicy",
  plural: "kongupstreampolicies",
  namespaced: true,
  schema,
  crd: {
    shortNames: ["kup"],
    categories: KONG_CATEGORIES,
    labels: { "gateway.networking.k8s.io/policy": "direct" },
    status: true,
  },
};
