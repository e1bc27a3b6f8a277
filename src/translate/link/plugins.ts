import { formatRef, type ObjectRef, type Problem } from "../../base/problem.ts";
import type { Plugin } from "../../kong/entities.ts";
import { type PluginRelations, pluginId } from "../../kong/ids.ts";
import { instanceNames } from "../../kong/instance-name.ts";
import { annotationPath, PREFIX } from "../annotations.ts";
import type { BoundPlugin, Claim, PluginBinding, PluginUse } from "../fragment.ts";
import type { Input } from "../input.ts";
import { admit } from "./admit.ts";
import { attach } from "./custom-entities.ts";
import { type BindingEnd, overlookedGroups, standingRelations } from "./relations.ts";
import { type Rule, type Ruling, standing, winner } from "./rule.ts";

const PLUGINS_PATH = annotationPath(`${PREFIX}plugins`);

/** The claims by which plugins are bound to something. `blocked`: it is not in the document. */
export function bindings(
  { rank, origin }: { readonly rank: string; readonly origin: ObjectRef },
  to: Omit<PluginBinding, "use">,
  uses: readonly PluginUse[],
  blocked = false,
): readonly Claim[] {
  return uses.map((use) => ({
    table: "plugin",
    key: `${use.namespace}:${use.name}`,
    rank,
    origin,
    value: { ...to, use },
    ...(blocked ? { blocked } : {}),
  }));
}

/** Which relations a plugin object gets (spec: kong-crds §2.1): with consumers, each consumer on each service and route; else groups likewise; else each on its own. */
export const pluginRule: Rule<"plugin"> = {
  table: "plugin",
  rule(_key, claims, view) {
    const ends = claims.flatMap(({ value, origin, blocked = false }): readonly BindingEnd[] =>
      value.kind === "custom_entity" ? [] : [{ binding: value, origin, blocked }],
    );
    const entities = claims.filter(({ value }) => value.kind === "custom_entity");
    const made = entities.map((claim) => attach(claim, ends, view.input));
    const attached = made.flat();
    const stranded = entities.filter(({ blocked }, at) => blocked !== true && made[at]!.length === 0);
    const lost = stranded.map(({ origin }) => strandedProblem(origin));
    const uses = ends.flatMap((end) => (end.blocked ? [] : end.binding.use.plugin));
    // What others bind too is as it is now.
    const use = uses.find((plugin) => plugin.former !== true) ?? uses[0];
    const resolved = use === undefined ? undefined : view.take(use);
    if (resolved?.plugin === undefined) return { claims: attached, problems: [...lost, ...(resolved?.problems ?? [])] };
    const { plugin, object, rank, problems } = resolved;
    const relations = standingRelations(ends);
    const { instanceName } = plugin;
    const names =
      instanceName === undefined
        ? []
        : instanceNames(
            instanceName,
            relations.map((r) => r.relations),
          );
    const out = relations.map(
      ({ relations, bound }, at): Claim => ({
        table: "boundPlugin",
        key: orderOf(plugin.name, relations),
        rank,
        origin: object,
        value: { plugin, relations, instanceName: names[at], bound },
      }),
    );
    return { claims: [...attached, ...out], problems: [...lost, ...problems, ...groupProblems(ends, object)] };
  },
};

/** Like KIC: a plugin that is for consumers is not for groups. */
function groupProblems(ends: readonly BindingEnd[], plugin: ObjectRef): readonly Problem[] {
  const found = overlookedGroups(ends);
  return (found?.groups ?? []).map((object) => ({
    code: "plugin-group-overlooked",
    severity: "warning",
    object,
    path: PLUGINS_PATH,
    message: `${formatRef(plugin)} is named by ${formatRef(found!.by)} too, and what is for consumers is not for groups: it does nothing for the members of this one. Make another plugin object for the group`,
  }));
}

/** An entity that belongs to what its plugin is bound to, all of which is left out. */
function strandedProblem(object: ObjectRef): Problem {
  return {
    code: "custom-entity-unattached",
    severity: "error",
    object,
    path: "spec.parentRef",
    message: "all that its plugin is bound to is left out, and so is this entity; put that right",
  };
}

/** The place of a plugin in the document; at the same time what Kong keeps unique. */
function orderOf(name: string, { consumer, consumer_group, route, service }: PluginRelations): string {
  return [name, consumer ?? "", consumer_group ?? "", route ?? "", service ?? ""].join("\u0000");
}

/** The claims of plugins that stand in a service or route: what filters ask for comes before what plugin objects do. */
export function nestedClaims(
  plugins: readonly Plugin[] | undefined,
  relations: PluginRelations,
  origin: ObjectRef,
): readonly Claim[] {
  return (plugins ?? []).map(({ name }) => ({
    table: "boundPlugin",
    key: orderOf(name, relations),
    rank: "",
    origin,
    value: {
      plugin: { name, instanceName: undefined, fields: {}, tags: [] },
      relations,
      instanceName: undefined,
      bound: [origin],
      isNested: true,
    },
  }));
}

