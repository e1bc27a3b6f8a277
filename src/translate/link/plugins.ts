import { compareStrings, formatRef, type ObjectRef, type Problem } from "../../base/problem.ts";
import type { Plugin } from "../../kong/entities.ts";
import { type PluginRelations, pluginId } from "../../kong/ids.ts";
import { instanceNames } from "../../kong/instance-name.ts";
import type { BoundPlugin, Claim, ClaimIn, PluginBinding, PluginUse } from "../fragment.ts";
import type { Input } from "../input.ts";
import { admit } from "./admit.ts";
import { type Rule, standing, winner } from "./rule.ts";

/** The claims by which plugins are bound to something. `blocked`: it is not in the document. */
export function bindings(
  rank: string,
  origin: ObjectRef,
  kind: PluginBinding["kind"],
  id: string,
  uses: readonly PluginUse[],
  blocked = false,
): readonly Claim[] {
  return uses.map((use) => ({
    table: "plugin",
    key: `${use.namespace}:${use.name}`,
    rank,
    origin,
    value: { kind, id, use },
    ...(blocked ? { blocked } : {}),
  }));
}

/** Which relations a plugin object gets (spec: kong-crds §2.1): with consumers, each consumer on each service and route; else groups likewise; else each on its own. */
export const pluginRule: Rule<"plugin"> = {
  table: "plugin",
  rule(_key, claims, view) {
    const first = standing(claims)[0];
    if (first === undefined) return {};
    const resolved = view.take(first.value.use.plugin);
    if (resolved === undefined) return {};
    const { plugin, object, rank, problems } = resolved;
    if (plugin === undefined) return { problems };
    const origins = new Map<string, ObjectRef>();
    for (const { value, origin, blocked } of claims) {
      if (blocked !== true) origins.set(`${value.kind}/${value.id}`, origin);
    }
    // What is left out takes part in the product, so that a plugin for one consumer does not become one for all; its relations are then dropped.
    const relations = relationsOf(claims).flatMap((relation) => {
      const bound = Object.entries(relation).map(([kind, id]) => origins.get(`${kind}/${id}`));
      return bound.every((origin) => origin !== undefined) ? [{ relation, bound }] : [];
    });
    const { instanceName } = plugin;
    const names =
      instanceName === undefined
        ? []
        : instanceNames(
            instanceName,
            relations.map(({ relation }) => relation),
          );
    const out = relations.map(
      ({ relation, bound }, at): Claim => ({
        table: "boundPlugin",
        key: orderOf(plugin.name, relation),
        rank,
        origin: object,
        value: { plugin, relations: relation, instanceName: names[at], bound },
      }),
    );
    return { claims: out, problems };
  },
};

function relationsOf(claims: readonly ClaimIn<"plugin">[]): readonly PluginRelations[] {
  const ids: Record<PluginBinding["kind"], Set<string>> = {
    service: new Set(),
    route: new Set(),
    consumer: new Set(),
    consumer_group: new Set(),
  };
  for (const { value } of claims) ids[value.kind].add(value.id);
  const sorted = (kind: PluginBinding["kind"]) => [...ids[kind]].sort(compareStrings);
  const targets: readonly PluginRelations[] = [
    ...sorted("service").map((service) => ({ service })),
    ...sorted("route").map((route) => ({ route })),
  ];
  const subjects: readonly PluginRelations[] =
    ids.consumer.size > 0
      ? sorted("consumer").map((consumer) => ({ consumer }))
      : sorted("consumer_group").map((consumer_group) => ({ consumer_group }));
  if (subjects.length === 0) return targets;
  if (targets.length === 0) return subjects;
  return subjects.flatMap((subject) => targets.map((target) => ({ ...target, ...subject })));
}

/** The place of a plugin in the document; at the same time what Kong keeps unique. */
function orderOf(name: string, { consumer, consumer_group, route, service }: PluginRelations): string {
  return [name, consumer ?? "", consumer_group ?? "", route ?? "", service ?? ""].join("\u0000");
}

/** One plugin with one set of relations. Kong refuses a second one of the same name and relations, and with it everything else. */
export const boundPluginRule: Rule<"boundPlugin"> = {
  table: "boundPlugin",
  rule(key, claims, { input }) {
    const [first, ...rest] = claims;
    const keep = input.settings.preflight ? [winner(claims)] : standing(claims);
    const problems: Problem[] = rest.map((claim) => ({
      code: "plugin-twice",
      severity: "warning",
      object: claim.origin,
      related: claim.value.bound,
      message: `${formatRef(first!.origin)} already sets the plugin ${claim.value.plugin.name} on ${placeOf(claim.value)}, and Kong takes it only once there; the older one counts. Name only one of them`,
    }));
    const entities = keep.flatMap((claim) => {
      if (claim === undefined) return [];
      const admitted = admit("plugins", entityOf(claim.value, input), claim.origin, input);
      problems.push(...admitted.problems);
      if (admitted.entity === undefined) return [];
      return [{ section: "plugins", sort: key, value: admitted.entity, origins: [claim.origin, ...claim.value.bound] }];
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
    const sort = orderOf(plugin.name, {});
    return { entities: [{ section: "plugins", sort, value: admitted.entity, origins: [object] }], problems: said };
  },
};
