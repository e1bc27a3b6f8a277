import { type JsonObject, own } from "../../base/json.ts";
import type { Slices } from "../../base/slices.ts";
import { type CurrentEntity, type DesiredEntity, keyText } from "./entity.ts";
import type { EntityKinds } from "./kinds.ts";
import { targetText } from "./target-text.ts";

/** A desired entity as it is to be written, and the one that is there for it. */
export interface Match {
  readonly desired: DesiredEntity;
  /** Undefined: it is to be made. */
  readonly current: CurrentEntity | undefined;
  /** That of the current entity if there is one. */
  readonly id: string;
  /** What was compiled, with the id, the tags that mark it as ours, and references by id. */
  readonly value: JsonObject;
}

export interface MatchOptions {
  readonly kinds: EntityKinds;
  /** Every entity that can carry tags gets these too. */
  readonly tags: readonly string[];
  /** Ids for entities that have none. */
  readonly newId: () => string;
  readonly slices: Slices;
}

/** What is desired, each with the entity that is already there for it; and what is there without being desired. */
export interface Matches {
  readonly matches: ReadonlyMap<DesiredEntity, Match>;
  readonly unwanted: readonly CurrentEntity[];
}

/** By kind. */
export type CurrentEntities = ReadonlyMap<string, readonly CurrentEntity[]>;

/**
 * Finds for each desired entity the one that is there: the one of its id, else the one that cannot stand beside it (of its name, or a plugin of its name and relations),
 * which keeps its id: what exists is changed, not made anew.
 */
export async function matchEntities(
  desired: readonly DesiredEntity[],
  current: CurrentEntities,
  options: MatchOptions,
): Promise<Matches> {
  const { kinds } = options;
  const byKind = Map.groupBy(desired, ({ kind }) => kind);
  const names = [...new Set([...byKind.keys(), ...current.keys()])];
  names.sort((a, b) => kinds.rank(a) - kinds.rank(b));
  const matches = new Map<DesiredEntity, Match>();
  const unwanted: CurrentEntity[] = [];
  for (const name of names)
    unwanted.push(...(await matchKind(name, byKind.get(name) ?? [], current.get(name) ?? [], matches, options)));
  return { matches, unwanted };
}

/** References lead to kinds that were matched before. Returns what is left of the current ones. */
async function matchKind(
  name: string,
  desired: readonly DesiredEntity[],
  current: readonly CurrentEntity[],
  matches: Map<DesiredEntity, Match>,
  { kinds, tags, newId, slices }: MatchOptions,
): Promise<readonly CurrentEntity[]> {
  const kind = kinds.get(name);
  const values = new Map<DesiredEntity, JsonObject>();
  await slices.forEach(desired, (entity) => values.set(entity, fieldsOf(entity, kind.tagged ? tags : [], matches)));
  const found = new Map<DesiredEntity, CurrentEntity>();
  const left = new Set(current);
  const pass = async (keyOf: (value: JsonObject) => string | undefined) => {
    if (left.size === 0) return;
    const byKey = new Map<string, CurrentEntity>();
    await slices.forEach([...left], (entity) => {
      const key = keyOf(entity.value);
      if (key !== undefined && !byKey.has(key)) byKey.set(key, entity);
    });
    await slices.forEach(values, ([entity, value]) => {
      const key = found.has(entity) ? undefined : keyOf(value);
      const there = key === undefined ? undefined : byKey.get(key);
      if (there !== undefined && left.delete(there)) found.set(entity, there);
    });
  };
  await pass((value) => keyText(value, ["id"])?.toLowerCase());
  for (const fields of kind.recognized) await pass((value) => keyText(comparable(name, value), fields));
  await slices.forEach(values, ([entity, value]) => {
    const there = found.get(entity);
    const given = own(value, "id");
    const id = there?.id ?? (typeof given === "string" ? given : newId());
    matches.set(entity, { desired: entity, current: there, id, value: { ...value, id } });
  });
  return [...left];
}

/** Values by which entities are recognized, in the form in which Kong keeps them. */
function comparable(kind: string, value: JsonObject): JsonObject {
  return kind === "targets" ? { ...value, target: targetText(String(value["target"])) } : value;
}

function fieldsOf(
  { given, references }: DesiredEntity,
  tags: readonly string[],
  matches: ReadonlyMap<DesiredEntity, Match>,
): JsonObject {
  const out: Record<string, JsonObject[string]> = { ...given };
  for (const [field, reference] of references) {
    if ("key" in reference) out[field] = reference.key;
    else {
      const match = matches.get(reference.entity);
      if (match !== undefined) out[field] = { id: match.id };
    }
  }
  const own = Array.isArray(given["tags"]) ? (given["tags"] as readonly string[]) : [];
  if (tags.length > 0) out["tags"] = [...new Set([...own, ...tags])];
  return out;
}
