import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/log.ts";
import { compareProblems, type ObjectRef, type Problem } from "../base/problem.ts";
import { Slices } from "../base/slices.ts";
import { type Kind, type KubernetesObject, keyOf, type ObjectKey, refOf } from "../resources/kind.ts";
import type { Cell } from "../store/cell.ts";
import { Graph } from "../store/graph.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { Cells } from "../store/view.ts";
import type { Claim, Fragment } from "./fragment.ts";
import type { Input, View } from "./input.ts";
import { DocumentDraft } from "./link/document-draft.ts";
import { Linker } from "./link/linker.ts";
import { rules } from "./link/rules.ts";
import { units } from "./units.ts";

/** How objects of one kind, each on its own, become a fragment: a pure function of the object and what it reads through the view. */
export interface Unit<T extends KubernetesObject = KubernetesObject> {
  readonly kind: Kind<T>;
  compile(object: T, view: View): Fragment;
}

interface CompiledUnit {
  readonly cell: Cell;
  fragment: Fragment;
  /** As the linker holds them: those of the fragment, or blocked ones when the object is left out. */
  claims: readonly Claim[];
}

const NOTHING: Fragment = { claims: [], problems: [] };
const UNIT_ORDER = 0;

/** Keeps a document up to date with the objects in a store, for gateways of one profile. Only what read something that changed is compiled again. */
export class Compiler {
  readonly document = new DocumentDraft();
  readonly input: Input;
  readonly #graph = new Graph();
  readonly #cells: Cells<Input>;
  readonly #linker: Linker;
  readonly #units = new Map<ObjectKey, CompiledUnit>();
  readonly #kinds: ReadonlyMap<string, Unit>;
  readonly #clock: Clock;
  readonly #stop: () => void;
  #excluded: ReadonlySet<ObjectKey> = new Set();
  #excludedCells: ReadonlySet<Cell> = new Set();
  /** Units compiled since the start; for the bench and metrics. */
  compiled = 0;

  constructor(store: ObjectStore, input: Input, clock: Clock) {
    this.input = input;
    this.#clock = clock;
    this.#cells = new Cells(store, this.#graph, input);
    this.#linker = new Linker(this.#cells, this.document, rules);
    this.#kinds = new Map(units.map((unit) => [unit.kind.kind, unit]));
    this.#stop = store.listen({
      touched: (source) => this.#graph.touch(source),
      object: (key, now) => {
        if (now !== undefined && this.#kinds.has(now.kind)) this.#ensure(key, now);
      },
    });
    for (const kind of this.#kinds.keys()) for (const object of store.all(kind)) this.#ensure(keyOf(object), object);
  }

  /** Stops listening to the store. */
  close(): void {
    this.#stop();
  }

  #ensure(key: ObjectKey, object: KubernetesObject): void {
    if (this.#units.has(key)) return;
    const kind = this.#kinds.get(object.kind)!;
    const { namespace = "", name } = object.metadata;
    const ref = refOf(object);
    const unit: CompiledUnit = {
      cell: this.#cells.wanted(key, UNIT_ORDER, (view, cell) => {
        this.compiled++;
        const now = view.get(kind.kind, namespace, name);
        if (now === undefined && !cell.pending) {
          this.#assign(key, unit, NOTHING);
          this.#units.delete(key);
          this.#graph.drop(cell);
          return;
        }
        const fragment = now === undefined ? unit.fragment : compileSafely(kind, now, view, ref);
        // What waits for a Secret keeps its former value: a lost connection to the API server must not take routes away.
        if (cell.pending && unit.fragment !== NOTHING) return;
        this.#assign(key, unit, fragment);
      }),
      fragment: NOTHING,
      claims: [],
    };
    this.#units.set(key, unit);
  }

  #assign(key: ObjectKey, unit: CompiledUnit, fragment: Fragment): void {
    unit.fragment = fragment;
    const left = this.#excluded.has(key) || this.#excludedCells.has(unit.cell);
    const claims = left ? fragment.claims.map((claim) => ({ ...claim, blocked: true }) as Claim) : fragment.claims;
    unit.claims = this.#linker.replace(unit.claims, claims);
  }

  /** True when everything is compiled. */
  get settled(): boolean {
    return this.#graph.next() === undefined;
  }

  /** Compiles and links until nothing is stale, yielding to the event loop between slices. */
  async run(): Promise<void> {
    const slices = new Slices(this.#clock);
    await this.#settle(slices);
    // What came to use an excluded object meanwhile falls with it.
    while (this.#excluded.size > 0) {
      this.exclude(this.#excluded);
      if (this.settled) break;
      await this.#settle(slices);
    }
  }

  async #settle(slices: Slices): Promise<void> {
    for (let cell = this.#graph.next(); cell !== undefined; cell = this.#graph.next()) {
      this.#graph.refresh(cell);
      if (slices.due) await slices.pause();
    }
  }

  /** Leaves out the given objects and everything that uses them, directly or not. Their exclusive claims stay theirs. Takes effect with `run`. */
  exclude(objects: ReadonlySet<ObjectKey>): void {
    const before = new Set([...this.#units].filter(([key, unit]) => this.#isLeftOut(key, unit)).map(([key]) => key));
    this.#excluded = objects;
    this.#excludedCells = this.#graph.users(objects);
    this.#cells.leaveOut(this.#excludedCells);
    for (const [key, unit] of this.#units) {
      if (before.has(key) !== this.#isLeftOut(key, unit)) this.#assign(key, unit, unit.fragment);
    }
  }

  #isLeftOut(key: ObjectKey, unit: CompiledUnit): boolean {
    return this.#excluded.has(key) || this.#excludedCells.has(unit.cell);
  }

  /** The root objects that are left out now. */
  get leftOut(): readonly ObjectKey[] {
    return [...this.#units].filter(([key, unit]) => this.#isLeftOut(key, unit)).map(([key]) => key);
  }

  /** All problems, sorted, each once. */
  problems(): readonly Problem[] {
    const seen = new Map<string, Problem>();
    const add = (problem: Problem) =>
      seen.set(JSON.stringify([problem.code, problem.object, problem.path, problem.message]), problem);
    for (const { fragment } of this.#units.values()) for (const problem of fragment.problems) add(problem);
    for (const problem of this.#linker.problems()) add(problem);
    return [...seen.values()].sort(compareProblems);
  }

  /** How many units and keys wait for an object that is not loaded yet. */
  get pending(): number {
    let count = this.#linker.pending;
    for (const { cell } of this.#units.values()) if (cell.pending) count++;
    return count;
  }

  /** The objects of a kind that something read, absent ones included: `Secret/namespace/name`. */
  *wanted(kind: string): IterableIterator<ObjectKey> {
    yield* this.#graph.sources(`${kind}/`);
  }
}

/** A translator that throws loses its own unit only: the bug becomes a problem. */
function compileSafely(unit: Unit, object: KubernetesObject, view: View, ref: ObjectRef): Fragment {
  try {
    return unit.compile(object, view);
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? messageOf(error)) : messageOf(error);
    return { claims: [], problems: [{ code: "internal-error", severity: "error", object: ref, message: stack }] };
  }
}
