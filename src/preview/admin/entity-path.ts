import { isUuid } from "../../kong/ids.ts";
import { type Entity, refId } from "../entity-set.ts";
import { wholeTarget } from "./entity-change.ts";
import type { EntityStore } from "./entity-store.ts";
import { childKinds, type Kind } from "./kinds.ts";

/** An entity that a path names, whether it is there or not. */
export interface Place {
  readonly kind: Kind;
  readonly entity: Entity | undefined;
  /** The field that it is named by: `id`, or the kind's own. */
  readonly key: string;
  readonly value: string;
  /** Set when it must refer to another entity. */
  readonly parent: { readonly field: string; readonly entity: Entity } | undefined;
}

/** What a path is about. */
export type Located =
  | {
      readonly what: "list";
      readonly kind: Kind;
      readonly parent: { readonly field: string; readonly entity: Entity } | undefined;
    }
  | ({ readonly what: "entity" } & Place)
  /** What an entity refers to: `/routes/x/service`. */
  | { readonly what: "reference"; readonly kind: Kind; readonly entity: Entity | undefined; readonly field: string }
  | { readonly what: "health"; readonly upstream: Entity }
  | { readonly what: "all-targets"; readonly upstream: Entity }
  | { readonly what: "set-health"; readonly upstream: Entity; readonly target: Entity; readonly up: boolean }
  /** The path is right, but what it leads through is not there. */
  | { readonly what: "gone" };

/** Finds what a path is about; undefined for one that there is not. Segments are unescaped. */
export function locate(
  segments: readonly string[],
  store: EntityStore,
  kinds: ReadonlyMap<string, Kind>,
): Located | undefined {
  const [first, key, second, secondKey, third, fourth] = segments;
  const kind = [...kinds.values()].find(({ path }) => path === first);
  if (kind === undefined) return undefined;
  if (key === undefined) return kind.listed ? { what: "list", kind, parent: undefined } : undefined;
  if (second === undefined)
    return kind.listed ? { what: "entity", ...placeOf(kind, key, store, undefined) } : undefined;
  const owner = placeOf(kind, key, store, undefined).entity;
  if (secondKey === undefined) {
    const field = kind.schema.fields.get(second);
    if (kind.listed && field?.type === "foreign") return referenceOf(kind, owner, second, kinds, store);
    if (kind.name === "upstreams" && second === "health")
      return owner === undefined ? GONE : { what: "health", upstream: owner };
  }
  const child = childKinds(kind, kinds).find(({ kind: { nested } }) => nested === second);
  if (child === undefined) return undefined;
  if (owner === undefined) return GONE;
  const parent = { field: child.field, entity: owner };
  if (secondKey === undefined) return { what: "list", kind: child.kind, parent };
  const isTargets = child.kind.name === "targets";
  if (third === undefined) {
    if (isTargets && secondKey === "all") return { what: "all-targets", upstream: owner };
    return { what: "entity", ...placeOf(child.kind, secondKey, store, parent) };
  }
  const last = fourth ?? third;
  if (!isTargets || segments.length > 6 || (last !== "healthy" && last !== "unhealthy")) return undefined;
  const target = placeOf(child.kind, secondKey, store, parent).entity;
  return target === undefined ? GONE : { what: "set-health", upstream: owner, target, up: last === "healthy" };
}

const GONE: Located = { what: "gone" };

/** Something with the form of an id is one; certificates are also named by their names in TLS. */
function placeOf(kind: Kind, value: string, store: EntityStore, parent: Place["parent"]): Place {
  const belongs = (entity: Entity | undefined): Entity | undefined =>
    parent === undefined || (entity !== undefined && refId(entity, parent.field) === parent.entity.id)
      ? entity
      : undefined;
  if (isUuid(value))
    return { kind, key: "id", value: value.toLowerCase(), entity: belongs(store.byId(kind.name, value)), parent };
  if (kind.name === "certificates") {
    const sni = store.find("snis", { name: value });
    const entity = sni === undefined ? undefined : store.byId("certificates", refId(sni, "certificate") ?? "");
    return { kind, key: "snis", value, entity: belongs(entity), parent };
  }
  const key = kind.schema.endpointKey;
  // Without a name of its own in Kong, only the id is left.
  if (key === undefined || (kind.name === "acls" && parent === undefined))
    return { kind, key: "id", value, entity: undefined, parent };
  const wanted =
    kind.name === "targets" && /^\[?[0-9a-f:]+\]?(:\d+)?$/i.test(value) && value.includes("::")
      ? wholeTarget(value)
      : value;
  const among = parent === undefined ? { [key]: wanted } : { [key]: wanted, [parent.field]: { id: parent.entity.id } };
  const within = kind.schema.fields.get(key)?.unique === true ? { [key]: wanted } : among;
  return { kind, key, value: wanted, entity: belongs(store.find(kind.name, within)), parent };
}

function referenceOf(
  kind: Kind,
  owner: Entity | undefined,
  field: string,
  kinds: ReadonlyMap<string, Kind>,
  store: EntityStore,
): Located | undefined {
  const other = kinds.get(kind.schema.fields.get(field)?.reference ?? "");
  if (other === undefined) return undefined;
  const id = owner === undefined ? undefined : refId(owner, field);
  return { what: "reference", kind: other, field, entity: id === undefined ? undefined : store.byId(other.name, id) };
}
