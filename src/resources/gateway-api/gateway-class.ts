import { readConditions } from "../condition.ts";
import type { Kind } from "../kind.ts";
import { list, type ObjectOf, optional, record, text, wholeObject } from "../schema.ts";
import { controllerName, GATEWAY_GROUP, group, kindName, namespaceName, objectName } from "./names.ts";

const schema = wholeObject({
  spec: record({
    controllerName: controllerName(),
    description: optional(text({ maxLength: 64 })),
    parametersRef: optional(
      record({ group: group(), kind: kindName(), name: objectName(), namespace: optional(namespaceName()) }),
    ),
  }),
  status: optional(
    record({
      conditions: optional(readConditions),
      supportedFeatures: optional(list(record({ name: text() }))),
    }),
  ),
});

export type GatewayClassObject = ObjectOf<typeof schema>;

export const GatewayClass: Kind<GatewayClassObject> = {
  group: GATEWAY_GROUP,
  versions: ["v1", "v1beta1"],
  kind: "GatewayClass",
  plural: "gatewayclasses",
  namespaced: false,
  schema,
};
