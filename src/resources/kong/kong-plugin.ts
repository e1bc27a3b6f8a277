import { type CrdKind, KONG_CATEGORIES, KONG_GROUP } from "../crd-kind.ts";
import { type ObjectOf, optional, wholeObject } from "../schema.ts";
import {
  commonPluginFields,
  configPatches,
  configSource,
  LocalSecretKey,
  PLUGIN_COLUMNS,
  PLUGIN_RULES,
} from "./plugin-fields.ts";

const schema = wholeObject(
  {
    ...commonPluginFields,
    configFrom: optional(configSource(LocalSecretKey)),
    configPatches: optional(configPatches(LocalSecretKey)),
  },
  {
    description: "A plugin with its configuration, for the objects that name it in `konghq.com/plugins`.",
    ...PLUGIN_RULES,
  },
);

export type KongPluginObject = ObjectOf<typeof schema>;

export const KongPlugin: CrdKind<KongPluginObject> = {
  group: KONG_GROUP,
  versions: ["v1"],
  kind: "KongPlugin",
  plural: "kongplugins",
  namespaced: true,
  schema,
  crd: { shortNames: ["kp"], categories: KONG_CATEGORIES, columns: PLUGIN_COLUMNS, status: true },
};
