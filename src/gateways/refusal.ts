import { isJsonObject, own } from "../base/json.ts";
import type { ObjectRef } from "../base/problem.ts";
import type { Payload, Rejection } from "../sync/gateway.ts";
import { type Place, PlacedEntities } from "./placed-entities.ts";
import { withoutValues } from "./quoted-values.ts";

/** What an answer of 400 to a push says, tied to the objects behind it. */
export interface Refusal {
  readonly rejections: readonly Rejection[];
  /** It says that something is wrong but not what: flattening loses some errors (facts: a route naming a missing service), and the plain answer has them. */
  readonly saysNothing: boolean;
}

/** Reads a refusal, flattened or plain. Text that is none of Kong's is one rejection with its first line. */
export function readRefusal(text: string, payload: Payload): Refusal {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  if (!isJsonObject(body)) return { rejections: [unattributed("the answer cannot be read")], saysNothing: false };
  const places = new PlacedEntities(payload);
  const flattened = own(body, "flattened_errors");
  const rejections = [
    ...(Array.isArray(flattened) ? flattened.flatMap((entry) => fromFlattened(entry, places)) : []),
    ...fromFields(own(body, "fields"), places),
  ];
  if (rejections.length > 0) return { rejections: unique(rejections), saysNothing: false };
  const message = own(body, "message");
  // With braces it is the tree of errors in short, which was empty, or may quote what is secret.
  const empty = typeof message !== "string" || message.includes("{");
  return { rejections: [unattributed(empty ? "no reason was given" : message)], saysNothing: empty };
}

function unattributed(message: string): Rejection {
  return { origins: [], entityType: "", entityName: "", field: undefined, message };
}

/** One entry of `flattened_errors`. Tags name the object itself; ids and names of other entities are found in the document. */
function fromFlattened(entry: unknown, places: PlacedEntities): readonly Rejection[] {
  if (!isJsonObject(entry) || !Array.isArray(entry["errors"])) return [];
  const type = textOf(entry["entity_type"]);
  const place = placeOf(entry, type, places);
  const tagged = originOfTags(entry["entity_tags"]);
  const about = {
    origins: tagged === undefined ? (place?.origins ?? []) : [tagged],
    entityType: type,
    entityName: nameOf(textOf(entry["entity_name"]), place),
  };
  return entry["errors"].filter(isJsonObject).flatMap((error) => {
    const field = error["type"] === "entity" ? undefined : textOf(error["field"]);
    const messages = Array.isArray(error["messages"]) ? error["messages"] : [error["message"]];
    return messages.flatMap((message, at) => {
      if (typeof message !== "string" || message === "") return [];
      const name = messages.length > 1 && field !== undefined ? `${field}[${at}]` : field;
      const values = place?.value ?? (isJsonObject(entry["entity"]) ? entry["entity"] : {});
      return [{ ...about, field: name || undefined, message: withoutValues(message, `${type}s`, values) }];
    });
  });
}

function placeOf(entry: Readonly<Record<string, unknown>>, type: string, places: PlacedEntities): Place | undefined {
  const list = `${type}s`;
  const entity = isJsonObject(entry["entity"]) ? entry["entity"] : {};
  // A plugin's name is that of its kind.
  const name = type === "plugin" ? textOf(entity["instance_name"]) : textOf(entry["entity_name"]);
  return (
    places.byId(list, textOf(entry["entity_id"]), entity) ??
    (name === "" ? undefined : places.byName(list, name)) ??
    places.byContent(list, entity) ??
    parentOf(entity, places)
  );
}

