import { isJsonObject, type JsonObject, own } from "../base/json.ts";
import type { ObjectRef } from "../base/problem.ts";
import { type RefusedEntity, readConfigRefusal } from "../kong/errors.ts";
import type { Payload, Rejection } from "../sync/gateway.ts";
import { type Place, PlacedEntities } from "./placed-entities.ts";
import { withoutValues } from "./quoted-values.ts";

/** What an answer of 400 to a push says, tied to the objects behind it. */
export interface Refusal {
  readonly rejections: readonly Rejection[];
  /** It says that something is wrong but not what: flattening loses some errors, and the plain answer has them. */
  readonly saysNothing: boolean;
}

/** Reads a refusal, flattened or plain. */
export function readRefusal(text: string, payload: Payload): Refusal {
  const refusal = readConfigRefusal(text);
  if (refusal === undefined) return { rejections: [unattributed("the answer cannot be read")], saysNothing: false };
  if (refusal.errors.length === 0) {
    // With braces it is the tree of errors in short, which was empty, or may quote what is secret.
    const words = refusal.message.includes("{") ? "" : refusal.message;
    return { rejections: [unattributed(words || "no reason was given")], saysNothing: true };
  }
  const places = new PlacedEntities(payload);
  const rejections = refusal.errors.flatMap((refused) => rejectionsOf(refused, places));
  return { rejections: unique(rejections), saysNothing: false };
}

function unattributed(message: string): Rejection {
  return { origins: [], entityType: "", entityName: "", field: undefined, message };
}

/** Tags name the object itself; entities without are found in the document, and of duplicates that Kong ties to nobody, those who have the value. */
function rejectionsOf(refused: RefusedEntity, places: PlacedEntities): readonly Rejection[] {
  const { entityType = "", field, message, tags, entity = {} } = refused;
  const list = `${entityType}s`;
  const place = atPath(refused, places) ?? placeOf(refused, list, places);
  const tagged = originOfTags(tags);
  if (place === undefined && tagged === undefined) {
    const twins = duplicates(message, places);
    if (twins.length > 0) return twins;
  }
  return [
    {
      origins: tagged === undefined ? (place?.origins ?? []) : [tagged],
      entityType,
      entityName: nameOf(refused, place),
      field,
      message: withoutValues(message, list, place?.value ?? entity),
    },
  ];
}

/** The innermost entity on the way to an error. */
function atPath({ path = [] }: RefusedEntity, places: PlacedEntities): Place | undefined {
  const [section, at, ...rest] = path;
  let place = typeof at === "number" ? places.section(String(section))[at] : undefined;
  for (let i = 0; place !== undefined && i + 1 < rest.length; i += 2)
    place = place.nested.get(String(rest[i]))?.[Number(rest[i + 1])] ?? place;
  return place;
}

function placeOf(refused: RefusedEntity, list: string, places: PlacedEntities): Place | undefined {
  const { entityId, entityName, entity = {} } = refused;
  // A plugin's name is that of its kind.
  const name = list === "plugins" ? textOf(entity["instance_name"]) : (entityName ?? "");
  return (
    (entityId === undefined ? undefined : places.byId(list, entityId, entity)) ??
    (name === "" ? undefined : places.byName(list, name)) ??
    (Object.keys(entity).length === 0 ? undefined : places.byContent(list, entity)) ??
    parentOf(entity, places)
  );
}

/** Kong adds to a nested entity the reference to the one around it. */
function parentOf(entity: JsonObject, places: PlacedEntities): Place | undefined {
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
export function originOfTags(tags: readonly string[] = []): ObjectRef | undefined {
  const of = (key: string) => tags.find((tag) => tag.startsWith(`k8s-${key}:`))?.slice(key.length + 5);
  const [kind, name] = [of("kind"), of("name")];
  if (kind === undefined || name === undefined) return undefined;
  return { group: of("group") ?? "", version: of("version") ?? "", kind, namespace: of("namespace") ?? "", name };
}

const DUPLICATE = /^uniqueness violation: '(\w+)' entity with (\w+) set to '(.*)' already declared$/s;

function duplicates(message: string, places: PlacedEntities): readonly Rejection[] {
  const [, list = "", field = "", value = ""] = DUPLICATE.exec(message) ?? [];
  return places.withValue(list, field, value).map((place) => ({
    origins: place.origins,
    entityType: list.replace(/s$/, ""),
    entityName: nameOf({ message }, place),
    field,
    message: withoutValues(message, list, place.value),
  }));
}

/** Kinds whose names are no secrets; a credential's may be. */
const NAMED: ReadonlySet<string> = new Set(["service", "route", "upstream", "target", "sni", "plugin", "vault"]);

function nameOf({ entityType, entityName = "" }: RefusedEntity, place: Place | undefined): string {
  const list = place?.list ?? `${entityType}s`;
  if (list === "consumers" || list === "consumer_groups")
    return textOf(place?.value["username"]) || textOf(place?.value["name"]) || entityName;
  return NAMED.has(list.replace(/s$/, "")) ? entityName || textOf(place?.value["name"]) : "";
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function unique(rejections: readonly Rejection[]): readonly Rejection[] {
  return [...new Map(rejections.map((one) => [JSON.stringify(one), one])).values()];
}
