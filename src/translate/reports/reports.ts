import { deepEqual } from "../../base/equal.ts";
import type { ObjectRef, Problem } from "../../base/problem.ts";
import { type Kind, type KubernetesObject, keyOf, keyOfRef, type ObjectKey, refOf } from "../../resources/kind.ts";
import type { ObjectStore } from "../../store/object-store.ts";
import { type Cells, WantedCell } from "../../store/view.ts";
import type { Input, View } from "../input.ts";
import { internalError } from "../link/internal-error.ts";
import type { ObjectReport } from "./report.ts";

/** What is to be said of objects of one kind beside what they yield, for their status: a pure function of the object and what it reads through the view. */
export interface Reporter<T extends KubernetesObject = KubernetesObject> {
  readonly kind: Kind<T>;
  /** Undefined when there is nothing to say: the object is somebody else's. */
  report(object: T, view: View): ObjectReport | undefined;
}

const ORDER = 0;

/** One object that is reported on. */
class ReportCell extends WantedCell<Input> {
  readonly reporter: Reporter;
  readonly ref: ObjectRef;
  readonly #reports: Reports;
  problem: Problem | undefined;

  constructor(reports: Reports, cells: Cells<Input>, reporter: Reporter, object: KubernetesObject) {
    super(cells, ORDER);
    this.#reports = reports;
    this.reporter = reporter;
    this.ref = refOf(object);
  }

  /** A configuration is complete without anybody reporting on it. */
  override get holdsUp(): boolean {
    return false;
  }

  get id(): string {
    return `report on ${keyOfRef(this.ref)}`;
  }

  override evaluate(view: View): void {
    const { ref, reporter } = this;
    const object = view.look(reporter.kind, ref.namespace, ref.name);
    if (object === undefined) {
      this.#reports.drop(this);
      return;
    }
    this.problem = undefined;
    try {
      const report = reporter.report(object, view);
      // What waits for a Secret is reported on when it is here.
      if (!this.pending) this.#reports.set(keyOfRef(ref), report);
    } catch (error) {
      this.problem = internalError(ref, error);
    }
  }
}

/** What is to be said of objects, kept up to date with the document. */
export class Reports {
  readonly found = new Map<ObjectKey, ObjectReport>();
  readonly #cells: Cells<Input>;
  readonly #kinds: ReadonlyMap<string, Reporter>;
  readonly #objects = new Map<ObjectKey, ReportCell>();
  #changed = new Set<ObjectKey>();

  constructor(store: ObjectStore, cells: Cells<Input>, reporters: readonly Reporter[]) {
    this.#cells = cells;
    this.#kinds = new Map(reporters.map((reporter) => [reporter.kind.kind, reporter]));
    for (const kind of this.#kinds.keys()) for (const object of store.all(kind)) this.ensure(keyOf(object), object);
  }

  /** There is such an object. */
  ensure(key: ObjectKey, object: KubernetesObject): void {
    const reporter = this.#kinds.get(object.kind);
    if (reporter === undefined || this.#objects.has(key)) return;
    this.#objects.set(key, new ReportCell(this, this.#cells, reporter, object));
  }

  set(key: ObjectKey, report: ObjectReport | undefined): void {
    if (deepEqual(this.found.get(key), report)) return;
    if (report === undefined) this.found.delete(key);
    else this.found.set(key, report);
    this.#changed.add(key);
  }

  /** The object is gone. */
  drop(cell: ReportCell): void {
    const key = keyOfRef(cell.ref);
    this.set(key, undefined);
    this.#objects.delete(key);
    this.#cells.graph.drop(cell);
  }

  /** The objects whose report changed since this was asked last. */
  takeChanged(): ReadonlySet<ObjectKey> {
    const changed = this.#changed;
    this.#changed = new Set();
    return changed;
  }

  /** Mistakes of reporters. */
  *problems(): IterableIterator<Problem> {
    for (const { problem } of this.#objects.values()) if (problem !== undefined) yield problem;
  }
}
