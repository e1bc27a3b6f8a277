import { type Json, type JsonObject, own } from "../../base/json.ts";
import type { Slices } from "../../base/slices.ts";
import type { Compared, Comparison } from "../entities/compare-entities.ts";
import { patchOf } from "../entities/differences.ts";
import type { CurrentEntity, DesiredEntity } from "../entities/entity.ts";
import type { GatewaySchemas } from "../entities/gateway-schemas.ts";
import type { EntityKinds } from "../entities/kinds.ts";
import type { CurrentEntities } from "../entities/match-entities.ts";
import { isDrawn } from "../entities/normal-form.ts";
import type { Change } from "./change.ts";
import { changePath, creationPath, entityPath, idIn } from "./entity-paths.ts";
import { freeUniqueValues } from "./free-values.ts";
import { moveNames, type NameMoves, nameMoves } from "./name-moves.ts";
import { waitForReferences, withoutTaken } from "./references.ts";
import { upstreamsFirst } from "./upstreams-first.ts";

export interface PlanOptions {
  readonly kinds: EntityKinds;
  readonly schemas: GatewaySchemas;
  readonly slices: Slices;
}

/** The changes of a plan while it is made, by what they are for. */
export class DraftPlan {
  readonly changes: Change[] = [];
  readonly ofDesired = new Map<DesiredEntity, Change>();
  readonly ofCurrent = new Map<CurrentEntity, Change>();

  add(change: Change): Change {
    this.changes.push(change);
    if (change.action === "move" || change.action === "free") return change;
    if (change.desired !== undefined) this.ofDesired.set(change.desired.desired, change);
    if (change.current !== undefined) this.ofCurrent.set(change.current, change);
    return change;
  }
}

/** Licences carry no tags, so nobody can tell whose one is that is not wanted any more. */
const NEVER_DELETED: ReadonlySet<string> = new Set(["licenses"]);

/**
 * The requests that turn what is there into what is desired: one for each entity, what others refer to first, and deletions after all else but for those that make
 * room. What Kong removes together with something else is not asked for: a route must not stand open without its plugins.
 */
export async function planChanges(
  comparison: Comparison,
  current: CurrentEntities,
  options: PlanOptions,
): Promise<readonly Change[]> {
  const { kinds, slices } = options;
  const plan = new DraftPlan();
  const moves = nameMoves(comparison.desired, current);
  await slices.forEach(comparison.desired, (compared) => {
    const change = changeFor(compared, moves, options);
    if (change !== undefined) plan.add(change);
  });
  const unwanted = comparison.unwanted.filter(({ kind }) => !NEVER_DELETED.has(kind));
  const { deleted, takenBy } = withoutTaken(unwanted, kinds);
  for (const entity of deleted) plan.add(deletion(entity, kinds));
  for (const [entity, taker] of takenBy) plan.ofCurrent.set(entity, plan.ofCurrent.get(taker)!);
  moveNames(moves, plan);
  await freeUniqueValues(plan, current, kinds, slices);
  await waitForReferences(plan, current, takenBy, kinds, slices);
  await upstreamsFirst(plan, current, slices);
  return plan.changes;
}

function changeFor(compared: Compared, moves: NameMoves, options: PlanOptions): Change | undefined {
  const { kinds, schemas } = options;
  const { desired, current, id, value } = compared;
  const kind = kinds.get(desired.kind);
  const common = { kind: kind.name, id, needs: new Set<Change>(), after: new Set<Change>(), desired: compared };
  if (current === undefined) {
    if (desired.kind === "consumer_group_consumers") {
      const body = { consumer: idIn(value, "consumer") ?? "" };
      return { ...common, action: "create", method: "POST", path: creationPath(kind, kinds, value), body };
    }
    const body = withoutParent(moves.namesAtFirst(compared), kind.listed ? undefined : kind.within?.field);
    return { ...common, action: "create", method: "POST", path: creationPath(kind, kinds, value), body };
  }
  const differences = compared.differences.filter(({ path }) => path[0] !== "snis" || moves.changesNames(compared));
  if (differences.length === 0) return undefined;
  const fields = new Set(differences.map(({ path }) => path[0]!));
  const path = changePath(kind, kinds, value, id);
  if (mustBeReplaced(desired.kind, fields, kind.within?.field)) {
    const body = { ...drawnBefore(compared, schemas), ...value };
    return { ...common, current, action: "replace", method: "PUT", path, body };
  }
  const body = { ...patchOf(differences), ...companions(desired.kind, fields, value) };
  return { ...common, current, action: "update", method: "PATCH", path, body };
}

/** A change of the name mixes two configurations, one of the owner leaves a password hashed for the former one, and a time to live is only set by a PUT for certain. */
function mustBeReplaced(kind: string, fields: ReadonlySet<string>, owner: string | undefined): boolean {
  if (kind === "plugins" || kind === "vaults") return fields.has("name");
  return fields.has("ttl") || (owner === "consumer" && fields.has(owner));
}

/** Fields that Kong takes only together (facts: db-mode/README.md §5), and the names of a certificate, which must not get lost on the way. */
function companions(kind: string, fields: ReadonlySet<string>, value: JsonObject): JsonObject {
  if (kind === "certificates" && (fields.has("cert") || fields.has("key"))) return { snis: own(value, "snis") ?? [] };
  if (kind !== "oauth2_credentials" || !(fields.has("client_secret") || fields.has("hash_secret"))) return {};
  const both = { hash_secret: own(value, "hash_secret") ?? false, client_secret: own(value, "client_secret") };
  return both.client_secret === undefined ? {} : (both as JsonObject);
}

/** What Kong drew when the entity was made and would draw anew for a PUT that leaves it out, and the time at which it was made. */
function drawnBefore({ desired, current }: Compared, schemas: GatewaySchemas): JsonObject {
  const out: Record<string, Json> = {};
  for (const [name, field] of schemas.of(desired.kind)?.fields ?? []) {
    const value = own(current?.value, name);
    const kept = name === "created_at" || (name !== "id" && name !== "updated_at" && isDrawn(field));
    if (kept && value !== undefined && value !== null) out[name] = value;
  }
  return out;
}

function withoutParent(value: JsonObject, field: string | undefined): JsonObject {
  if (field === undefined) return value;
  const { [field]: _, ...rest } = value;
  return rest;
}

function deletion(entity: CurrentEntity, kinds: EntityKinds): Change {
  const path = entityPath(kinds.get(entity.kind), kinds, entity.value, entity.id);
  return {
    action: "delete",
    kind: entity.kind,
    id: entity.id,
    method: "DELETE",
    path,
    needs: new Set(),
    after: new Set(),
    current: entity,
  };
}
