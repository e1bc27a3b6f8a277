import { deepEqual } from "../../base/equal.ts";
import { withConditions } from "../conditions.ts";
import type { StatusChange, StatusContext } from "../status-context.ts";

/** GatewayClass: accepted, with the features of the Gateway API that Kong has behind it. */
export function gatewayClassStatus(context: StatusContext): StatusChange {
  const features = context.supportedFeatures.map((name) => ({ name }));
  const accepted = {
    type: "Accepted",
    status: "True",
    reason: "Accepted",
    message: "Gateways of this class are configured by Silverback.",
  } as const;
  return (status) => {
    const before = status.conditions ?? [];
    const conditions = withConditions(before, [accepted], context);
    if (conditions === before && deepEqual(status["supportedFeatures"], features)) return undefined;
    return { ...status, conditions, supportedFeatures: features };
  };
}
