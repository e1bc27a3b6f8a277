import type { Kind } from "../kind.ts";
import { type ObjectOf, optional, record, rules, wholeObject, word } from "../schema.ts";
import { GATEWAY_GROUP } from "./names.ts";
import { parentRefs, routeStatus } from "./route.ts";
import { NEEDS_RULES } from "./rules.ts";
import { streamRules } from "./stream-rule.ts";

const schema = wholeObject({
  spec: record(
    {
      parentRefs: optional(parentRefs),
      useDefaultGateways: optional(word(["All", "None"])),
      rules: optional(streamRules),
    },
    rules(NEEDS_RULES),
  ),
  status: optional(routeStatus),
});

export type UDPRouteObject = ObjectOf<typeof schema>;

export const UDPRoute: Kind<UDPRouteObject> = {
  group: GATEWAY_GROUP,
  versions: ["v1", "v1alpha2"],
  kind: "UDPRoute",
  plural: "udproutes",
  namespaced: true,
  schema,
};
