import type { Entity } from "../entity-set.ts";
import { type Answer, json } from "./answer.ts";

/** How a list is cut into pages. */
export interface ListOptions {
  /** Where it stands: `/services`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** False within another entity: `tags` is not looked at there (facts: db-mode/README.md §7). */
  readonly filterable: boolean;
  /** True where a filter counts before pages are cut; without a database it counts within each page. */
  readonly filterFirst: boolean;
}

const DEFAULT_SIZE = 100;

/** One page of a list; entities come in order. */
export function listPage(entities: readonly Entity[], options: ListOptions): Answer {
  const { query } = options;
  const size = sizeOf(query.get("size"));
  if (typeof size !== "number") return size;
  const wanted = options.filterable ? tagFilter(query) : undefined;
  if (typeof wanted === "object") return wanted;
  const all = wanted !== undefined && options.filterFirst ? entities.filter(wanted) : entities;
  const start = startOf(all, query.get("offset"), options.filterFirst);
  if (typeof start !== "number") return start;
  const cut = all.slice(start, start + size);
  const last = cut.at(-1);
  const data = wanted !== undefined && !options.filterFirst ? cut.filter(wanted) : cut;
  if (last === undefined || start + size >= all.length) return json(200, { data, next: null });
  const offset = Buffer.from(JSON.stringify([last.id])).toString("base64url");
  return json(200, { data, next: nextLink(options, offset), offset });
}

/** Lists within an entity lose `size` on the way. */
function nextLink({ path, query, filterable }: ListOptions, offset: string): string {
  const next = new URLSearchParams({ offset });
  const tags = query.get("tags");
  const size = query.get("size");
  if (filterable && tags !== null) next.set("tags", tags);
  if (filterable && size !== null) next.set("size", size);
  return `${path}?${next.toString().replaceAll("+", "%20")}`;
}

function sizeOf(text: string | null): number | Answer {
  if (text === null) return DEFAULT_SIZE;
  const size = Number(text);
  const refuse = (message: string): Answer => json(400, { code: 9, name: "invalid size", message });
  if (text.trim() === "" || Number.isNaN(size)) return refuse("size must be a number");
  if (!Number.isInteger(size) || size < 1 || size > 1000) return refuse("size must be an integer between 1 and 1000");
  return size;
}

/** The place behind the entity that an offset names. Without a database a bad one is behind everything. */
function startOf(entities: readonly Entity[], offset: string | null, strict: boolean): number | Answer {
  if (offset === null) return 0;
  const id = idIn(offset);
  if (id === undefined && strict)
    return json(400, {
      code: 7,
      name: "invalid offset",
      message: `'${offset}' is not a valid offset: bad base64 encoding`,
    });
  if (id === undefined) return entities.length;
  const at = entities.findIndex((entity) => entity.id === id);
  if (at >= 0) return at + 1;
  // The entity is gone: those after it have greater ids.
  const after = entities.findIndex((entity) => entity.id > id);
  return after < 0 ? entities.length : after;
}

function idIn(offset: string): string | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(offset, "base64url").toString("utf8"));
    return Array.isArray(value) && typeof value[0] === "string" ? value[0] : undefined;
  } catch {
    return undefined;
  }
}

/** `a,b` wants all of the tags, `a/b` any of them. */
function tagFilter(query: URLSearchParams): ((entity: Entity) => boolean) | Answer | undefined {
  const text = query.get("tags");
  if (text === null) return undefined;
  const refuse = (message: string): Answer =>
    json(400, {
      code: 11,
      name: "invalid options",
      message: `invalid option (tags: ${message})`,
      options: { tags: message },
    });
  if (text === "") return refuse("cannot be null");
  if (text.includes(",") && text.includes("/")) return refuse("invalid filter syntax");
  const any = text.includes("/");
  const wanted = text.split(any ? "/" : ",");
  return (entity) => {
    const tags = Array.isArray(entity["tags"]) ? (entity["tags"] as readonly unknown[]) : [];
    return any ? wanted.some((tag) => tags.includes(tag)) : wanted.every((tag) => tags.includes(tag));
  };
}
