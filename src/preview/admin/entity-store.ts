import type { Configurations } from "../configuration.ts";
import { EMPTY_HASH } from "../configuration.ts";
import { type Entity, type EntitySet, entitiesOf, refId } from "../entity-set.ts";

/** The entities in force, to be read and, with a database in memory, written. */
export class EntityStore {
  readonly #configurations: Configurations;
  readonly #written: () => void;

  /** `written` is called after each write. */
  constructor(configurations: Configurations, written: () => void) {
    this.#configurations = configurations;
    this.#written = written;
  }

  /** In the order of their ids. */
  list(kind: string): readonly Entity[] {
    return [...entitiesOf(this.#set, kind)].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  }

  byId(kind: string, id: string): Entity | undefined {
    const byId = this.#set.get(kind);
    return byId?.get(id) ?? byId?.get(id.toLowerCase());
  }

  /** The first entity that has all of these values; references are compared by id. */
  find(kind: string, values: Readonly<Record<string, unknown>>): Entity | undefined {
    const wanted = Object.entries(values).map(([field, value]) => [field, idOr(value)] as const);
    for (const entity of this.#set.get(kind)?.values() ?? [])
      if (wanted.every(([field, value]) => idOr(entity[field]) === value)) return entity;
    return undefined;
  }

  /** Those that refer to an entity with this field. */
  referring(kind: string, field: string, id: string): readonly Entity[] {
    return this.list(kind).filter((entity) => refId(entity, field) === id);
  }

  put(kind: string, entity: Entity): void {
    this.#write(kind, (byId) => byId.set(entity.id, entity));
  }

  remove(kind: string, id: string): void {
    this.#write(kind, (byId) => byId.delete(id));
  }

  get #set(): EntitySet {
    return this.#configurations.current.entities;
  }

  /** Readers keep what they have: a changed kind is a new map. */
  #write(kind: string, change: (byId: Map<string, Entity>) => void): void {
    const byId = new Map(this.#set.get(kind));
    change(byId);
    this.#configurations.amend({ entities: new Map(this.#set).set(kind, byId), hash: EMPTY_HASH });
    this.#written();
  }
}

/** The id of a reference; null for what is unset. */
function idOr(value: unknown): unknown {
  if (typeof value === "object" && value !== null && "id" in value) return value.id;
  return value ?? null;
}
