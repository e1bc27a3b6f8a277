import type { Kind } from "../kind.ts";
import { map, type ObjectOf, optional, text, wholeObject } from "../schema.ts";

const schema = wholeObject({
  data: optional(map(text())),
  /** Base64. */
  binaryData: optional(map(text({ format: "byte" }))),
});

export type ConfigMapObject = ObjectOf<typeof schema>;

export const ConfigMap: Kind<ConfigMapObject> = {
  group: "",
  versions: ["v1"],
  kind: "ConfigMap",
  plural: "configmaps",
  namespaced: true,
  schema,
};
