import { plainConditions, WAITING_STATUS } from "../condition.ts";
import { AGE, type CrdKind, KONG_CATEGORIES, KONG_GROUP, PROGRAMMED } from "../crd-kind.ts";
import { type ObjectOf, optional, record, rules, text, wholeObject } from "../schema.ts";
import { controlPlaneRef, konnectStatus, konnectTags, NAMESPACED_REF_RULES, REF_IMMUTABLE } from "./control-plane.ts";

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
    ...rules(...NAMESPACED_REF_RULES, {
      rule: "(!has(oldSelf.spec) || !has(oldSelf.spec.controlPlaneRef)) ? true : (!has(self.status) || !self.status.conditions.exists(c, c.type == 'Programmed' && c.status == 'True')) ? true : oldSelf.spec.controlPlaneRef == self.spec.controlPlaneRef",
      message: REF_IMMUTABLE,
    }),
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
