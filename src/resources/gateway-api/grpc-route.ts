import type { Kind } from "../kind.ts";
import {
  LIST_ATOMIC,
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
import { grpcFilters, headerName } from "./filters.ts";
import { GATEWAY_GROUP, sectionName } from "./names.ts";
import { backendRefFields, hostnames, parentRefs, routeStatus, weight } from "./route.ts";
import { BACKEND_PORT, GRPC_METHOD_RULES, UNIQUE_RULE_NAMES } from "./rules.ts";
import { SessionPersistence } from "./session-persistence.ts";

const GrpcMatch = record({
  method: optional(
    record(
      {
        type: optional(word(["Exact", "RegularExpression"], { default: "Exact" })),
        service: optional(text({ maxLength: 1024 })),
        method: optional(text({ maxLength: 1024 })),
      },
      rules(...GRPC_METHOD_RULES),
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
});

const GrpcBackendRef = record(
  { ...backendRefFields, weight: optional(weight), filters: optional(grpcFilters) },
  rules(BACKEND_PORT),
);

const GrpcRule = record({
  name: optional(sectionName()),
  matches: optional(list(GrpcMatch, { maxItems: 64, ...LIST_ATOMIC })),
  filters: optional(grpcFilters),
  backendRefs: optional(list(GrpcBackendRef, { maxItems: 16, ...LIST_ATOMIC })),
  sessionPersistence: optional(SessionPersistence),
});

const schema = wholeObject({
  spec: optional(
    record({
      parentRefs: optional(parentRefs),
      hostnames: optional(hostnames({ maxItems: 16 })),
      useDefaultGateways: optional(word(["All", "None"])),
      rules: optional(list(GrpcRule, { maxItems: 16, ...LIST_ATOMIC, ...rules(UNIQUE_RULE_NAMES) })),
    }),
  ),
  status: optional(routeStatus),
});

export type GRPCRouteObject = ObjectOf<typeof schema>;
export type GrpcRule = ObjectOf<typeof GrpcRule>;
export type GrpcMatch = ObjectOf<typeof GrpcMatch>;
export type GrpcBackendRef = ObjectOf<typeof GrpcBackendRef>;

export const GRPCRoute: Kind<GRPCRouteObject> = {
  group: GATEWAY_GROUP,
  versions: ["v1"],
  kind: "GRPCRoute",
  plural: "grpcroutes",
  namespaced: true,
  schema,
};
