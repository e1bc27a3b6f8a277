import type { Entity } from "../entity-set.ts";
import type { Gateway } from "../gateway-state.ts";
import { type Answer, json } from "./answer.ts";
import type { Endpoint } from "./dispatch.ts";
import type { EntityStore } from "./entity-store.ts";
import type { Kind } from "./kinds.ts";
import { listPage } from "./listing.ts";

/** `/tags` and `/tags/TAG`. */
export function tagsEndpoint(
  gateway: Gateway,
  store: EntityStore,
  kinds: ReadonlyMap<string, Kind>,
  tag: string | undefined,
): Endpoint {
  const path = tag === undefined ? "/tags" : `/tags/${encodeURIComponent(tag)}`;
  const names = [...kinds.keys()];
  return {
    GET: ({ query }) => {
      if (gateway.settings.database === "off")
        return kindByKind(names, query.get("offset"), path, (kind) => tagged(store, kind, tag));
      const all = names.flatMap((kind) => tagged(store, kind, tag));
      // Pages are cut by an id, which a tag has only together with its entity.
      const keyed = all.map((one) => ({ ...one, id: `${one.entity_id} ${one.tag}` })) as readonly Entity[];
      const answer = listPage(keyed, { path, query, filterable: tag === undefined, filterFirst: false });
      const page = answer.json as { readonly data?: readonly Entity[] };
      return page.data === undefined ? answer : { ...answer, json: { ...page, data: page.data.map(withoutId) } };
    },
  };
}

interface Tagged {
  readonly entity_name: string;
  readonly entity_id: string;
  readonly tag: string;
}

function tagged(store: EntityStore, kind: string, tag: string | undefined): readonly Tagged[] {
  return store.list(kind).flatMap((entity) => {
    const tags = Array.isArray(entity["tags"]) ? (entity["tags"] as readonly string[]) : [];
    return tags
      .filter((one) => tag === undefined || one === tag)
      .map((one) => ({ entity_name: kind, entity_id: entity.id, tag: one }));
  });
}

function withoutId({ id: _id, ...rest }: Entity): unknown {
  return rest;
}

/** Without a database there is a page for each kind, most of them empty. */
function kindByKind(
  kinds: readonly string[],
  offset: string | null,
  path: string,
  of: (kind: string) => readonly Tagged[],
): Answer {
  const at = offset === null ? 0 : kinds.indexOf(offset.split("|")[0]!);
  const kind = kinds[at];
  if (kind === undefined) return json(200, { data: [], next: null });
  const following = kinds[at + 1];
  if (following === undefined) return json(200, { data: of(kind), next: null });
  const next = `${following}|nil`;
  return json(200, { data: of(kind), next: `${path}?offset=${encodeURIComponent(next)}`, offset: next });
}
