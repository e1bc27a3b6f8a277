import type { JsonObject } from "../../base/json.ts";
import type { Problem } from "../../base/problem.ts";
import { refOf } from "../../resources/kind.ts";
import { KongClusterPlugin, type KongClusterPluginObject } from "../../resources/kong/kong-cluster-plugin.ts";
import { KongPlugin, type KongPluginObject } from "../../resources/kong/kong-plugin.ts";
import type { Derivation } from "../../store/view.ts";
import { type ResolvedPlugin, rankOf } from "../fragment.ts";
import { isOurs } from "../ingress/class.ts";
import type { Input, View } from "../input.ts";
import { admit } from "../link/admit.ts";
import { pluginVeil } from "../link/veil.ts";
import { tagsOf } from "../tags.ts";
import { pluginConfig } from "./plugin-config.ts";

/** Who answers to a plugin's name; `foreign`: only a KongClusterPlugin of another class. */
export type PluginKind = "KongPlugin" | "KongClusterPlugin" | "foreign" | "none";

/** Which object a plugin's name means. Key: `namespace/name` of the reference. Changes of a plugin's configuration do not change it. */
export const pluginKind: Derivation<Input, PluginKind> = {
  name: "plugin-kind",
  compute(view, key) {
    const [namespace, name] = split(key);
    if (view.get(KongPlugin, namespace, name) !== undefined) return "KongPlugin";
    const cluster = view.get(KongClusterPlugin, "", name);
    if (cluster === undefined) return "none";
    return isOurs(cluster, undefined, view) ? "KongClusterPlugin" : "foreign";
  },
};

/** The plugin that a name means: the KongPlugin of that namespace, else the KongClusterPlugin. Key: `namespace/name`. */
export const resolvedPlugin: Derivation<Input, ResolvedPlugin> = {
  name: "plugin",
  compute(view, key) {
    const [namespace, name] = split(key);
    const own = view.get(KongPlugin, namespace, name);
    return own === undefined ? view.derive(resolvedClusterPlugin, name) : resolve(own, view);
  },
};

/** A KongClusterPlugin by its name. */
export const resolvedClusterPlugin: Derivation<Input, ResolvedPlugin> = {
  name: "cluster-plugin",
  compute(view, name) {
    const plugin = view.get(KongClusterPlugin, "", name);
    if (plugin !== undefined && isOurs(plugin, undefined, view)) return resolve(plugin, view);
    const object = {
      group: KongClusterPlugin.group,
      version: KongClusterPlugin.versions[0]!,
      kind: KongClusterPlugin.kind,
      namespace: "",
      name,
    };
    return { plugin: undefined, object, rank: "", problems: [] };
  },
};

function split(key: string): [namespace: string, name: string] {
  const slash = key.indexOf("/");
  return [key.slice(0, slash), key.slice(slash + 1)];
}

function resolve(object: KongPluginObject | KongClusterPluginObject, view: View): ResolvedPlugin {
  const ref = refOf(object);
  const rank = rankOf(object);
  const asked = pluginEntity(object, view);
  if ("problem" in asked) return { plugin: undefined, object: ref, rank, problems: [asked.problem] };
  const name = object.instance_name ?? "";
  const veil = pluginVeil(object, view.input.profile);
  const admitted = admit("plugins", asked.entity, ref, view.input, undefined, veil);
  if (admitted.entity === undefined)
    return { plugin: undefined, refused: true, object: ref, rank, problems: admitted.problems };
  const { name: _, ...kept } = admitted.entity;
  return {
    plugin: {
      name: object.plugin,
      instanceName: name === "" ? undefined : name,
      fields: kept,
      tags: tagsOf(object),
    },
    object: ref,
    rank,
    problems: admitted.problems,
  };
}

/** The entity that an object asks for, with what it takes from Secrets and without relations and tags; a problem when it cannot be told. */
export function pluginEntity(
  object: KongPluginObject | KongClusterPluginObject,
  view: View,
): { readonly entity: JsonObject } | { readonly problem: Problem } {
  if (object.plugin === "") {
    const message = "it does not say which plugin of Kong it configures; name one, such as key-auth";
    return {
      problem: { code: "plugin-unnamed", severity: "error", object: refOf(object), path: "plugin", message },
    };
  }
  const config = pluginConfig(object, view);
  if ("problem" in config) return config;
  return { entity: { name: object.plugin, ...fieldsOf(object, config.value, view) } };
}

/** Whether Kong would refuse a plugin. Key: `namespace/name` of the reference. */
export const pluginRefused: Derivation<Input, boolean> = {
  name: "plugin-refused",
  compute: (view, key) => view.derive(resolvedPlugin, key).refused === true,
};

/** Whether a plugin's configuration cannot be told, since something that it takes it from is missing or wrong. Key: `namespace/name` of the reference. */
export const pluginBroken: Derivation<Input, boolean> = {
  name: "plugin-broken",
  compute(view, key) {
    const { plugin, refused } = view.derive(resolvedPlugin, key);
    return plugin === undefined && refused !== true;
  },
};

function fieldsOf(object: KongPluginObject | KongClusterPluginObject, config: JsonObject, view: View): JsonObject {
  const { protocols, ordering, run_on } = object;
  return {
    ...(object.disabled === true ? { enabled: false } : {}),
    ...(protocols === undefined || protocols.length === 0 ? {} : { protocols }),
    // Kong has had no such field since 2.0 and refuses it.
    ...(run_on === undefined || run_on === "" || view.input.settings.preflight ? {} : { run_on }),
    ...(ordering === undefined ? {} : { ordering: ordering as JsonObject }),
    ...(Object.keys(config).length === 0 ? {} : { config }),
  };
}
