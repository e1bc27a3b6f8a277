import { KongConsumerGroup, type KongConsumerGroupObject } from "../../../resources/kong/kong-consumer-group.ts";
import { isManaged } from "../class.ts";
import { type KindCheck, refuse } from "../kind-check.ts";
import { allow } from "../review.ts";

const REASONS = {
  "not-enterprise":
    "consumer groups are part of Kong Gateway Enterprise, and these gateways are the open-source edition",
  "no-licence": "consumer groups need a valid licence of Kong Gateway Enterprise, and the gateway has none",
} as const;

/** A KongConsumerGroup of our class needs gateways that have consumer groups. */
export const kongConsumerGroupCheck: KindCheck<KongConsumerGroupObject> = {
  kind: KongConsumerGroup,
  async check({ object }, context) {
    if (!isManaged(object, context)) return allow();
    const support = await context.kong.consumerGroups();
    return support === "yes" || support === "nobody" ? allow() : refuse(object, [REASONS[support]]);
  },
};
