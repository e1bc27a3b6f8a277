import { HTTPRoute, type HTTPRouteObject } from "../../../resources/gateway-api/http-route.ts";
import { checkCompiled } from "../assessed.ts";
import type { KindCheck } from "../kind-check.ts";

/** An HTTPRoute that is attached to a Gateway of ours has to compile. */
export const httpRouteCheck: KindCheck<HTTPRouteObject> = {
  kind: HTTPRoute,
  check: ({ object }, context) => checkCompiled(object, context),
};
