import { isJsonObject, type Json, type JsonObject, own } from "../../base/json.ts";
import type { ObjectRef, Problem } from "../../base/problem.ts";
import { consumerId, entityId, type PluginRelations, routeId, serviceId } from "../../kong/ids.ts";
import { schemasOf } from "../../kong/schema/schemas.ts";
import { keyOfRef } from "../../resources/kind.ts";
import type { Claim, ClaimIn } from "../fragment.ts";
import type { Input } from "../input.ts";
import { type ForeignFields, foreignFields } from "../kong/foreign-fields.ts";
import { admit } from "./admit.ts";
import { losers } from "./first.ts";
import { type BindingEnd, standingRelations } from "./relations.ts";
import { type Rule, standing, winner } from "./rule.ts";

/** A custom entity for each of the relations of its plugin that its type has fields for; a single one without such fields if there are none (spec: kong-crds §10). */
export function attach(claim: ClaimIn<"plugin">, ends: readonly BindingEnd[], input: Input): readonly Claim[] {
  const { value, rank, origin, blocked } = claim;
  if (value.kind !== "custom_entity") return [];
  const { type, fields } = value;
  const foreign = foreignFields(type);
  const relevant = relevantEnds(foreign, ends);
  const unnamed = new Set(relevant.flatMap(({ binding }) => (binding.unnamed === true ? [binding.id] : [])));
  const made =
    relevant.length === 0
      ? [fields]
      : standingRelations(relevant).map(({ relations }) => ({
          ...fields,
          ...foreignValues(foreign, relations, unnamed, input),
        }));
  return made.map((entity, at) => ({
    table: "customEntity",
    key: customEntityKey(type, entity, origin, input),
    rank: `${rank} ${String(at).padStart(6, "0")}`,
    origin,
    value: { type, fields: entity },
    ...(blocked === true ? { blocked } : {}),
  }));
}

/** Type and what Kong takes only once among entities of the type (a name, or the group of a consumer); else type and object, so that nobody else claims it. */
export function customEntityKey(type: string, fields: JsonObject, origin: ObjectRef, { profile }: Input): string {
  const schema = schemasOf(profile.flavor).get(type);
  const name = schema?.endpointKey;
  const isUnique = name !== undefined && schema?.fields.get(name)?.unique === true && own(fields, name) !== undefined;
  const told = (isUnique ? [name] : (schema?.cacheKey ?? [])).map((field) => own(fields, field) ?? null);
  return told.every((value) => value === null)
    ? `${type} of ${keyOfRef(origin)} ${JSON.stringify(fields)}`
    : `${type} ${JSON.stringify(told)}`;
}

/** The ends that the type can refer to. Where it refers to services and the plugin is on routes only, the routes' services. */
function relevantEnds(foreign: ForeignFields, ends: readonly BindingEnd[]): readonly BindingEnd[] {
  const own = ends.filter(({ binding }) => binding.kind !== "consumer_group" && foreign[binding.kind] !== undefined);
  if (foreign.service === undefined || foreign.route !== undefined) return own;
  if (own.some(({ binding }) => binding.kind === "service")) return own;
  const owners = ends.flatMap((end): readonly BindingEnd[] => {
    const { kind, service, use } = end.binding;
    return kind === "route" && service !== undefined
      ? [{ ...end, binding: { kind: "service", id: service, use } }]
      : [];
  });
  return [...own, ...owners];
}

function foreignValues(
  foreign: ForeignFields,
  { service, route, consumer }: PluginRelations,
  unnamed: ReadonlySet<string>,
  { settings, profile }: Input,
): JsonObject {
  // Without ids to refer to, Kong takes the name.
  const reference = (name: string, id: string): Json => (settings.fillIds || unnamed.has(name) ? { id } : name);
  const { workspace } = profile;
  return {
    ...(service === undefined ? {} : { [foreign.service!]: reference(service, serviceId(service, workspace)) }),
    ...(route === undefined ? {} : { [foreign.route!]: reference(route, routeId(route, workspace)) }),
    ...(consumer === undefined
      ? {}
      : {
          [foreign.consumer!]: reference(consumer, unnamed.has(consumer) ? consumer : consumerId(consumer, workspace)),
        }),
  };
}

/** Kong makes an id of what tells entities of a type apart, but leaves out references by id: then all those of a group (of a chain) come to one id, and are refused. */
function identified(type: string, fields: JsonObject, { settings, profile }: Input): JsonObject {
  const parts = (schemasOf(profile.flavor).get(type)?.cacheKey ?? []).map((field) => own(fields, field));
  if (!settings.preflight || own(fields, "id") !== undefined || !parts.some(isJsonObject)) return fields;
  return { id: entityId(type, JSON.stringify(parts), profile.workspace), ...fields };
}

/** An object whose plugin is bound to several things makes an entity for each, and they have one name. */
function repeated(type: string, claims: readonly ClaimIn<"customEntity">[]): readonly Problem[] {
  return [...Map.groupBy(claims, ({ origin }) => keyOfRef(origin)).values()].flatMap((own): readonly Problem[] => {
    const [first] = own;
    if (first === undefined || own.length < 2) return [];
    const message = `its plugin is bound to ${own.length} things that ${type} can belong to, and Kong takes the name of this entity only once; it is made for the first of them alone. Bind the plugin to one of them, or make an object with a name of its own for each`;
    return [{ code: "custom-entity-repeated", severity: "error", object: first.origin, path: "spec.fields", message }];
  });
}

export const customEntityRule: Rule<"customEntity"> = {
  table: "customEntity",
  rule(_key, claims, { input }) {
    const keep = input.settings.preflight ? [winner(claims)] : standing(claims);
    const type = claims[0]?.value.type ?? "";
    const others = claims.filter(({ origin }) => keyOfRef(origin) !== keyOfRef(claims[0]!.origin));
    const problems: Problem[] = [
      ...losers([...claims.slice(0, 1), ...others], "duplicate-custom-entity", `the name of this entity among ${type}`),
      ...repeated(type, claims),
    ];
    const entities = keep.flatMap((claim) => {
      if (claim === undefined) return [];
      const { origin, value } = claim;
      const fields = identified(type, value.fields, input);
      const missing = foreignFields(type).required;
      if (missing !== undefined && fields[missing] === undefined) {
        problems.push({
          code: "custom-entity-unattached",
          severity: "error",
          object: origin,
          path: "spec.parentRef",
          message: `${type} need a ${missing}, and there is none: let spec.parentRef name a plugin that is bound to one, or give it in spec.fields`,
        });
        return [];
      }
      const admitted = admit(type, fields, origin, input);
      problems.push(...admitted.problems);
      if (admitted.entity === undefined) return [];
      const sort = [origin.namespace, origin.name, JSON.stringify(fields)].join("\u0000");
      return [{ section: type, sort, value: admitted.entity, origins: [origin] }];
    });
    return { entities, problems };
  },
};
