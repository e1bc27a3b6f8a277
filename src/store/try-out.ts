import type { ObjectKey } from "../resources/kind.ts";
import { Graph } from "./graph.ts";
import { isIndexSource, type ObjectReads } from "./object-store.ts";
import { Cells, type View, WantedCell } from "./view.ts";

/** What came of reading through a view that leaves no trace. */
export interface Trial<Value> {
  readonly value: Value;
  /** Objects that were read and of which only the metadata is here: with their content the value may be another one. */
  readonly waiting: readonly ObjectKey[];
  /** Every object that was read, absent ones included. */
  readonly read: readonly ObjectKey[];
}

/** Computes something as a unit does, on objects that need not be stored, and forgets what was read. Throws what `compute` throws. */
export function tryOut<Input, Value>(
  objects: ObjectReads,
  input: Input,
  compute: (view: View<Input>) => Value,
): Trial<Value> {
  const graph = new Graph();
  const cell = new TrialCell(new Cells(objects, graph, input), compute);
  graph.refresh(cell);
  const read = [...graph.sources("")].filter((source) => !isIndexSource(source));
  return { value: cell.result(), waiting: read.filter((key) => objects.isUnloaded(key)), read };
}

class TrialCell<Input, Value> extends WantedCell<Input> {
  readonly id = "trial";
  readonly #compute: (view: View<Input>) => Value;
  #outcome: (() => Value) | undefined;

  constructor(cells: Cells<Input>, compute: (view: View<Input>) => Value) {
    super(cells, 0);
    this.#compute = compute;
  }

  override evaluate(view: View<Input>): void {
    try {
      const value = this.#compute(view);
      this.#outcome = () => value;
    } catch (error) {
      this.#outcome = () => {
        throw error;
      };
    }
  }

  result(): Value {
    return this.#outcome!();
  }
}
