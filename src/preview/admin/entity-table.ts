import type { Entity } from "../entity-set.ts";

/** The entities of one kind, found by the values of their fields without looking at each. */
export class EntityTable {
  #byId: Map<string, Entity>;
  /** Somebody outside has the map: the next write begins a new one. */
  #shown = true;
  /** By field, then by value: ids. Made when a field is first asked for. */
  readonly #indexes = new Map<string, Map<unknown, Set<string>>>();

  constructor(entities: ReadonlyMap<string, Entity>) {
    this.#byId = new Map(entities);
  }

  /** As it stands; it will not change any more. */
  get entities(): ReadonlyMap<string, Entity> {
    this.#shown = true;
    return this.#byId;
  }

  get(id: string): Entity | undefined {
    return this.#byId.get(id);
  }

  values(): Iterable<Entity> {
    return this.#byId.values();
  }

  /** The entities whose field has this value; references are compared by id. */
  having(field: string, value: unknown): readonly Entity[] {
    const ids = this.#index(field).get(idOr(value)) ?? [];
    return [...ids].map((id) => this.#byId.get(id)!);
  }

  /** The first entity that has all of these values. */
  find(values: Readonly<Record<string, unknown>>): Entity | undefined {
    const wanted = Object.entries(values).map(([field, value]) => [field, idOr(value)] as const);
    let fewest: ReadonlySet<string> | undefined;
    for (const [field, value] of wanted) {
      const ids = this.#index(field).get(value) ?? new Set<string>();
      if (fewest === undefined || ids.size < fewest.size) fewest = ids;
    }
    for (const id of fewest ?? []) {
      const entity = this.#byId.get(id)!;
      if (wanted.every(([field, value]) => idOr(entity[field]) === value)) return entity;
    }
    return undefined;
  }

  put(entity: Entity): void {
    this.#begin();
    const before = this.#byId.get(entity.id);
    this.#byId.set(entity.id, entity);
    for (const [field, index] of this.#indexes) {
      const value = idOr(entity[field]);
      if (before !== undefined && idOr(before[field]) === value) continue;
      if (before !== undefined) index.get(idOr(before[field]))?.delete(entity.id);
      add(index, value, entity.id);
    }
  }

  remove(id: string): void {
    this.#begin();
    const before = this.#byId.get(id);
    if (before === undefined) return;
    this.#byId.delete(id);
    for (const [field, index] of this.#indexes) index.get(idOr(before[field]))?.delete(id);
  }

  #begin(): void {
    if (this.#shown) this.#byId = new Map(this.#byId);
    this.#shown = false;
  }

  #index(field: string): ReadonlyMap<unknown, ReadonlySet<string>> {
    let index = this.#indexes.get(field);
    if (index === undefined) {
      index = new Map();
      for (const entity of this.#byId.values()) add(index, idOr(entity[field]), entity.id);
      this.#indexes.set(field, index);
    }
    return index;
  }
}

function add(index: Map<unknown, Set<string>>, value: unknown, id: string): void {
  const ids = index.get(value);
  if (ids === undefined) index.set(value, new Set([id]));
  else ids.add(id);
}

/** The id of a reference; null for what is unset. */
function idOr(value: unknown): unknown {
  if (typeof value === "object" && value !== null && "id" in value) return value.id;
  return value ?? null;
}
