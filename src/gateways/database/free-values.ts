import { X509Certificate } from "node:crypto";
import { type JsonObject, own } from "../../base/json.ts";
import type { Slices } from "../../base/slices.ts";
import { type CurrentEntity, keyText } from "../entities/entity.ts";
import type { EntityKinds } from "../entities/kinds.ts";
import type { CurrentEntities } from "../entities/match-entities.ts";
import { targetText } from "../entities/target-text.ts";
import type { Change } from "./change.ts";
import { changePath } from "./entity-paths.ts";
import type { DraftPlan } from "./plan.ts";

/**
 * A value that no two entities may have and that goes over from one to another has to be given up first: by the deletion of the one that had it, or, where that one
 * only gets another value (two may exchange theirs), by taking one that nobody wants in between.
 */
export async function freeUniqueValues(
  plan: DraftPlan,
  current: CurrentEntities,
  kinds: EntityKinds,
  slices: Slices,
): Promise<void> {
  const freed = new Map<CurrentEntity, Change>();
  const holders = new Map<string, ReadonlyMap<string, CurrentEntity>>();
  await slices.forEach([...plan.ofDesired], ([{ kind }, change]) => {
    const { current: own, value } = change.desired!;
    if ((current.get(kind) ?? []).length === 0) return;
    for (const fields of kinds.get(kind).unique) {
      const key = uniqueText(kind, value, fields);
      if (key === undefined) continue;
      const index = `${kind} ${fields.join()}`;
      if (!holders.has(index)) holders.set(index, holdersOf(kind, fields, current));
      const holder = holders.get(index)!.get(key);
      if (holder === undefined || holder === own) continue;
      const other = plan.ofCurrent.get(holder);
      if (other === undefined || keeps(other, fields, key)) continue;
      change.needs.add(other.action === "delete" || fields.length > 1 ? other : free(fields[0]!, holder, other));
    }
  });

  function free(field: string, holder: CurrentEntity, change: Change): Change {
    const there = freed.get(holder);
    if (there !== undefined) return there;
    const made = plan.add({
      action: "free",
      kind: holder.kind,
      id: holder.id,
      method: "PATCH",
      path: changePath(kinds.get(holder.kind), kinds, holder.value, holder.id),
      body: { [field]: `moving-${holder.id}` },
      needs: new Set(),
      after: new Set(),
      current: holder,
      ...(change.desired && { desired: change.desired }),
    });
    change.needs.add(made);
    freed.set(holder, made);
    return made;
  }
}

/** Two want it, and this one shall keep it: Kong will refuse the other. */
function keeps(change: Change, fields: readonly string[], key: string): boolean {
  return change.action !== "delete" && uniqueText(change.kind, change.desired!.value, fields) === key;
}

function holdersOf(
  kind: string,
  fields: readonly string[],
  current: CurrentEntities,
): ReadonlyMap<string, CurrentEntity> {
  const out = new Map<string, CurrentEntity>();
  for (const entity of current.get(kind) ?? []) {
    const key = uniqueText(kind, entity.value, fields);
    if (key !== undefined) out.set(key, entity);
  }
  return out;
}

function uniqueText(kind: string, value: JsonObject, fields: readonly string[]): string | undefined {
  if (kind === "targets") return keyText({ ...value, target: targetText(String(value["target"])) }, fields);
  if (kind === "ca_certificates" && fields[0] === "cert_digest") return digestOf(own(value, "cert"));
  return keyText(value, fields);
}

/** Kong takes each CA certificate once, whatever its id: it knows it by its fingerprint. */
function digestOf(cert: unknown): string | undefined {
  try {
    return new X509Certificate(String(cert)).fingerprint256;
  } catch {
    // Kong will say what is wrong with it.
    return undefined;
  }
}
