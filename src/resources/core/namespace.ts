import type { Kind } from "../kind.ts";
import { type ObjectOf, wholeObject } from "../schema.ts";

/** Only the labels are read: for the namespace selectors of listeners. */
const schema = wholeObject({});

export type NamespaceObject = ObjectOf<typeof schema>;

export const Namespace: Kind<NamespaceObject> = {
  group: "",
  versions: ["v1"],
  kind: "Namespace",
  plural: "namespaces",
  namespaced: false,
  schema,
};