/** One plugin with one set of relations. Kong refuses a second one of the same name and relations, and with it everything else, or runs either of them. */
export const boundPluginRule: Rule<"boundPlugin"> = {
  table: "boundPlugin",
  rule(key, claims, { input }) {
    const [first, ...rest] = claims;
    const keep = input.settings.preflight ? [winner(claims)] : standing(claims);
    const problems: Problem[] = rest.map(({ origin, value }) => {
      const why =
        first!.value.isNested === true
          ? `a filter, a rewrite or a missing backend of ${formatRef(first!.origin)} already comes to the plugin ${value.plugin.name} there, and Kong runs it only once; this one is not set`
          : `${formatRef(first!.origin)} already sets the plugin ${value.plugin.name} on ${placeOf(value)}, and Kong takes it only once there; the older one counts. Name only one of them`;
      return { code: "plugin-twice", severity: "warning", object: origin, related: value.bound, message: why };
    });
    const rulings = keep.flatMap((claim) => {
      if (claim === undefined || claim.value.isNested === true) return [];
      const { value, origin, rank } = claim;
      const admitted = admit("plugins", entityOf(value, input), origin, input);
      problems.push(...admitted.problems);
      return admitted.entity === undefined ? [] : [placed(admitted.entity, key, [origin, ...value.bound], rank)];
    });
    return {
      entities: rulings.flatMap((ruling) => ruling.entities ?? []),
      claims: rulings.flatMap((ruling) => ruling.claims ?? []),
      problems,
    };
  },
};

/** A plugin with an instance name has to claim it first. */
function placed(plugin: Plugin, sort: string, origins: readonly ObjectRef[], rank: string): Ruling {
  const { instance_name: name } = plugin;
  if (name === undefined) return { entities: [{ section: "plugins", sort, value: plugin, origins }] };
  const value = { plugin, sort, origins };
  return { claims: [{ table: "instanceName", key: name, rank: `${rank} ${sort}`, origin: origins[0]!, value }] };
}

/** Kong takes each instance name once, and refuses everything otherwise: later ones do without. */
export const instanceNameRule: Rule<"instanceName"> = {
  table: "instanceName",
  rule(name, claims, { input }) {
    const [first, ...rest] = claims;
    const problems: Problem[] = rest.map(({ origin }) => ({
      code: "instance-name-taken",
      severity: "warning",
      object: origin,
      path: "instance_name",
      message: `the instance name "${name}" is already that of a plugin made from ${formatRef(first!.origin)}; this one is set without a name, give it another`,
    }));
    const entities = claims.map((claim) => {
      const { plugin, sort, origins } = claim.value;
      const { instance_name: _, ...unnamed } = plugin;
      const value = claim === first || !input.settings.preflight ? plugin : unnamed;
      return { section: "plugins", sort, value, origins };
    });
    return { entities, problems };
  },
};

function placeOf({ relations, bound }: BoundPlugin): string {
  const kinds = Object.keys(relations).map((kind) => kind.replace("_", " "));
  return kinds
    .map((kind, at) => `the ${kind} of ${bound[at] === undefined ? "?" : formatRef(bound[at])}`)
    .join(" and ");
}

function entityOf({ plugin, relations, instanceName }: BoundPlugin, { settings, profile }: Input): Plugin {
  const { name, fields, tags } = plugin;
  return {
    ...(settings.fillIds ? { id: pluginId(name, relations, profile.workspace) } : {}),
    name,
    ...(instanceName === undefined ? {} : { instance_name: instanceName }),
    ...fields,
    ...relations,
    ...(tags.length === 0 ? {} : { tags }),
  };
}

/** A plugin for everything: two of one name would fight, so none is set. */
export const globalPluginRule: Rule<"globalPlugin"> = {
  table: "globalPlugin",
  rule(name, claims, view) {
    if (claims.length > 1) {
      const all = claims.map((claim) => formatRef(claim.origin)).join(", ");
      return {
        problems: claims.map((claim) => ({
          code: "global-plugin-conflict",
          severity: "error",
          object: claim.origin,
          path: "plugin",
          message: `only one global plugin of the name ${name} can be set, and there are ${claims.length}: ${all}. None is set until all but one lose the label global`,
        })),
      };
    }
    const claim = claims[0];
    if (claim === undefined || claim.blocked === true) return {};
    const resolved = view.take(claim.value.plugin);
    if (resolved?.plugin === undefined) return { problems: resolved?.problems ?? [] };
    const { plugin, object, problems } = resolved;
    const value = entityOf({ plugin, relations: {}, instanceName: plugin.instanceName, bound: [] }, view.input);
    const admitted = admit("plugins", value, object, view.input);
    const said = [...problems, ...admitted.problems];
    if (admitted.entity === undefined) return { problems: said };
    return { ...placed(admitted.entity, orderOf(plugin.name, {}), [object], claim.rank), problems: said };
  },
};
