import { deepEqual } from "../base/equal.ts";
import { type Kind, type KubernetesObject, keyOf, type ObjectKey, objectKey } from "../resources/kind.ts";
import { Cell, FLAG_RERUN, FLAG_USE, type Recorder } from "./cell.ts";
import type { Graph } from "./graph.ts";
import { type Index, indexSource, type ObjectReads } from "./object-store.ts";

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
  /** It is read as it was accepted last, for what stands in for something that is left out. */
  readonly former?: true;
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
  /** Reads what was handed on, for link rules. What uses something that is left out is read as it was when that was accepted last, else undefined. */
  take<Value>(handed: Handed<Value>): Value | undefined;
}

/** Where values are read that use what is left out. */
export interface StandInReads<Input> {
  readonly cells: Cells<Input>;
  /** Whether a cell of `cells` that has run may be used: it is made from something that was accepted, and is now another. */
  mayStand(cell: Cell): boolean;
}

/** The cells of one compiler: derived values by name and key, and the views through which cells read. */
export class Cells<Input> {
  readonly graph: Graph;
  readonly store: ObjectReads;
  readonly input: Input;
  /** Stands before the name of every source that is read here: "" unless objects are read as they were accepted last. */
  readonly prefix: string;
  /** What is read in the place of what is left out. */
  standIns: StandInReads<Input> | undefined;
  readonly #derived = new Map<string, Map<string, DerivedCell<Input>>>();
  #leftOut: ReadonlySet<Cell> = new Set();

  constructor(store: ObjectReads, graph: Graph, input: Input, prefix = "") {
    this.store = store;
    this.graph = graph;
    this.input = input;
    this.prefix = prefix;
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

  isLeftOut(cell: Cell): boolean {
    return this.#leftOut.has(cell);
  }

  derived<Value>(derivation: Derivation<Input, Value>, key: string): DerivedCell<Input> {
    let keys = this.#derived.get(derivation.name);
    if (keys === undefined) {
      keys = new Map();
      this.#derived.set(derivation.name, keys);
    }
    let cell = keys.get(key);
    if (cell === undefined) {
      cell = new DerivedCell(this, derivation, key);
      keys.set(key, cell);
    }
    return cell;
  }

  forget(cell: DerivedCell<Input>): void {
    this.#derived.get(cell.derivation.name)?.delete(cell.key);
  }
}

/** A cell that is run because it is wanted, not because somebody reads it; wanted cells of a smaller order run first. */
export abstract class WantedCell<Input> extends Cell {
  readonly #cells: Cells<Input>;

  constructor(cells: Cells<Input>, order: number) {
    super(order);
    this.#cells = cells;
    cells.graph.add(this);
  }

  /** Whether nothing is complete while it waits for something that is not loaded yet. */
  get holdsUp(): boolean {
    return true;
  }

  /** Does what it is wanted for. Must not throw. */
  abstract evaluate(view: View<Input>): void;

