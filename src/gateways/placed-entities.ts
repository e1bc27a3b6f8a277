import { deepEqual } from "../base/equal.ts";
import { isJsonObject, own } from "../base/json.ts";
import type { ObjectRef } from "../base/problem.ts";
import type { Payload, PlacedEntity } from "../sync/gateway.ts";

/** An entity of a payload, nested ones included, with the objects that it came from. */
export interface Place {
  /** Kong's plural of its type: `routes`, `keyauth_credentials`. */
  readonly list: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly origins: readonly ObjectRef[];
  /** The lists of entities nested in it. */
  readonly nested: ReadonlyMap<string, readonly Place[]>;
}

/** Fields that hold lists of objects which are no entities. */
const NO_ENTITIES: ReadonlySet<string> = new Set(["sources", "destinations", "config", "tags"]);

/** The fields by which Kong names entities. */
const NAMES = ["name", "username", "instance_name", "prefix", "target"] as const;

/** Every entity of a payload by its place, its id and its name: what an error speaks of is found here. */
export class PlacedEntities {
  readonly #sections = new Map<string, readonly Place[]>();
  readonly #lists = new Map<string, Place[]>();

  constructor(payload: Pick<Payload, "sections">) {
    for (const [section, entities] of payload.sections)
      this.#sections.set(
        section,
        entities.map((entity) => this.#place(section, entity.value, entity.origins, entity)),
      );
  }

  #place(list: string, value: object, origins: readonly ObjectRef[], top: PlacedEntity): Place {
    const nested = new Map<string, readonly Place[]>();
    for (const [field, items] of Object.entries(value)) {
      if (NO_ENTITIES.has(field) || !Array.isArray(items) || !items.every(isJsonObject)) continue;
      const places = items.map((item, at) =>
        this.#place(field, item, partOrigins(top, field, item, at) ?? origins, top),
      );
      nested.set(field, places);
    }
    const place = { list, value: value as Place["value"], origins, nested };
    const all = this.#lists.get(list);
    if (all === undefined) this.#lists.set(list, [place]);
    else all.push(place);
    return place;
  }

  /** The entities on the top level of a section, in the order of the document. */
  section(name: string): readonly Place[] {
    return this.#sections.get(name) ?? [];
  }

  /** The one of this id; of several, the one with this content, else the last: Kong refuses the later of two. */
  byId(list: string, id: string, entity: Readonly<Record<string, unknown>> = {}): Place | undefined {
    const found = this.#lists.get(list)?.filter((place) => id !== "" && place.value["id"] === id) ?? [];
    return found.find((place) => hasContent(place, entity)) ?? found.at(-1);
  }

  /** The only one of this name; undefined when there are several. */
  byName(list: string, name: string): Place | undefined {
    const found = this.#lists.get(list)?.filter((place) => NAMES.some((field) => place.value[field] === name)) ?? [];
    return found.length === 1 ? found[0] : undefined;
  }

  /** The one with the same content; of several, the last. */
  byContent(list: string, entity: Readonly<Record<string, unknown>>): Place | undefined {
    return this.#lists.get(list)?.findLast((place) => hasContent(place, entity));
  }

  /** All whose field has this value. */
  withValue(list: string, field: string, value: string): readonly Place[] {
    return this.#lists.get(list)?.filter((place) => String(own(place.value, field)) === value) ?? [];
  }
}

/** Whether an entity as Kong shows it may be this one: Kong adds references and ids, and takes nested entities out. */
function hasContent({ value, nested }: Place, entity: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(value).every(([field, one]) => nested.has(field) || deepEqual(one, own(entity, field)));
}

/** Where an entity nested in another came from, if from elsewhere. Parts are named by the name of the nested entity, or by its position among its like. */
export function partOrigins(
  top: PlacedEntity,
  list: string,
  item: Readonly<Record<string, unknown>>,
  at: number,
): readonly ObjectRef[] | undefined {
  const names = [item["name"], String(at)];
  return top.parts?.find(({ type, name }) => (type === list || `${type}s` === list) && names.includes(name))?.origins;
}
