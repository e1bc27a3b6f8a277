import { type Configuration, type Configurations, EMPTY_HASH } from "../configuration.ts";
import type { Entity, EntitySet } from "../entity-set.ts";
import { EntityTable } from "./entity-table.ts";

/** The entities in force, to be read and, with a database in memory, written. */
export class EntityStore {
  readonly #configurations: Configurations;
  readonly #written: () => void;
  readonly #tables = new Map<string, EntityTable>();
  /** The configuration that the tables are of. */
  #of: Configuration | undefined;

  /** `written` is called after each write. */
  constructor(configurations: Configurations, written: () => void) {
    this.#configurations = configurations;
    this.#written = written;
  }

  /** In the order of their ids. */
  list(kind: string): readonly Entity[] {
    return inOrder([...this.#table(kind).values()]);
  }

  byId(kind: string, id: string): Entity | undefined {
    const table = this.#table(kind);
    return table.get(id) ?? table.get(id.toLowerCase());
  }

  /** The first entity that has all of these values; references are compared by id. */
  find(kind: string, values: Readonly<Record<string, unknown>>): Entity | undefined {
    return this.#table(kind).find(values);
  }

  /** Those that refer to an entity with this field. */
  referring(kind: string, field: string, id: string): readonly Entity[] {
    return inOrder(this.#table(kind).having(field, id));
  }

  put(kind: string, entity: Entity): void {
    this.#table(kind).put(entity);
    this.#amend();
  }

  remove(kind: string, id: string): void {
    this.#table(kind).remove(id);
    this.#amend();
  }

  #table(kind: string): EntityTable {
    const { current } = this.#configurations;
    if (this.#of !== current) {
      this.#tables.clear();
      for (const [name, entities] of current.entities) this.#tables.set(name, new EntityTable(entities));
      this.#of = current;
    }
    let table = this.#tables.get(kind);
    if (table === undefined) {
      table = new EntityTable(new Map());
      this.#tables.set(kind, table);
    }
    return table;
  }

  /** Many writes make one set of entities, when somebody looks at it. */
  #amend(): void {
    const tables = this.#tables;
    let entities: EntitySet | undefined;
    this.#of = {
      get entities() {
        entities ??= new Map([...tables].map(([kind, table]) => [kind, table.entities]));
        return entities;
      },
      hash: EMPTY_HASH,
    };
    this.#configurations.amend(this.#of);
    this.#written();
  }
}

function inOrder(entities: readonly Entity[]): readonly Entity[] {
  return [...entities].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
