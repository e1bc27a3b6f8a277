import type { Problem } from "../../base/problem.ts";
import { type KubernetesObject, refOf } from "../../resources/kind.ts";
import { KongClusterPlugin, type KongClusterPluginObject } from "../../resources/kong/kong-cluster-plugin.ts";
import { KongPlugin, type KongPluginObject } from "../../resources/kong/kong-plugin.ts";
import { type Annotations, annotationPath, annotationsOf, kong, PREFIX } from "../annotations.ts";
import { type Claim, type PluginUse, rankOf } from "../fragment.ts";
import { isGranted } from "../grant.ts";
import { isOurs } from "../ingress/class.ts";
import type { View } from "../input.ts";
import type { Unit } from "../unit.ts";
import { pluginKind, pluginRefused, resolvedClusterPlugin, resolvedPlugin } from "./resolved-plugin.ts";

/** The plugins bound to something, and what is wrong with how they are named. */
export interface PluginUses {
  readonly uses: readonly PluginUse[];
  readonly problems: readonly Problem[];
}

const NONE: PluginUses = { uses: [], problems: [] };
const PATH = annotationPath(`${PREFIX}plugins`);

/**
 * The plugins that an object names in `konghq.com/plugins` (spec: annotations §5), each once. `annotations` are those that count for it, where they are not
 * simply its own (a Service behind a facade).
 */
export function pluginUses(
  object: KubernetesObject,
  view: View,
  annotations: Annotations = annotationsOf(object),
): PluginUses {
  const list = kong(annotations, "plugins");
  if (list === undefined || list.trim() === "") return NONE;
  const uses = new Map<string, PluginUse>();
  const problems: Problem[] = [];
  for (const item of list.split(",")) {
    if (item.trim() === "") continue;
    const use = useOf(object, item, view);
    if ("code" in use) problems.push(use);
    else uses.set(`${use.namespace}:${use.name}`, use);
  }
  return { uses: [...uses.values()], problems };
}

/** One item: `name`, or `namespace:name`. */
function useOf(object: KubernetesObject, item: string, view: View): PluginUse | Problem {
  const ref = refOf(object);
  const colon = item.indexOf(":");
  const namespace = colon < 0 ? ref.namespace : item.slice(0, colon).trim();
  const name = item.slice(colon + 1).trim();
  const fail = (code: string, message: string): Problem => ({
    code,
    severity: "error",
    object: ref,
    path: PATH,
    message,
  });
  if (name === "" || (colon >= 0 && namespace === "")) {
    return fail("invalid-plugin-name", `"${item.trim()}" names no plugin; write name, or namespace:name`);
  }
  // An explicit namespace needs a grant even if it is the object's own: so does KIC.
  if (colon >= 0) {
    const to = { group: KongPlugin.group, kind: KongPlugin.kind, namespace, name };
    if (!isGranted(ref, to, view)) {
      return fail(
        "plugin-not-granted",
        `no ReferenceGrant in namespace ${namespace} lets objects of kind ${ref.kind} in namespace ${ref.namespace} use the KongPlugin ${name}; add one there${namespace === ref.namespace ? ", or leave the namespace away: it is the object's own" : ""}`,
      );
    }
  }
  const key = `${namespace}/${name}`;
  const kind = view.glance(pluginKind, key);
  if (kind === "none" || kind === "foreign") {
    const why =
      kind === "none"
        ? `there is neither a KongPlugin ${key} nor a KongClusterPlugin ${name}`
        : `there is no KongPlugin ${key}, and the KongClusterPlugin ${name} is not of the ingress class ${view.input.settings.ingressClass}`;
    const remedy = kind === "none" ? "create one" : "give it that class in its annotation kubernetes.io/ingress.class";
    return fail("plugin-missing", `${why}; ${remedy}, or take the name away`);
  }
  // A route whose plugin is missing from the document would be open to everybody; a Kong that is told all of it refuses all of it.
  if (view.derive(pluginRefused, key)) {
    const why = `Kong would refuse the plugin ${name} (its own problem says why)`;
    return { ...fail("plugin-refused", `${why}; what uses it is left out until it is put right`), leavesOut: true };
  }
  return { namespace, name, plugin: view.hand(resolvedPlugin, key, true) };
}

/** A KongPlugin does nothing by itself; what is wrong with it is said even while nobody uses it. */
export const kongPluginUnit: Unit<KongPluginObject> = {
  kind: KongPlugin,
  compile(plugin, view) {
    const { namespace = "", name } = plugin.metadata;
    return { claims: [], problems: view.derive(resolvedPlugin, `${namespace}/${name}`).problems };
  },
};

/** The label by which a KongClusterPlugin runs on all requests. */
const GLOBAL_LABEL = "global";

/** A KongClusterPlugin does something by itself only if it is global. */
export const kongClusterPluginUnit: Unit<KongClusterPluginObject> = {
  kind: KongClusterPlugin,
  compile(plugin, view) {
    if (!isOurs(plugin, undefined, view)) return { claims: [], problems: [] };
    const { name } = plugin.metadata;
    const { problems } = view.glance(resolvedClusterPlugin, name);
    if (!isGlobal(plugin) || plugin.plugin === "") return { claims: [], problems };
    const claim: Claim = {
      table: "globalPlugin",
      key: plugin.plugin,
      rank: rankOf(plugin),
      origin: refOf(plugin),
      value: { plugin: view.hand(resolvedClusterPlugin, name, true) },
    };
    return { claims: [claim], problems };
  },
};

function isGlobal(object: KubernetesObject): boolean {
  const { labels = {} } = object.metadata;
  return Object.hasOwn(labels, GLOBAL_LABEL) && labels[GLOBAL_LABEL] === "true";
}
