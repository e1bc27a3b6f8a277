import { plainConditions, WAITING_STATUS } from "../condition.ts";
import { AGE, type CrdKind, KONG_CATEGORIES, KONG_GROUP, PROGRAMMED } from "../crd-kind.ts";
import { type ObjectOf, optional, record, rules, text, wholeObject } from "../schema.ts";
import { controlPlaneRef, konnectStatus, konnectTags, REF_IS_LOCAL, REF_STAYS, refIsFixed } from "./control-plane.ts";

const schema = wholeObject(
  {
    spec: optional(
      record(
        {
          name: optional(text({ description: "The group's name in Konnect. In Kong it has the object's own name." })),
          controlPlaneRef: optional(controlPlaneRef),
          tags: optional(konnectTags),
        },
        { description: "Only for operators for Konnect." },
      ),
    ),
    status: optional(
      record(
        { conditions: optional(plainConditions), konnect: optional(konnectStatus) },
        { description: "How far the group has got.", default: WAITING_STATUS },
      ),
    ),
  },
  {
    description: "A group that KongConsumers can be in (Kong Enterprise).",
    ...rules(REF_STAYS, REF_IS_LOCAL, refIsFixed("oldSelf")),
  },
);

export type KongConsumerGroupObject = ObjectOf<typeof schema>;

export const KongConsumerGroup: CrdKind<KongConsumerGroupObject> = {
  group: KONG_GROUP,
  versions: ["v1beta1"],
  kind: "KongConsumerGroup",
  plural: "kongconsumergroups",
  namespaced: true,
  schema,
  crd: { shortNames: ["kcg"], categories: KONG_CATEGORIES, columns: [AGE, PROGRAMMED], status: true },
};
