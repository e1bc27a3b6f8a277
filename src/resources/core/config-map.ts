import type { Kind } from "../kind.ts";
import { map, type ObjectOf, optional, rules, text, wholeObject } from "../schema.ts";
import { DATA_KEYS } from "./data-keys.ts";

const schema = wholeObject(
  {
    data: optional(map(text(), rules(DATA_KEYS))),
    /** Base64. */
    binaryData: optional(map(text({ format: "byte" }), rules(DATA_KEYS))),
  },
  rules({
    rule: "!has(self.data) || !has(self.binaryData) || self.data.all(key, !(key in self.binaryData))",
    message: "a key stands in data and in binaryData",
  }),
);

export type ConfigMapObject = ObjectOf<typeof schema>;

export const ConfigMap: Kind<ConfigMapObject> = {
  group: "",
  versions: ["v1"],
  kind: "ConfigMap",
  plural: "configmaps",
  namespaced: true,
  schema,
};
