import { Gateway, type GatewayObject } from "../../../resources/gateway-api/gateway.ts";
import type { KindCheck } from "../kind-check.ts";
import { allow } from "../review.ts";

/** What is wrong with a Gateway stands in the conditions of its listeners: one that cannot serve now may as soon as another object changes. */
export const gatewayCheck: KindCheck<GatewayObject> = { kind: Gateway, check: () => allow() };
