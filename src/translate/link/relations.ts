import { compareStrings, type ObjectRef } from "../../base/problem.ts";
import type { PluginRelations } from "../../kong/ids.ts";
import type { PluginBinding } from "../fragment.ts";

/** One end of a plugin's relations and whose it is. `blocked`: it is not in the document. */
export interface BindingEnd {
  readonly binding: PluginBinding;
  readonly origin: ObjectRef;
  readonly blocked: boolean;
}

export interface StandingRelation {
  readonly relations: PluginRelations;
  /** Whose the ends are, in their order. */
  readonly bound: readonly ObjectRef[];
}

/**
 * The relations that the ends come to, less those of which an end is left out. The latter take part in the product all the same, so that a plugin for one
 * consumer does not become one for all when the consumer is left out.
 */
export function standingRelations(ends: readonly BindingEnd[]): readonly StandingRelation[] {
  const origins = new Map<string, ObjectRef>();
  for (const { binding, origin, blocked } of ends) if (!blocked) origins.set(`${binding.kind}/${binding.id}`, origin);
  return product(ends).flatMap((relations) => {
    const bound = Object.entries(relations).map(([kind, id]) => origins.get(`${kind}/${id}`));
    return bound.every((origin) => origin !== undefined) ? [{ relations, bound }] : [];
  });
}

/** The groups among the ends that come to nothing, since consumers are named too; `by`: one of those. */
export function overlookedGroups(
  ends: readonly BindingEnd[],
): { readonly groups: readonly ObjectRef[]; readonly by: ObjectRef } | undefined {
  const of = (kind: PluginBinding["kind"]) =>
    ends.flatMap(({ binding, origin, blocked }) => (binding.kind === kind && !blocked ? [origin] : []));
  const [by] = of("consumer");
  const groups = of("consumer_group");
  return by === undefined || groups.length === 0 ? undefined : { groups, by };
}

/** Each consumer on each service and route, or without consumers each group on them; on its own what has no counterpart (spec: kong-crds §2.1). */
function product(ends: readonly BindingEnd[]): readonly PluginRelations[] {
  const ids = (kind: PluginBinding["kind"]) =>
    [...new Set(ends.flatMap(({ binding }) => (binding.kind === kind ? [binding.id] : [])))].sort(compareStrings);
  const targets: readonly PluginRelations[] = [
    ...ids("service").map((service) => ({ service })),
    ...ids("route").map((route) => ({ route })),
  ];
  const consumers = ids("consumer").map((consumer) => ({ consumer }));
  const subjects: readonly PluginRelations[] =
    consumers.length > 0 ? consumers : ids("consumer_group").map((consumer_group) => ({ consumer_group }));
  if (subjects.length === 0) return targets;
  if (targets.length === 0) return subjects;
  return subjects.flatMap((subject) => targets.map((target) => ({ ...target, ...subject })));
}