/** Kong adds to a nested entity the reference to the one around it. */
function parentOf(entity: Readonly<Record<string, unknown>>, places: PlacedEntities): Place | undefined {
  for (const parent of ["consumer", "route", "service", "upstream", "certificate", "consumer_group"]) {
    const reference = own(entity, parent);
    const found = isJsonObject(reference)
      ? places.byId(`${parent}s`, textOf(reference["id"]))
      : places.byName(`${parent}s`, textOf(reference));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The object that KIC's tags name (spec/admin-push.md §3.1); undefined when they name none. */
function originOfTags(tags: unknown): ObjectRef | undefined {
  if (!Array.isArray(tags)) return undefined;
  const of = (key: string) =>
    tags.find((tag): tag is string => typeof tag === "string" && tag.startsWith(`k8s-${key}:`))?.slice(key.length + 5);
  const [kind, name] = [of("kind"), of("name")];
  if (kind === undefined || name === undefined) return undefined;
  return { group: of("group") ?? "", version: of("version") ?? "", kind, namespace: of("namespace") ?? "", name };
}

/** The tree `fields`: sections, their entities by position or name, their fields. */
function fromFields(fields: unknown, places: PlacedEntities): readonly Rejection[] {
  if (!isJsonObject(fields)) return [];
  return Object.entries(fields).flatMap(([section, errors]) => {
    if (typeof errors === "string") return [{ ...unattributed(errors), field: section }];
    return entriesOf(errors).flatMap(([key, error]) => {
      const place = places.section(section)[Number(key)] ?? places.byName(section, key);
      if (place === undefined) return loose(section, error, places);
      return ofEntity(place, error, []);
    });
  });
}

/** Items of a list by their position from 0, or of a map by their key; empty ones are left out. A list with gaps comes as a map by position from 1. */
function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  if (Array.isArray(value))
    return value.map((item, at) => [String(at), item] as const).filter(([, item]) => item !== null);
  if (!isJsonObject(value)) return [["", value]];
  return Object.entries(value).map(([key, item]) => [/^\d+$/.test(key) ? String(Number(key) - 1) : key, item]);
}

/** Everything that is said of one entity, and of those nested in it. */
function ofEntity(place: Place, error: unknown, path: readonly string[]): readonly Rejection[] {
  if (typeof error === "string") return [rejection(place, path, error)];
  if (Array.isArray(error) && path.length === 0) return error.flatMap((one) => ofEntity(place, one, path));
  return entriesOf(error).flatMap(([key, inner]) => {
    if (key === "@entity") return strings(inner).map((message) => rejection(place, path, message));
    const nested = path.length === 0 ? place.nested.get(key) : undefined;
    if (nested !== undefined)
      return entriesOf(inner).flatMap(([at, one]) => {
        const item = nested[Number(at)] ?? nested.find((other) => other.value["name"] === at);
        return ofEntity(item ?? place, one, item === undefined ? [key] : []);
      });
    // Positions count from 1, as in flattened errors.
    return ofEntity(place, inner, [...path, Array.isArray(error) ? String(Number(key) + 1) : key]);
  });
}

function rejection(place: Place, path: readonly string[], message: string): Rejection {
  return {
    origins: place.origins,
    entityType: place.list.replace(/s$/, ""),
    entityName: nameOf("", place),
    field: path.length === 0 ? undefined : path.join("."),
    message: withoutValues(message, place.list, place.value),
  };
}

const DUPLICATE = /^uniqueness violation: '(\w+)' entity with (\w+) set to '(.*)' already declared$/s;

/** Errors that Kong ties to no entity: of duplicates, those who have the value are found. */
function loose(section: string, error: unknown, places: PlacedEntities): readonly Rejection[] {
  return strings(error).flatMap((message) => {
    const [, list = "", field = "", value = ""] = DUPLICATE.exec(message) ?? [];
    const found = places.withValue(list, field, value);
    if (found.length === 0)
      return [{ ...unattributed(withoutValues(message, section, {})), entityType: section.replace(/s$/, "") }];
    return found.map((place) => rejection(place, [field], message));
  });
}

function strings(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return entriesOf(value).flatMap(([, item]) =>
    typeof item === "object" && item !== null ? strings(item) : [String(item)],
  );
}

/** Credentials are named by what is secret: they have no name here. */
function nameOf(given: string, place: Place | undefined): string {
  if (given !== "") return given;
  return textOf(place?.value["name"]) || (place?.list === "consumers" ? textOf(place.value["username"]) : "");
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function unique(rejections: readonly Rejection[]): readonly Rejection[] {
  return [...new Map(rejections.map((one) => [JSON.stringify(one), one])).values()];
}
