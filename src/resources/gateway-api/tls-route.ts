import type { Kind } from "../kind.ts";
import { LIST_ATOMIC, list, type ObjectOf, optional, record, rules, wholeObject, word } from "../schema.ts";
import { GATEWAY_GROUP, sectionName } from "./names.ts";
import { BackendRef, hostnames, parentRefs, routeStatus } from "./route.ts";
import { NEEDS_BACKENDS, NEEDS_RULES, NO_IP_HOSTNAMES, UNIQUE_RULE_NAMES } from "./rules.ts";

const TlsRule = record(
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
      /** Required from v1alpha3 on. */
      hostnames: optional(hostnames({ maxItems: 1024, ...rules(NO_IP_HOSTNAMES) })),
      /** One from v1 on, up to 16 before. */
      rules: optional(list(TlsRule, { minItems: 1, maxItems: 16, ...LIST_ATOMIC, ...rules(UNIQUE_RULE_NAMES) })),
    },
    rules(NEEDS_RULES),
  ),
  status: optional(routeStatus),
});

export type TLSRouteObject = ObjectOf<typeof schema>;
export type TlsRule = ObjectOf<typeof TlsRule>;

export const TLSRoute: Kind<TLSRouteObject> = {
  group: GATEWAY_GROUP,
  versions: ["v1", "v1alpha3", "v1alpha2"],
  kind: "TLSRoute",
  plural: "tlsroutes",
  namespaced: true,
  schema,
};
