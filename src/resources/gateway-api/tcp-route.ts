import type { Kind } from "../kind.ts";
import { LIST_ATOMIC, list, type ObjectOf, optional, record, rules, wholeObject, word } from "../schema.ts";
import { GATEWAY_GROUP, sectionName } from "./names.ts";
import { BackendRef, parentRefs, routeStatus } from "./route.ts";
import { NEEDS_BACKENDS, NEEDS_RULES, UNIQUE_RULE_NAMES } from "./rules.ts";

const TcpRule = record(
  {
    name: optional(sectionName()),
    backendRefs: optional(list(BackendRef, { minItems: 1, maxItems: 16, ...LIST_ATOMIC })),
  },
  rules(NEEDS_BACKENDS),
);

const schema = wholeObject({
  spec: record(
    {
      parentRefs: optional(parentRefs),
      useDefaultGateways: optional(word(["All", "None"])),
      /** One from v1 on, up to 16 before. */
      rules: optional(list(TcpRule, { minItems: 1, maxItems: 16, ...LIST_ATOMIC, ...rules(UNIQUE_RULE_NAMES) })),
    },
    rules(NEEDS_RULES),
  ),
  status: optional(routeStatus),
});

export type TCPRouteObject = ObjectOf<typeof schema>;
export type TcpRule = ObjectOf<typeof TcpRule>;

export const TCPRoute: Kind<TCPRouteObject> = {
  group: GATEWAY_GROUP,
  versions: ["v1", "v1alpha2"],
  kind: "TCPRoute",
  plural: "tcproutes",
  namespaced: true,
  schema,
};
