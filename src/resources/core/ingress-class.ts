import type { Kind } from "../kind.ts";
import { type ObjectOf, optional, record, text, wholeObject } from "../schema.ts";

const schema = wholeObject({
  spec: optional(
    record({
      controller: optional(text()),
      parameters: optional(
        record({
          apiGroup: optional(text()),
          kind: text(),
          name: text(),
          namespace: optional(text()),
          scope: optional(text({ enum: ["Cluster", "Namespace"], default: "Cluster" })),
        }),
      ),
    }),
  ),
});

export type IngressClassObject = ObjectOf<typeof schema>;

export const IngressClass: Kind<IngressClassObject> = {
  group: "networking.k8s.io",
  versions: ["v1"],
  kind: "IngressClass",
  plural: "ingressclasses",
  namespaced: false,
  schema,
};
