import type { Problem } from "../../base/problem.ts";
import { bundledPlugins } from "../../kong/schema/plugins/table.ts";
import { type KubernetesObject, keyOfRef } from "../../resources/kind.ts";
import type { KongClusterPluginObject } from "../../resources/kong/kong-cluster-plugin.ts";
import type { KongPluginObject } from "../../resources/kong/kong-plugin.ts";
import type { ObjectReads } from "../../store/object-store.ts";
import { closest } from "../flags/suggest.ts";

/** The kinds that configure a plugin. */
export const PLUGIN_KINDS: ReadonlySet<string> = new Set(["KongPlugin", "KongClusterPlugin"]);

export function isPlugin(object: KubernetesObject): object is KongPluginObject | KongClusterPluginObject {
  return PLUGIN_KINDS.has(object.kind);
}

/** A problem with a plugin that Kong has not, with the one that was probably meant. */
export function withMeantPlugin(problem: Problem, objects: ObjectReads): Problem {
  if (problem.code !== "kong-refuses" || problem.path !== "plugin") return problem;
  const object = objects.byKey(keyOfRef(problem.object));
  if (object === undefined || !isPlugin(object) || bundledPlugins.has(object.plugin)) return problem;
  const near = closest(object.plugin, bundledPlugins.keys());
  return near === undefined ? problem : { ...problem, message: `${problem.message}; is ${near} meant?` };
}
