import { isJsonObject, type JsonObject, own } from "../../base/json.ts";
import type { EntityKind, EntityKinds } from "../entities/kinds.ts";

/** The id in a reference; undefined when there is none. */
export function idIn(value: JsonObject, field: string): string | undefined {
  const reference = own(value, field);
  const id = isJsonObject(reference) ? own(reference as JsonObject, "id") : undefined;
  return typeof id === "string" ? id : undefined;
}

/** The list within the entity that this one belongs to: `/upstreams/ID/targets`. */
function listWithin(kind: EntityKind, kinds: EntityKinds, value: JsonObject): string {
  const { within } = kind;
  const parent = within === undefined ? undefined : idIn(value, within.field);
  if (within === undefined || parent === undefined) return `/${kind.path}`;
  return `/${kinds.get(within.kind).path}/${encodeURIComponent(parent)}/${within.path}`;
}

/** Where an entity of a kind is made. */
export function creationPath(kind: EntityKind, kinds: EntityKinds, value: JsonObject): string {
  return kind.listed ? `/${kind.path}` : listWithin(kind, kinds, value);
}

/**
 * Where an entity is changed. Credentials within their consumer: Kong hashes a password together with the consumer that the path names (facts: db-mode recording
 * 07).
 */
export function changePath(kind: EntityKind, kinds: EntityKinds, value: JsonObject, id: string): string {
  return `${listWithin(kind, kinds, value)}/${encodeURIComponent(id)}`;
}

/** Where an entity is read and removed. */
export function entityPath(kind: EntityKind, kinds: EntityKinds, value: JsonObject, id: string): string {
  if (kind.name === "consumer_group_consumers")
    return `${listWithin(kind, kinds, value)}/${encodeURIComponent(idIn(value, "consumer") ?? id)}`;
  return kind.listed ? `/${kind.path}/${encodeURIComponent(id)}` : changePath(kind, kinds, value, id);
}