  override run(recorder: Recorder): boolean {
    this.evaluate(new RecordingView(this.#cells, this, recorder));
    return true;
  }
}

/** A cell whose value is kept in it; an error is thrown at each reader. */
class DerivedCell<Input> extends Cell {
  readonly derivation: Derivation<Input, unknown>;
  readonly key: string;
  readonly #cells: Cells<Input>;
  #value: unknown;
  #error: unknown;
  #ran: "not yet" | "well" | "badly" = "not yet";

  constructor(cells: Cells<Input>, derivation: Derivation<Input, unknown>, key: string) {
    super(undefined);
    this.#cells = cells;
    this.derivation = derivation;
    this.key = key;
  }

  get id(): string {
    return `${this.derivation.name}(${this.key})`;
  }

  override run(recorder: Recorder): boolean {
    try {
      const value = this.derivation.compute(new RecordingView(this.#cells, this, recorder), this.key);
      // What waits for an object that is not loaded yet keeps its former value.
      if (this.pending && this.#ran === "well") return false;
      const same = this.derivation.same ?? deepEqual;
      if (this.#ran === "well" && same(this.#value, value)) return false;
      this.#value = value;
      this.#ran = "well";
    } catch (error) {
      this.#error = error;
      this.#ran = "badly";
    }
    return true;
  }

  override forget(): void {
    this.#cells.forget(this);
  }

  get isLeftOut(): boolean {
    return this.#cells.isLeftOut(this);
  }

  isFrom(cells: Cells<Input>): boolean {
    return this.#cells === cells;
  }

  read(): unknown {
    if (this.#ran === "badly") throw this.#error;
    if (this.#ran === "not yet") throw new Error(`${this.id} was read before it ran`);
    return this.#value;
  }
}

class RecordingView<Input> implements View<Input> {
  readonly #cells: Cells<Input>;
  readonly #cell: Cell;
  readonly #recorder: Recorder;

  constructor(cells: Cells<Input>, cell: Cell, recorder: Recorder) {
    this.#cells = cells;
    this.#cell = cell;
    this.#recorder = recorder;
  }

  get input(): Input {
    return this.#cells.input;
  }

  get<T extends KubernetesObject>(kind: Kind<T>, namespace: string, name: string): T | undefined {
    return this.#read(objectKey(kind.kind, namespace, name), true) as T | undefined;
  }

  look<T extends KubernetesObject>(kind: Kind<T>, namespace: string, name: string): T | undefined {
    return this.#read(objectKey(kind.kind, namespace, name), false) as T | undefined;
  }

  #read(key: ObjectKey, use: boolean): KubernetesObject | undefined {
    const { store } = this.#cells;
    const object = store.byKey(key);
    this.#record(key, object !== undefined && use ? FLAG_RERUN | FLAG_USE : FLAG_RERUN);
    if (object === undefined || !store.isUnloaded(key)) return object;
    this.#cell.pending = true;
    return undefined;
  }

  name(kind: Kind, namespace: string, name: string): void {
    this.#record(objectKey(kind.kind, namespace, name), FLAG_USE);
  }

  #record(source: string, flags: number): void {
    const { prefix } = this.#cells;
    this.#recorder.record(prefix === "" ? source : prefix + source, flags);
  }

  find<T extends KubernetesObject>(index: Index<T>, key: string): readonly T[] {
    return this.#find(index, key, true);
  }

  survey<T extends KubernetesObject>(index: Index<T>, key: string): readonly T[] {
    return this.#find(index, key, false);
  }

  #find<T extends KubernetesObject>(index: Index<T>, key: string, use: boolean): readonly T[] {
    this.#record(indexSource(index.name, key), FLAG_RERUN);
    const objects = this.#cells.store.find(index, key);
    for (const object of objects) this.#read(keyOf(object), use);
    return objects;
  }

  derive<Value>(derivation: Derivation<Input, Value>, key: string): Value {
    return this.#take(this.#cells.derived(derivation, key), FLAG_RERUN | FLAG_USE) as Value;
  }

  glance<Value>(derivation: Derivation<Input, Value>, key: string): Value {
    return this.#take(this.#cells.derived(derivation, key), FLAG_RERUN) as Value;
  }

  hand<Value>(derivation: Derivation<Input, Value>, key: string, use: boolean): Handed<Value> {
    const cell = this.#cells.derived(derivation, key);
    this.#recorder.record(cell, use ? FLAG_USE : 0);
    return this.#cells.prefix === "" ? { cell } : { cell, former: true };
  }

  take<Value>(handed: Handed<Value>): Value | undefined {
    const cell = handed.cell as DerivedCell<Input>;
    const value = this.#take(cell, FLAG_RERUN | FLAG_USE) as Value;
    if (!cell.isLeftOut) return value;
    const { standIns } = this.#cells;
    if (standIns === undefined || cell.isFrom(standIns.cells)) return undefined;
    const standIn = standIns.cells.derived(cell.derivation, cell.key);
    const former = this.#take(standIn, FLAG_RERUN | FLAG_USE) as Value;
    return standIns.mayStand(standIn) ? former : undefined;
  }

  #take(cell: DerivedCell<Input>, flags: number): unknown {
    this.#recorder.record(cell, flags);
    return cell.read();
  }
}
