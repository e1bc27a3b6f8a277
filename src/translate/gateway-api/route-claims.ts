import type { Problem } from "../../base/problem.ts";
import type { Plugin, Route } from "../../kong/entities.ts";
import { routeId } from "../../kong/ids.ts";
import { type KubernetesObject, refOf } from "../../resources/kind.ts";
import { annotationsOf, PREFIX } from "../annotations.ts";
import { type Claim, type PluginUse, rankOf } from "../fragment.ts";
import { ignoredOnRoute } from "../ignored-annotations.ts";
import type { View } from "../input.ts";
import { pluginUses } from "../kong/plugin.ts";
import { pluginBroken } from "../kong/resolved-plugin.ts";
import { overrideRoute } from "../route/annotations.ts";
import { tagsOf } from "../tags.ts";
import type { FilteredRoute } from "./filters/filters.ts";

/** A Kong route made from a route of the Gateway API, before what all kinds have in common. */
export interface DraftRoute {
  readonly name: string;
  /** Name of the Kong service. */
  readonly service: string;
  /** Where in the object it comes from. */
  readonly path: string;
  readonly fields: Omit<Route, "name">;
  /** Where its paths stand in the object, if not all at `path`. */
  readonly places?: Readonly<Record<string, string>>;
  /** Names of rules, for tags. */
  readonly ruleNames: readonly string[];
  readonly filtered?: FilteredRoute;
  /** It cannot be configured: it only keeps its place among those of equal priority. */
  readonly isHeld?: boolean;
  /** Where priorities decide: without the bits that break ties, with the first value of those, and the place among the object's own. */
  readonly priority?: { readonly base: number; readonly first: number; readonly place: string };
}

/** Gives routes their id, tags, plugins and what annotations say, and claims them (spec: annotations §6, ingress §10). */
export function claimRoutes(
  object: KubernetesObject,
  drafts: readonly DraftRoute[],
  view: View,
): { readonly claims: readonly Claim[]; readonly problems: readonly Problem[] } {
  const { settings, profile } = view.input;
  const rank = rankOf(object);
  const origin = refOf(object);
  const annotated = pluginUses(object, view);
  const problems = [...annotated.problems, ...ignoredOnRoute(origin, annotationsOf(object), profile)];
  const claims = drafts.flatMap((draft): Claim | readonly [] => {
    const { name, service, path, filtered, priority } = draft;
    const held = draft.isHeld === true;
    if (held && priority === undefined) return [];
    const tags = tagsOf(
      object,
      draft.ruleNames.map((rule) => `k8s-named-route-rule:${rule}`),
    );
    const named = namedPlugins(object, filtered, view, problems);
    const made = named.isMissing || filtered?.isRefused === true ? [REFUSAL] : (filtered?.plugins ?? []);
    const plugins = made.map((plugin): Plugin => ({ ...plugin, tags }));
    const fields: Route = {
      ...(settings.fillIds ? { id: routeId(name, profile.workspace) } : {}),
      name,
      ...draft.fields,
      tags,
      ...(plugins.length === 0 ? {} : { plugins }),
    };
    const uses = [...annotated.uses, ...named.uses];
    const value = {
      route: overrideRoute(fields, annotationsOf(object), profile),
      service,
      plugins: [...new Map(uses.map((use) => [`${use.namespace}:${use.name}`, use])).values()],
      ...(draft.places === undefined ? {} : { places: draft.places }),
    };
    if (priority === undefined) return { table: "route", key: name, rank, origin, path, value };
    const { base, first, place } = priority;
    const { creationTimestamp = "", namespace = "", name: own } = object.metadata;
    return {
      table: "priority",
      key: String(base),
      rank: [creationTimestamp, namespace, own, place].join("\u0000"),
      origin,
      path,
      value: { route: held ? undefined : value, base, first, rank },
    };
  });
  return { claims, problems };
}

/** What answers instead of a route one of whose filters cannot run: the Gateway API lets no request pass such a filter by. */
const REFUSAL: Plugin = {
  name: "request-termination",
  config: { status_code: 500, message: "a filter of this route cannot run" },
};

/** The KongPlugins that the filters of a route name, and whether one of them cannot run. */
function namedPlugins(
  object: KubernetesObject,
  filtered: FilteredRoute | undefined,
  view: View,
  problems: Problem[],
): { readonly uses: readonly PluginUse[]; readonly isMissing: boolean } {
  const uses: PluginUse[] = [];
  let isMissing = false;
  const complain = (problem: Problem, path: string) => {
    isMissing = true;
    const rest = problem.leavesOut === true ? "" : "; until then the requests of the rule are answered with 500";
    problems.push({ ...problem, path, message: `${problem.message}${rest}` });
  };
  for (const { name, path } of filtered?.uses ?? []) {
    const found = pluginUses(object, view, { [`${PREFIX}plugins`]: name });
    uses.push(...found.uses);
    for (const problem of found.problems) complain(problem, path);
    for (const use of found.uses) {
      if (!view.derive(pluginBroken, `${use.namespace}/${use.name}`)) continue;
      const message = `the plugin ${use.name} cannot be used (its own problem says why)`;
      complain({ code: "plugin-broken", severity: "error", object: refOf(object), message }, path);
    }
  }
  return { uses, isMissing };
}
