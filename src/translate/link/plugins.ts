import { compareStrings, formatRef, type ObjectRef } from "../../base/problem.ts";
import type { Plugin } from "../../kong/entities.ts";
import { type PluginRelations, pluginId } from "../../kong/ids.ts";
import { instanceNames } from "../../kong/instance-name.ts";
import type { ClaimIn, PluginBinding, ResolvedPlugin } from "../fragment.ts";
import type { Input } from "../input.ts";
import { admit } from "./admit.ts";
import { type LinkedEntity, type Rule, standing } from "./rule.ts";

/** Which relations a plugin object gets (spec: kong-crds §2.1): with consumers, each consumer on each service and route; else groups likewise; else each on its own. */
export const pluginRule: Rule<"plugin"> = {
  table: "plugin",
  rule(_key, claims, view) {
    const present = standing(claims);
    const first = present[0];
    if (first === undefined) return {};
    const resolved = view.take(first.value.use.plugin);
    if (resolved === undefined) return {};
    if (resolved.plugin === undefined) return { problems: resolved.problems };
    const origins = new Map<string, ObjectRef>();
    for (const claim of present) origins.set(`${claim.value.kind}/${claim.value.id}`, claim.origin);
    const relations = relationsOf(present);
    const names =
      resolved.plugin.instanceName === undefined ? undefined : instanceNames(resolved.plugin.instanceName, relations);
    const problems = [...resolved.problems];
    const entities: LinkedEntity[] = [];
    relations.forEach((relation, at) => {
      const { value, sort } = entity(resolved, relation, names?.[at], view.input);
      const admitted = admit("plugins", value, resolved.object, view.input);
      for (const problem of admitted.problems) problems.push(problem);
      if (admitted.entity === undefined) return;
      const bound = Object.entries(relation).flatMap(([kind, id]) => origins.get(`${kind}/${id}`) ?? []);
      entities.push({ section: "plugins", sort, value: admitted.entity, origins: [resolved.object, ...bound] });
    });
    return { entities, problems };
  },
};

function relationsOf(claims: readonly ClaimIn<"plugin">[]): readonly PluginRelations[] {
  const of = (kind: PluginBinding["kind"]) =>
    [...new Set(claims.filter((claim) => claim.value.kind === kind).map((claim) => claim.value.id))].sort(
      compareStrings,
    );
  const services = of("service").map((service) => ({ service }));
  const routes = of("route").map((route) => ({ route }));
  const targets: readonly PluginRelations[] = [...services, ...routes];
  const consumers = of("consumer").map((consumer) => ({ consumer }));
  const groups = of("consumer_group").map((consumer_group) => ({ consumer_group }));
  const subjects: readonly PluginRelations[] = consumers.length > 0 ? consumers : groups;
  if (subjects.length === 0) return targets;
  if (targets.length === 0) return subjects;
  return subjects.flatMap((subject) => targets.map((target) => ({ ...target, ...subject })));
}

function entity(
  resolved: ResolvedPlugin,
  relation: PluginRelations,
  instanceName: string | undefined,
  { settings, profile }: Input,
): { readonly value: Plugin; readonly sort: string } {
  const { name, fields, tags } = resolved.plugin!;
  const value: Plugin = {
    ...(settings.fillIds ? { id: pluginId(name, relation, profile.workspace) } : {}),
    name,
    ...(instanceName === undefined ? {} : { instance_name: instanceName }),
    ...fields,
    ...relation,
    ...(tags.length === 0 ? {} : { tags }),
  };
  const { consumer = "", consumer_group = "", route = "", service = "" } = relation;
  return { value, sort: [name, consumer, consumer_group, route, service].join("\u0000") };
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
    const { value, sort } = entity(resolved, {}, resolved.plugin.instanceName, view.input);
    const admitted = admit("plugins", value, claim.origin, view.input);
    const problems = [...resolved.problems, ...admitted.problems];
    if (admitted.entity === undefined) return { problems };
    return { entities: [{ section: "plugins", sort, value: admitted.entity, origins: [claim.origin] }], problems };
  },
};
