import { plainConditions, WAITING_STATUS } from "../condition.ts";
import { AGE, type CrdKind, KONG_CATEGORIES, KONG_GROUP, PROGRAMMED } from "../crd-kind.ts";
import { LIST_SET, list, type ObjectOf, optional, record, rules, text, wholeObject } from "../schema.ts";
import { controlPlaneRef, konnectStatus, konnectTags, REF_IS_LOCAL, REF_STAYS, refIsFixed } from "./control-plane.ts";

const schema = wholeObject(
  {
    username: optional(text({ description: "Name of the consumer; must be unique in Kong." })),
    custom_id: optional(text({ description: "Id of the consumer elsewhere; must be unique in Kong." })),
    credentials: optional(
      list(text(), {
        description: "Names of Secrets of this namespace that hold credentials (label `konghq.com/credential`).",
        ...LIST_SET,
      }),
    ),
    consumerGroups: optional(
      list(text(), { description: "Names of KongConsumerGroups that the consumer is in.", ...LIST_SET }),
    ),
    spec: optional(
      record(
        { controlPlaneRef: optional(controlPlaneRef), tags: optional(konnectTags) },
        { description: "Only for operators for Konnect." },
      ),
    ),
    status: optional(
      record(
        { conditions: optional(plainConditions), konnect: optional(konnectStatus) },
        { description: "How far the consumer has got.", default: WAITING_STATUS },
      ),
    ),
  },
  {
    description: "Somebody who sends requests, with credentials.",
    ...rules(
      { rule: "has(self.username) || has(self.custom_id)", message: "Need to provide either username or custom_id" },
      REF_STAYS,
      REF_IS_LOCAL,
      refIsFixed("self"),
    ),
  },
);

export type KongConsumerObject = ObjectOf<typeof schema>;

export const KongConsumer: CrdKind<KongConsumerObject> = {
  group: KONG_GROUP,
  versions: ["v1"],
  kind: "KongConsumer",
  plural: "kongconsumers",
  namespaced: true,
  schema,
  crd: {
    shortNames: ["kc"],
    categories: KONG_CATEGORIES,
    columns: [{ name: "Username", type: "string", jsonPath: ".username" }, AGE, PROGRAMMED],
    status: true,
  },
};
