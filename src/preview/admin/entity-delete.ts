import type { Entity } from "../entity-set.ts";
import { type Answer, json } from "./answer.ts";
import { stillReferenced } from "./entity-errors.ts";
import type { EntityStore } from "./entity-store.ts";
import { childKinds, type Kind } from "./kinds.ts";

/** Removes an entity and what belongs to it; an answer says why it stays. */
export function removeEntity(
  store: EntityStore,
  kinds: ReadonlyMap<string, Kind>,
  kind: Kind,
  entity: Entity,
): Answer | undefined {
  // Kong removes a certificate's names before it finds that the certificate itself cannot go (facts: db-mode/README.md §4).
  if (kind.name === "certificates")
    for (const sni of store.referring("snis", "certificate", entity.id)) store.remove("snis", sni.id);
  const user = kind.name === "ca_certificates" ? userOf(store, entity.id) : undefined;
  if (user !== undefined) return user;
  const children = childKinds(kind, kinds);
  for (const { kind: child, field } of children) {
    const stays = child.schema.fields.get(field)?.onDelete === undefined;
    if (stays && store.referring(child.name, field, entity.id).length > 0)
      return stillReferenced(kind.name, child.name);
  }
  for (const { kind: child, field } of children) {
    for (const one of store.referring(child.name, field, entity.id)) {
      if (child.schema.fields.get(field)?.onDelete === "cascade") removeEntity(store, kinds, child, one);
      else store.put(child.name, { ...one, [field]: null });
    }
  }
  store.remove(kind.name, entity.id);
  return undefined;
}

function userOf(store: EntityStore, id: string): Answer | undefined {
  const service = store
    .list("services")
    .find(({ ca_certificates: list }) => Array.isArray(list) && (list as readonly unknown[]).includes(id));
  if (service === undefined) return undefined;
  return json(400, {
    code: 19,
    name: "referenced by others",
    message: `ca certificate ${id} is still referenced by services (id = ${service.id})`,
  });
}
