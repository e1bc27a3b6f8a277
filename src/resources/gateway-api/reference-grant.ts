import type { Kind } from "../kind.ts";
import { LIST_ATOMIC, list, type ObjectOf, optional, record, wholeObject } from "../schema.ts";
import { GATEWAY_GROUP, group, kindName, namespaceName, objectName } from "./names.ts";

const GrantFrom = record({ group: group(), kind: kindName(), namespace: namespaceName() });
const GrantTo = record({ group: group(), kind: kindName(), name: optional(objectName()) });

const schema = wholeObject({
  spec: record({
    from: list(GrantFrom, { minItems: 1, maxItems: 16, ...LIST_ATOMIC }),
    to: list(GrantTo, { minItems: 1, maxItems: 16, ...LIST_ATOMIC }),
  }),
});

export type ReferenceGrantObject = ObjectOf<typeof schema>;

export const ReferenceGrant: Kind<ReferenceGrantObject> = {
  group: GATEWAY_GROUP,
  versions: ["v1", "v1beta1"],
  kind: "ReferenceGrant",
  plural: "referencegrants",
  namespaced: true,
  schema,
};
