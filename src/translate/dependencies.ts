import type { ObjectRef } from "../base/problem.ts";
import { keyOfRef, type ObjectKey } from "../resources/kind.ts";
import { Cell } from "../store/cell.ts";
import type { Graph } from "../store/graph.ts";
import type { Claim } from "./fragment.ts";

/** A unit, as far as it uses anything. */
interface UsingUnit extends Cell {
  readonly key: ObjectKey;
  readonly claims: readonly Claim[];
}

/** Who uses what among objects, out of the recorded reads: of units, and of the derived values that their claims hand on in an object's name. */
export class Dependencies {
  readonly #graph: Graph;
  readonly #units: ReadonlyMap<ObjectKey, UsingUnit>;

  constructor(graph: Graph, units: ReadonlyMap<ObjectKey, UsingUnit>) {
    this.#graph = graph;
    this.#units = units;
  }

  /** What an object uses, directly or through what it uses; without itself. */
  uses(object: ObjectKey): ReadonlySet<ObjectKey> {
    const unit = this.#units.get(object);
    const found = new Set(unit === undefined ? [] : this.#graph.uses(unit));
    for (const { claims } of this.#units.values()) {
      for (const { origin, cell } of handedOn(claims))
        if (keyOfRef(origin) === object) for (const source of this.#graph.uses(cell)) found.add(source);
    }
    found.delete(object);
    return found;
  }

  /** What uses an object, directly or not; without itself. */
  users(object: ObjectKey): ReadonlySet<ObjectKey> {
    const cells = this.#graph.users([object]);
    const found = new Set<ObjectKey>();
    for (const unit of this.#units.values()) {
      if (cells.has(unit)) found.add(unit.key);
      for (const { origin, cell } of handedOn(unit.claims)) if (cells.has(cell)) found.add(keyOfRef(origin));
    }
    found.delete(object);
    return found;
  }
}

interface HandedOn {
  readonly origin: ObjectRef;
  readonly cell: Cell;
}

function* handedOn(claims: readonly Claim[]): IterableIterator<HandedOn> {
  for (const { table, origin, value } of claims) {
    if (table === "defaultBackend") yield* handedOn(value.claims);
    else for (const cell of cellsIn(value)) yield { origin, cell };
  }
}

/** The values behind `Handed`, wherever in a claim. */
function* cellsIn(value: unknown): IterableIterator<Cell> {
  if (typeof value !== "object" || value === null) return;
  if (value instanceof Cell) yield value;
  else for (const inner of Object.values(value)) yield* cellsIn(inner);
}
