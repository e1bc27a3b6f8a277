import { type Json, type JsonObject, own } from "../../base/json.ts";
import type { Slices } from "../../base/slices.ts";
import type { CurrentEntity } from "../entities/entity.ts";
import type { EntityKinds } from "../entities/kinds.ts";
import type { CurrentEntities } from "../entities/match-entities.ts";
import type { Change } from "./change.ts";
import { idIn } from "./entity-paths.ts";
import type { DraftPlan } from "./plan.ts";

/** What of the unwanted has to be deleted by itself, and what Kong removes with something else. */
export function withoutTaken(
  unwanted: readonly CurrentEntity[],
  kinds: EntityKinds,
): { readonly deleted: readonly CurrentEntity[]; readonly takenBy: ReadonlyMap<CurrentEntity, CurrentEntity> } {
  const byId = new Map(unwanted.map((entity) => [`${entity.kind} ${entity.id}`, entity]));
  const takers = new Map<CurrentEntity, CurrentEntity>();
  for (const entity of unwanted)
    for (const [field, to] of kinds.get(entity.kind).references) {
      const other = byId.get(`${to} ${idIn(entity.value, field) ?? ""}`);
      if (other === undefined) continue;
      const goes = kinds.get(to).taken.some((taken) => taken.kind === entity.kind && taken.field === field);
      if (goes && !takers.has(entity)) takers.set(entity, other);
    }
  const takenBy = new Map<CurrentEntity, CurrentEntity>();
  for (const [entity, first] of takers) {
    let taker = first;
    for (let next = takers.get(taker); next !== undefined; next = takers.get(taker)) taker = next;
    takenBy.set(entity, taker);
  }
  return { deleted: unwanted.filter((entity) => !takenBy.has(entity)), takenBy };
}

/** Lets what refers to something wait until that is there, and what goes until nothing refers to it any more: Kong refuses either otherwise. */
export async function waitForReferences(
  plan: DraftPlan,
  current: CurrentEntities,
  takenBy: ReadonlyMap<CurrentEntity, CurrentEntity>,
  kinds: EntityKinds,
  slices: Slices,
): Promise<void> {
  const authorities = new Map<string, Change>();
  for (const change of plan.changes)
    if (change.kind === "ca_certificates" && change.action === "create") authorities.set(change.id, change);
  await slices.forEach(plan.changes, (change) => {
    if (change.desired !== undefined) waitForWanted(change, plan, authorities);
  });

  const deletions = new Map<string, Change>();
  for (const change of plan.changes)
    if (change.action === "delete") deletions.set(`${change.kind} ${change.id}`, change);
  if (deletions.size === 0) return;
  for (const [kind, entities] of current) {
    const { references } = kinds.get(kind);
    await slices.forEach(entities, (entity) => {
      for (const id of referredTo(entity, references)) {
        const deletion = deletions.get(id);
        const own = plan.ofCurrent.get(entity);
        // It goes with what it refers to, or stays as it is, and then Kong refuses the deletion.
        if (deletion === undefined || own === undefined || own === deletion || takenBy.has(entity)) continue;
        deletion.needs.add(own);
      }
    });
  }
}

function waitForWanted(change: Change, plan: DraftPlan, authorities: ReadonlyMap<string, Change>): void {
  for (const reference of change.desired!.desired.references.values()) {
    const other = "entity" in reference ? plan.ofDesired.get(reference.entity) : undefined;
    if (other?.action === "create") change.needs.add(other);
  }
  if (change.kind !== "services" || authorities.size === 0) return;
  const list = own(change.desired!.value, "ca_certificates");
  for (const id of Array.isArray(list) ? (list as readonly Json[]) : []) {
    const authority = authorities.get(String(id));
    // One that takes the place of an equal one under another id comes after the services have let go of that; Kong does not look whether it is there.
    if (authority !== undefined && authority.needs.size === 0) change.needs.add(authority);
  }
}

/** `KIND ID` of everything that an entity refers to. */
function referredTo(entity: CurrentEntity, references: ReadonlyMap<string, string>): readonly string[] {
  const value: JsonObject = entity.value;
  const out: string[] = [];
  for (const [field, to] of references) {
    const id = idIn(value, field);
    if (id !== undefined) out.push(`${to} ${id}`);
  }
  const authorities = entity.kind === "services" ? own(value, "ca_certificates") : undefined;
  if (Array.isArray(authorities))
    for (const id of authorities as readonly Json[]) out.push(`ca_certificates ${String(id)}`);
  return out;
}
