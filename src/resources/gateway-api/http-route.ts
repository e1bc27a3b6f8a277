import type { Kind } from "../kind.ts";
import {
  integer,
  LIST_ATOMIC,
  LIST_SET,
  list,
  listMap,
  type ObjectOf,
  optional,
  record,
  rules,
  text,
  wholeObject,
  word,
} from "../schema.ts";
import { type HttpFilter as FilterSchema, headerName, httpFilters } from "./filters.ts";
import { duration, GATEWAY_GROUP, sectionName } from "./names.ts";
import {
  backendRefFields,
  hostnames,
  type ParentRef as ParentSchema,
  parentRefs,
  routeStatus,
  weight,
} from "./route.ts";
import {
  BACKEND_PORT,
  PATH_RULES,
  PREFIX_RULES,
  REDIRECT_WITHOUT_BACKENDS,
  TIMEOUTS,
  UNIQUE_RULE_NAMES,
} from "./rules.ts";
import { SessionPersistence } from "./session-persistence.ts";

const ROOT_PATH = { type: "PathPrefix", value: "/" } as const;

const HttpMatch = record({
  path: optional(
    record(
      {
        type: optional(word(["Exact", "PathPrefix", "RegularExpression"], { default: "PathPrefix" })),
        value: optional(text({ maxLength: 1024, default: "/" })),
      },
      { default: ROOT_PATH, ...rules(...PATH_RULES) },
    ),
  ),
  headers: optional(
    list(
      record({
        type: optional(word(["Exact", "RegularExpression"], { default: "Exact" })),
        name: headerName(),
        value: text({ minLength: 1, maxLength: 4096 }),
      }),
      { maxItems: 16, ...listMap("name") },
    ),
  ),
  queryParams: optional(
    list(
      record({
        type: optional(word(["Exact", "RegularExpression"], { default: "Exact" })),
        name: headerName(),
        value: text({ minLength: 1, maxLength: 1024 }),
      }),
      { maxItems: 16, ...listMap("name") },
    ),
  ),
  method: optional(word(["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"])),
});

const HttpBackendRef = record(
  { ...backendRefFields, weight: optional(weight), filters: optional(httpFilters) },
  rules(BACKEND_PORT),
);

const HttpRule = record(
  {
    name: optional(sectionName()),
    matches: optional(list(HttpMatch, { maxItems: 64, default: [{ path: ROOT_PATH }], ...LIST_ATOMIC })),
    filters: optional(httpFilters),
    backendRefs: optional(list(HttpBackendRef, { maxItems: 16, ...LIST_ATOMIC })),
    timeouts: optional(
      record({ request: optional(duration()), backendRequest: optional(duration()) }, rules(TIMEOUTS)),
    ),
    retry: optional(
      record({
        codes: optional(list(integer({ minimum: 400, maximum: 599 }), LIST_SET)),
        attempts: optional(integer({ minimum: 1 })),
        backoff: optional(duration()),
      }),
    ),
    sessionPersistence: optional(SessionPersistence),
  },
  rules(REDIRECT_WITHOUT_BACKENDS, ...PREFIX_RULES),
);

const schema = wholeObject({
  spec: record({
    parentRefs: optional(parentRefs),
    hostnames: optional(hostnames({ maxItems: 16 })),
    useDefaultGateways: optional(word(["All", "None"])),
    rules: optional(
      list(HttpRule, {
        minItems: 1,
        maxItems: 16,
        default: [{ matches: [{ path: ROOT_PATH }] }],
        ...LIST_ATOMIC,
        ...rules(UNIQUE_RULE_NAMES),
      }),
    ),
  }),
  status: optional(routeStatus),
});

export type HTTPRouteObject = ObjectOf<typeof schema>;
export type HttpRule = ObjectOf<typeof HttpRule>;
export type HttpMatch = ObjectOf<typeof HttpMatch>;
export type HttpBackendRef = ObjectOf<typeof HttpBackendRef>;
export type HttpFilter = ObjectOf<typeof FilterSchema>;
export type ParentRef = ObjectOf<typeof ParentSchema>;

export const HTTPRoute: Kind<HTTPRouteObject> = {
  group: GATEWAY_GROUP,
  versions: ["v1", "v1beta1"],
  kind: "HTTPRoute",
  plural: "httproutes",
  namespaced: true,
  schema,
};
