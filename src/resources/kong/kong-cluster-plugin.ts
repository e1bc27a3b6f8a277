import { type CrdKind, KONG_CATEGORIES, KONG_GROUP } from "../crd-kind.ts";
import { type ObjectOf, optional, wholeObject } from "../schema.ts";
import {
  commonPluginFields,
  configPatches,
  configSource,
  PLUGIN_COLUMNS,
  PLUGIN_RULES,
  RemoteSecretKey,
} from "./plugin-fields.ts";

const schema = wholeObject(
  {
    ...commonPluginFields,
    configFrom: optional(configSource(RemoteSecretKey)),
    configPatches: optional(configPatches(RemoteSecretKey)),
  },
  {
    description:
      'A plugin that objects of every namespace can name; with the label `global: "true"` it runs on all requests.',
    ...PLUGIN_RULES,
  },
);

export type KongClusterPluginObject = ObjectOf<typeof schema>;

export const KongClusterPlugin: CrdKind<KongClusterPluginObject> = {
  group: KONG_GROUP,
  versions: ["v1"],
  kind: "KongClusterPlugin",
  plural: "kongclusterplugins",
  namespaced: false,
  schema,
  crd: { shortNames: ["kcp"], categories: KONG_CATEGORIES, columns: PLUGIN_COLUMNS, status: true },
};
