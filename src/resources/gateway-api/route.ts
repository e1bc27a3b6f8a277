import { readConditions } from "../condition.ts";
import { integer, LIST_ATOMIC, list, optional, port, record, rules, text } from "../schema.ts";
import { GATEWAY_GROUP, group, hostname, kindName, namespaceName, objectName, sectionName } from "./names.ts";
import { BACKEND_PORT, PARENT_RULES } from "./rules.ts";

/** The Gateway, ListenerSet or Service that a route wants to be attached to. */
export const ParentRef = record({
  group: optional(group({ default: GATEWAY_GROUP })),
  kind: optional(kindName({ default: "Gateway" })),
  namespace: optional(namespaceName()),
  name: objectName(),
  sectionName: optional(sectionName()),
  port: optional(port()),
});

export const parentRefs = list(ParentRef, { maxItems: 32, ...LIST_ATOMIC, ...rules(...PARENT_RULES) });

export const hostnames = (options = {}) => list(hostname(), { ...LIST_ATOMIC, ...options });

/** Where requests go, without filters. */
export const backendRefFields = {
  group: optional(group({ default: "" })),
  kind: optional(kindName({ default: "Service" })),
  namespace: optional(namespaceName()),
  name: objectName(),
  port: optional(port()),
};

export const weight = integer({ format: "int32", minimum: 0, maximum: 1_000_000, default: 1 });

export const BackendRef = record({ ...backendRefFields, weight: optional(weight) }, rules(BACKEND_PORT));

/** What controllers say about a route, one entry for each of its parents. */
export const routeStatus = record({
  parents: optional(
    list(
      record({
        parentRef: ParentRef,
        controllerName: text(),
        conditions: optional(readConditions),
      }),
    ),
  ),
});
