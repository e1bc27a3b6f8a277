import { readConditions } from "../condition.ts";
import type { Kind } from "../kind.ts";
import { list, type ObjectOf, optional, record, wholeObject } from "../schema.ts";
import { ListenerStatus, listeners } from "./listener.ts";
import { GATEWAY_GROUP, group, kindName, namespaceName, objectName } from "./names.ts";

const schema = wholeObject({
  spec: record({
    parentRef: record({
      group: optional(group({ default: GATEWAY_GROUP })),
      kind: optional(kindName({ default: "Gateway" })),
      namespace: optional(namespaceName()),
      name: objectName(),
    }),
    listeners,
  }),
  status: optional(
    record({
      conditions: optional(readConditions),
      listeners: optional(list(ListenerStatus)),
    }),
  ),
});

export type ListenerSetObject = ObjectOf<typeof schema>;

export const ListenerSet: Kind<ListenerSetObject> = {
  group: GATEWAY_GROUP,
  versions: ["v1"],
  kind: "ListenerSet",
  plural: "listenersets",
  namespaced: true,
  schema,
};
