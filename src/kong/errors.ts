import { isJsonObject, type Json, type JsonObject, own } from "../base/json.ts";
import { childrenOf } from "./schema/relations.ts";

/** One thing that a Kong refused a configuration for. */
export interface RefusedEntity {
  /** Kong's singular: `route`; absent where only the document as a whole is meant. */
  readonly entityType?: string;
  readonly entityName?: string;
  readonly entityId?: string;
  readonly tags?: readonly string[];
  /** Where in the entity, with dots and positions from 1: `paths.1`, `config.minute`. Absent for what is wrong with the entity as a whole. */
  readonly field?: string;
  readonly message: string;
  /** The entity as Kong shows it, with what it filled in; only where it is not empty. */
  readonly entity?: JsonObject;
  /** Where in the document that was sent, where the answer tells it: `["services", 0, "routes", 1]`; positions from 0. */
  readonly path?: readonly (string | number)[];
}

export interface ConfigRefusal {
  /** Empty where Kong did not say what it minds: then ask again without `flatten_errors` (facts: some errors get lost on the way). */
  readonly errors: readonly RefusedEntity[];
  /** Kong's own summary. */
  readonly message: string;
}

/**
 * Reads the body of a 400 to `POST /config`, flattened or not (spec: admin-push §3.1; facts/kong-3.9/README). Undefined for a body that is none of Kong's.
 * Texts of it may quote values from Secrets.
 */
export function readConfigRefusal(body: string): ConfigRefusal | undefined {
  const json = parsed(body);
  if (json === undefined) return undefined;
  const message = textOf(json, "message");
  const fields = own(json, "fields");
  if (message === undefined && fields === undefined) return undefined;
  return { message: message ?? "", errors: [...flattened(own(json, "flattened_errors")), ...ofDocument(fields)] };
}

/** What a Kong says against one entity that was sent alone (`POST /services`, `POST /schemas/…/validate`). Undefined for a body that is none of Kong's. */
export function readEntityRefusal(body: string): ConfigRefusal | undefined {
  const json = parsed(body);
  const message = json === undefined ? undefined : textOf(json, "message");
  if (json === undefined || message === undefined) return undefined;
  const lines = leaves(own(json, "fields") ?? null, []);
  return { message, errors: lines.length > 0 ? lines.map(withoutPath) : [{ message }] };
}

function parsed(body: string): JsonObject | undefined {
  try {
    const json = JSON.parse(body) as unknown;
    return isJsonObject(json) ? (json as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

/** A list, or `{}` when it is empty. */
function flattened(list: Json | undefined): RefusedEntity[] {
  if (!Array.isArray(list)) return [];
  return (list as readonly Json[]).flatMap((one) => (isJsonObject(one) ? entityErrors(one as JsonObject) : []));
}

function entityErrors(entity: JsonObject): RefusedEntity[] {
  const type = textOf(entity, "entity_type");
  const name = textOf(entity, "entity_name") ?? nameIn(own(entity, "entity"));
  const id = textOf(entity, "entity_id");
  const tags = own(entity, "entity_tags");
  const shown = own(entity, "entity");
  const who = {
    ...(type !== undefined && { entityType: type }),
    ...(name !== undefined && { entityName: name }),
    ...(id !== undefined && { entityId: id }),
    ...(isTexts(tags) && { tags }),
    ...(isJsonObject(shown) && Object.keys(shown).length > 0 && { entity: shown as JsonObject }),
  };
  const errors = own(entity, "errors");
  return (Array.isArray(errors) ? (errors as readonly Json[]) : []).flatMap((error) =>
    isJsonObject(error) ? lines(error as JsonObject).map((line) => ({ ...who, ...line })) : [],
  );
}

/** Kong names only what has a `name`: other kinds are known by these. */
function nameIn(entity: Json | undefined): string | undefined {
  if (!isJsonObject(entity)) return undefined;
  for (const key of ["username", "custom_id", "target", "prefix", "group", "client_id"]) {
    const text = textOf(entity as JsonObject, key);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Older versions give several messages for a list, by position. */
function lines(error: JsonObject): Pick<RefusedEntity, "field" | "message">[] {
  const field = own(error, "type") === "entity" ? undefined : textOf(error, "field");
  const at = (more: string) => ({ field: field === undefined ? more : `${field}.${more}` });
  const message = textOf(error, "message");
  if (message !== undefined) return [{ ...(field !== undefined && { field }), message }];
  const several = own(error, "messages");
  if (!Array.isArray(several)) return [];
  return (several as readonly Json[]).flatMap((one, i) =>
    typeof one === "string" && one !== "" ? [{ ...at(String(i + 1)), message: one }] : [],
  );
}

/** `fields`: errors in the shape of the document, without tags. */
function ofDocument(fields: Json | undefined): RefusedEntity[] {
  return leaves(fields ?? null, []).map(({ path, message }) => locate(path, message));
}

interface Leaf {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

function leaves(value: Json, path: readonly (string | number)[]): Leaf[] {
  if (typeof value === "string") return [{ path, message: value }];
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((one, i) => leaves(one, [...path, i]));
  if (!isJsonObject(value)) return [];
  return Object.entries(value as JsonObject).flatMap(([key, one]) => {
    if (key !== "@entity") return leaves(one, [...path, key]);
    const texts: readonly Json[] = Array.isArray(one) ? (one as readonly Json[]) : [one];
    return texts.filter((text) => typeof text === "string").map((message) => ({ path, message }));
  });
}

/**
 * Which entity a place in `fields` belongs to: sections and entities follow each other as in the document; the rest is the field. References that lead nowhere
 * stand under the name or id of the entity, `routes.NAME.0`.
 */
function locate(path: readonly (string | number)[], message: string): RefusedEntity {
  let at = 0;
  let section: string | undefined;
  while (typeof path[at] === "string" && typeof path[at + 1] === "number" && isSection(path[at] as string, section)) {
    section = path[at] as string;
    at += 2;
  }
  const [head, key] = path;
  if (section === undefined && typeof head === "string" && typeof key === "string" && typeof path[2] === "number")
    return { entityType: singular(head), ...nameOrId(key), message };
  const field = path
    .slice(at)
    .map((part) => (typeof part === "number" ? part + 1 : part))
    .join(".");
  return {
    ...(section !== undefined && { entityType: singular(section) }),
    ...(field !== "" && { field }),
    message,
    ...(at > 0 && { path: path.slice(0, at) }),
  };
}

/** At the top every list is a section; inside of an entity those of kinds that refer to it. */
function isSection(name: string, outer: string | undefined): boolean {
  return outer === undefined || childrenOf(outer).has(name);
}

function nameOrId(key: string): Pick<RefusedEntity, "entityId" | "entityName"> {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(key) ? { entityId: key } : { entityName: key };
}

function withoutPath({ path, message }: Leaf): RefusedEntity {
  const field = path.map((part) => (typeof part === "number" ? part + 1 : part)).join(".");
  return field === "" ? { message } : { field, message };
}

function singular(section: string): string {
  return section.replace(/s$/, "");
}

function textOf(json: JsonObject, key: string): string | undefined {
  const value = own(json, key);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function isTexts(value: Json | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}
