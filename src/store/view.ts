import { deepEqual } from "../base/equal.ts";
import { type Kind, type KubernetesObject, objectKey } from "../resources/kind.ts";
import { Cell, FLAG_RERUN, FLAG_USE, type Read } from "./cell.ts";
import type { Graph } from "./graph.ts";
import { type Index, indexSource, type ObjectStore } from "./object-store.ts";

/** A cached function of the view: what several units need. `Input` is what never changes while a compiler lives (settings and profile). */
export interface Derivation<Input, Value> {
  readonly name: string;
  /** Must not throw for bad input: problems are part of the value. */
  compute(view: View<Input>, key: string): Value;
  /** Whether readers may keep what they made of the other value; structural equality unless given. */
  same?(a: Value, b: Value): boolean;
}

/** A derived value that was passed on without being looked at: a link rule reads it, and the unit that passed it on is not compiled again when it changes. */
export interface Handed<Value> {
  readonly cell: Cell;
  /** Never set: carries the type. */
  readonly value?: Value;
}

/** How a translator reads. Everything read is written down, absent things included. */
export interface View<Input> {
  readonly input: Input;
  /** A use of the object if it is there; its absence is a look. */
  get<T extends KubernetesObject>(kind: Kind<T>, namespace: string, name: string): T | undefined;
  /** A look: the reader runs again when the object comes, goes or changes, but does not fall with it. */
  look<T extends KubernetesObject>(kind: Kind<T>, namespace: string, name: string): T | undefined;
  /** Says that the object named is used although its content is not read (naming a class uses that class). */
  name(kind: Kind, namespace: string, name: string): void;
  /** Uses of all objects under an entry, ordered by namespace and name. */
  find<T extends KubernetesObject>(index: Index<T>, key: string): readonly T[];
  /** The same as looks. */
  survey<T extends KubernetesObject>(index: Index<T>, key: string): readonly T[];
  /** A use of a derived value. */
  derive<Value>(derivation: Derivation<Input, Value>, key: string): Value;
  /** A look at a derived value. */
  glance<Value>(derivation: Derivation<Input, Value>, key: string): Value;
  /** Passes a derived value on. With `use` the reader falls with what the value uses. */
  hand<Value>(derivation: Derivation<Input, Value>, key: string, use: boolean): Handed<Value>;
  /** Reads what was handed on, for link rules; undefined when it uses something that is left out. */
  take<Value>(handed: Handed<Value>): Value | undefined;
}

/** The cells of one compiler: derived values by name and key, and the views through which cells read. */
export class Cells<Input> {
  readonly graph: Graph;
  readonly #store: ObjectStore;
  readonly #input: Input;
  readonly #derived = new Map<string, DerivedCell>();
  #leftOut: ReadonlySet<Cell> = new Set();

  constructor(store: ObjectStore, graph: Graph, input: Input) {
    this.#store = store;
    this.graph = graph;
    this.#input = input;
  }

  /** A cell that is run because it is wanted, not because somebody reads it; wanted cells of a smaller order run first. `run` must not throw. */
  wanted(id: string, order: number, run: (view: View<Input>, cell: Cell) => void): Cell {
    const cell: Cell = new Cell(id, order, (record) => {
      run(this.#view(record, cell), cell);
      return true;
    });
    this.graph.add(cell);
    return cell;
  }

  /** Says which cells use something that is left out: what takes one of them runs again. */
  leaveOut(cells: ReadonlySet<Cell>): void {
    const before = this.#leftOut;
    this.#leftOut = cells;
    for (const cell of before.symmetricDifference(cells)) {
      if (cell.order !== undefined) continue;
      for (const reader of cell.readers()) if (reader.order !== undefined) this.graph.invalidate(reader);
    }
  }

  #derivation<Value>(derivation: Derivation<Input, Value>, key: string): DerivedCell {
    const id = `${derivation.name}(${key})`;
    const known = this.#derived.get(id);
    if (known !== undefined) return known;
    const cell: DerivedCell = new DerivedCell(id, (record) => {
      const before = cell.outcome;
      try {
        const value = derivation.compute(this.#view(record, cell), key);
        // What waits for an object that is not loaded yet keeps its former value.
        if (cell.pending && before !== undefined) return false;
        cell.outcome = { value };
        const same = derivation.same ?? deepEqual;
        if (before !== undefined && "value" in before && same(before.value as Value, value)) {
          cell.outcome = before;
          return false;
        }
      } catch (error) {
        cell.outcome = { error };
      }
      return true;
    });
    cell.forget = () => this.#derived.delete(id);
    this.#derived.set(id, cell);
    return cell;
  }

  #view(record: (read: Read, flags: number) => void, cell: Cell): View<Input> {
    const store = this.#store;
    const read = (kind: string, namespace: string, name: string, use: boolean): KubernetesObject | undefined => {
      const key = objectKey(kind, namespace, name);
      const object = store.byKey(key);
      record(key, object !== undefined && use ? FLAG_RERUN | FLAG_USE : FLAG_RERUN);
      if (object === undefined || !store.isUnloaded(key)) return object;
      cell.pending = true;
      return undefined;
    };
    const derive = <Value>(derivation: Derivation<Input, Value>, key: string, flags: number): Value => {
      const derived = this.#derivation(derivation, key);
      record(derived, flags);
      return derived.read() as Value;
    };
    const find = <T extends KubernetesObject>(index: Index<T>, key: string, use: boolean): readonly T[] => {
      record(indexSource(index.name, key), FLAG_RERUN);
      const objects = store.find(index, key);
      for (const object of objects) read(object.kind, object.metadata.namespace ?? "", object.metadata.name, use);
      return objects;
    };
    return {
      input: this.#input,
      get: (kind, namespace, name) => read(kind.kind, namespace, name, true) as never,
      look: (kind, namespace, name) => read(kind.kind, namespace, name, false) as never,
      name: (kind, namespace, name) => record(objectKey(kind.kind, namespace, name), FLAG_USE),
      find: (index, key) => find(index, key, true),
      survey: (index, key) => find(index, key, false),
      derive: (derivation, key) => derive(derivation, key, FLAG_RERUN | FLAG_USE),
      glance: (derivation, key) => derive(derivation, key, FLAG_RERUN),
      hand: (derivation, key, use) => {
        const derived = this.#derivation(derivation, key);
        record(derived, use ? FLAG_USE : 0);
        return { cell: derived };
      },
      take: <Value>(handed: Handed<Value>) => {
        record(handed.cell, FLAG_RERUN | FLAG_USE);
        return this.#leftOut.has(handed.cell) ? undefined : ((handed.cell as DerivedCell).read() as Value);
      },
    };
  }
}

/** A cell whose value is kept in it; an error is thrown at each reader. */
class DerivedCell extends Cell {
  outcome: { readonly value: unknown } | { readonly error: unknown } | undefined;

  constructor(id: string, run: (record: (read: Read, flags: number) => void) => boolean) {
    super(id, undefined, run);
  }

  read(): unknown {
    if (this.outcome === undefined) throw new Error(`${this.id} was read before it ran`);
    if ("error" in this.outcome) throw this.outcome.error;
    return this.outcome.value;
  }
}
