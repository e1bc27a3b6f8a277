import { type Json, type JsonObject, own } from "../../base/json.ts";
import type { CurrentEntity } from "../entities/entity.ts";
import type { EntityKind, EntityKinds } from "../entities/kinds.ts";
import type { CurrentEntities } from "../entities/match-entities.ts";
import { eachOf } from "./each-of.ts";
import type { EntityRequests } from "./entity-requests.ts";
import type { TargetMemory } from "./target-memory.ts";

export interface ReadOptions {
  readonly requests: EntityRequests;
  readonly kinds: EntityKinds;
  /** The kinds to look into. */
  readonly names: readonly string[];
  /** Entities that carry all of these are ours. Without any, all entities are. */
  readonly tags: readonly string[];
  /** Requests at a time. */
  readonly concurrency: number;
  readonly targets: TargetMemory;
}

/** Everything of ours that a gateway with a database holds. */
export async function readEntities(options: ReadOptions): Promise<CurrentEntities> {
  const { requests, kinds, names, tags, concurrency } = options;
  const out = new Map<string, readonly CurrentEntity[]>();
  const listed = names.map((name) => kinds.get(name)).filter((kind) => kind.listed);
  await eachOf(listed, concurrency, async (kind) => {
    const found: CurrentEntity[] = [];
    for await (const page of requests.pages(`/${kind.path}`, kind.tagged ? tags : []))
      for (const value of page) found.push(...entityOf(kind.name, value));
    out.set(kind.name, found);
  });
  if (names.includes("targets")) out.set("targets", await readTargets(out.get("upstreams") ?? [], options));
  if (names.includes("consumer_group_consumers")) out.set("consumer_group_consumers", await readMembers(out, options));
  return out;
}

function entityOf(kind: string, value: JsonObject): readonly CurrentEntity[] {
  const id = own(value, "id");
  return typeof id === "string" ? [{ kind, id, value }] : [];
}

async function readTargets(
  upstreams: readonly CurrentEntity[],
  options: ReadOptions,
): Promise<readonly CurrentEntity[]> {
  const { targets, kinds, concurrency } = options;
  targets.keepOnly(new Set(upstreams.map(({ id }) => id)));
  const found = new Map(upstreams.map(({ id }) => [id, targets.of(id)]));
  const kind = kinds.get("targets");
  const unknown = upstreams.filter(({ id }) => found.get(id) === undefined);
  await eachOf(unknown, concurrency, async ({ id }) => {
    const read = await readWithin(kind, id, options);
    targets.read(id, read);
    found.set(id, read);
  });
  return [...found.values()].flatMap((list) => list ?? []);
}

/** Such lists are whole whatever tags are asked for, so they are looked through here. */
async function readWithin(kind: EntityKind, parent: string, options: ReadOptions): Promise<readonly CurrentEntity[]> {
  const { requests, kinds, tags } = options;
  const { within } = kind;
  const out: CurrentEntity[] = [];
  const path = `/${kinds.get(within!.kind).path}/${encodeURIComponent(parent)}/${within!.path}`;
  for await (const page of requests.pages(path))
    for (const value of page) if (hasTags(value, tags)) out.push(...entityOf(kind.name, value));
  return out;
}

/** Membership carries no tags: it is ours when the group and the consumer are. */
async function readMembers(found: CurrentEntities, options: ReadOptions): Promise<readonly CurrentEntity[]> {
  const kind = options.kinds.get("consumer_group_consumers");
  const consumers = new Set((found.get("consumers") ?? []).map(({ id }) => id));
  const out: CurrentEntity[] = [];
  await eachOf(found.get("consumer_groups") ?? [], options.concurrency, async ({ id: group }) => {
    const members = await readWithin(kind, group, { ...options, tags: [] });
    for (const { id } of members)
      if (consumers.has(id))
        out.push({ kind: kind.name, id: `${group}/${id}`, value: { consumer_group: { id: group }, consumer: { id } } });
  });
  return out;
}

function hasTags(value: JsonObject, tags: readonly string[]): boolean {
  const own: Json | undefined = value["tags"];
  const list = Array.isArray(own) ? (own as readonly Json[]) : [];
  return tags.every((tag) => list.includes(tag));
}
