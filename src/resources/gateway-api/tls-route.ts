import type { Kind } from "../kind.ts";
import { type ObjectOf, optional, record, rules, wholeObject, word } from "../schema.ts";
import { GATEWAY_GROUP } from "./names.ts";
import { hostnames, parentRefs, routeStatus } from "./route.ts";
import { NEEDS_RULES, NO_IP_HOSTNAMES } from "./rules.ts";
import { streamRules } from "./stream-rule.ts";

const schema = wholeObject({
  spec: record(
    {
      parentRefs: optional(parentRefs),
      useDefaultGateways: optional(word(["All", "None"])),
      /** Required from v1alpha3 on. */
      hostnames: optional(hostnames({ maxItems: 1024, ...rules(NO_IP_HOSTNAMES) })),
      rules: optional(streamRules),
    },
    rules(NEEDS_RULES),
  ),
  status: optional(routeStatus),
});

export type TLSRouteObject = ObjectOf<typeof schema>;

export const TLSRoute: Kind<TLSRouteObject> = {
  group: GATEWAY_GROUP,
  versions: ["v1", "v1alpha3", "v1alpha2"],
  kind: "TLSRoute",
  plural: "tlsroutes",
  namespaced: true,
  schema,
};
