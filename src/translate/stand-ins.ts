import type { ObjectRef } from "../base/problem.ts";
import type { KubernetesObject, ObjectKey } from "../resources/kind.ts";
import { Cell } from "../store/cell.ts";
import { FormerObjects } from "../store/former-objects.ts";
import type { Graph } from "../store/graph.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { Cells, type StandInReads, WantedCell } from "../store/view.ts";
import { compileUnit } from "./compile-unit.ts";
import type { Claim, Fragment } from "./fragment.ts";
import type { Input, View } from "./input.ts";
import type { Unit } from "./unit.ts";

/** Where things run, who may use what and whose a class is counts as it is now: an address or a permission of yesterday helps nobody. */
const NEVER_FORMER: ReadonlySet<string> = new Set([
  "EndpointSlice",
  "GatewayClass",
  "IngressClass",
  "Namespace",
  "ReferenceGrant",
]);

const PREFIX = "former:";
const ORDER = 0;

/** A root object that is left out. */
export interface LeftOutUnit {
  readonly key: ObjectKey;
  readonly ref: ObjectRef;
  readonly unit: Unit;
}

/** What a root object came to as it was accepted last. */
class StandInCell extends WantedCell<Input> {
  readonly #of: LeftOutUnit;
  fragment: Fragment | undefined;
  #marked: Fragment | undefined;

  constructor(cells: Cells<Input>, of: LeftOutUnit) {
    super(cells, ORDER);
    this.#of = of;
  }

  get id(): string {
    return `${PREFIX}${this.#of.key}`;
  }

  /** A configuration is complete without it. */
  override get holdsUp(): boolean {
    return false;
  }

  override evaluate(view: View): void {
    const { unit, ref } = this.#of;
    const object = view.get(unit.kind, ref.namespace, ref.name);
    const fragment =
      object === undefined || unit.wants?.(object) === false ? undefined : compileUnit(unit, object, view, ref);
    if (this.pending) return;
    this.fragment = fragment;
    this.#marked = undefined;
  }

  /** The fragment, and that what it says of things shared with others is not how they are now. */
  get marked(): Fragment | undefined {
    if (this.fragment === undefined) return undefined;
    const { claims, problems } = this.fragment;
    this.#marked ??= { claims: claims.map((claim) => ({ ...claim, standsIn: true }) as Claim), problems };
    return this.#marked;
  }
}

/**
 * What is left out, compiled from the objects as they were in the configuration that was accepted last, in the same graph as everything else. Who stands in does
 * so with all that it used then; what is gone since stays gone.
 */
export class StandIns implements StandInReads<Input> {
  readonly cells: Cells<Input>;
  readonly #store: ObjectStore;
  readonly #graph: Graph;
  readonly #former: FormerObjects;
  readonly #units = new Map<ObjectKey, StandInCell>();
  /** From the first compile on changes are written down. */
  #began = false;
  #excluded: ReadonlySet<ObjectKey> = new Set();
  /** The objects of which pre-flight left out something. */
  readonly #refused: Record<"marked" | "accepted", ReadonlySet<ObjectKey>> = { marked: new Set(), accepted: new Set() };

  constructor(store: ObjectStore, graph: Graph, input: Input) {
    this.#store = store;
    this.#graph = graph;
    this.#former = new FormerObjects(store, (kind) => !NEVER_FORMER.has(kind));
    this.cells = new Cells(this.#former, graph, input, PREFIX);
  }

  begin(): void {
    this.#began = true;
  }

  changed(key: ObjectKey, old: KubernetesObject | undefined): void {
    if (this.#began) this.#former.changed(key, old);
  }

  touched(source: string): void {
    this.#graph.touch(PREFIX + source);
  }

  /** Compiles exactly these as they were. `excluded` is what gateways refused, `refused` what of it they refused in its former version too: who uses that does not stand in. */
  standFor(units: Iterable<LeftOutUnit>, excluded: ReadonlySet<ObjectKey>, refused: ReadonlySet<ObjectKey>): void {
    const wanted = new Map<ObjectKey, LeftOutUnit>();
    for (const unit of units) wanted.set(unit.key, unit);
    for (const [key, cell] of this.#units) {
      if (wanted.has(key)) continue;
      this.#graph.drop(cell);
      this.#units.delete(key);
    }
    for (const [key, unit] of wanted)
      if (!this.#units.has(key)) this.#units.set(key, new StandInCell(this.cells, unit));
    this.#excluded = excluded;
    this.cells.leaveOut(this.#graph.users([...refused].map((key) => PREFIX + key)));
  }

  /** What stands in for a root object that is left out; undefined when nothing does. */
  of(key: ObjectKey): Fragment | undefined {
    const cell = this.#units.get(key);
    if (cell?.fragment === undefined) return undefined;
    const changed = this.#changesBehind(cell);
    if (changed.length === 0) return undefined;
    // Nobody else has what was refused.
    const isOwn = (source: ObjectKey) => source === key || this.#excluded.has(source);
    return changed.every(isOwn) ? cell.fragment : cell.marked;
  }

  /** Whether something that may stand uses an object that is no root as it was accepted last. */
  isUsed(key: ObjectKey): boolean {
    if (!this.#former.differs(key)) return false;
    for (const cell of this.#graph.directUsers(PREFIX + key)) if (this.mayStand(cell)) return true;
    return false;
  }

  mayStand(cell: Cell): boolean {
    return this.#changesBehind(cell).length > 0;
  }

  /**
   * What a cell read in another version than it has now; nothing when the cell may not stand. Without a change it would be refused again, and without something that is gone since, such as the
   * plugin that keeps others out, it would not be what was accepted.
   */
  #changesBehind(cell: Cell): readonly ObjectKey[] {
    if (this.cells.isLeftOut(cell)) return [];
    if (this.#readBy(cell, false).some((key) => this.#former.isGone(key))) return [];
    return this.#readBy(cell, true).filter((key) => this.#former.differs(key));
  }

  /** All objects that a cell reads, itself or through other cells; `handedOn`: also those of values that it only passes on, and can do without. */
  #readBy(cell: Cell, handedOn: boolean): readonly ObjectKey[] {
    const keys: ObjectKey[] = [];
    const visited = new Set<Cell>();
    const visit = (at: Cell) => {
      if (visited.has(at)) return;
      visited.add(at);
      for (const read of at.reads()) {
        if (!(read instanceof Cell)) keys.push(read.slice(PREFIX.length));
        else if (handedOn || at.flagOf(read) !== 0) {
          // What is only passed on has perhaps not been asked for yet, and would then seem to read nothing.
          if (!read.running) this.#graph.refresh(read);
          visit(read);
        }
      }
    };
    visit(cell);
    return keys;
  }

  /** Whether an object was there when something was accepted last, and it or what these sources name was another one than now. */
  hasFormer(key: ObjectKey, sources: Iterable<string>): boolean {
    if (this.#former.byKey(key) === undefined) return false;
    for (const source of sources) if (this.#former.differs(source)) return true;
    return false;
  }

  /** The objects of a kind that something read as they were accepted last. */
  *wanted(kind: string): IterableIterator<ObjectKey> {
    for (const source of this.#graph.sources(`${PREFIX}${kind}/`)) yield source.slice(PREFIX.length);
  }

  /** Whether pre-flight left out something of an object already in what was accepted last. */
  wasRefused(key: ObjectKey): boolean {
    return this.#refused.accepted.has(key);
  }

  /** What holds every change up to a revision may be accepted from now on; `without` is in it in no version, and of `refused` only that which pre-flight let through. */
  mark(revision: number, without: ReadonlySet<ObjectKey>, refused: ReadonlySet<ObjectKey>): void {
    this.#former.mark(revision, without, (key) => this.#graph.isRead(PREFIX + key));
    this.#refused.marked = refused;
  }

  /** What was marked last is accepted. */
  accept(): void {
    const before = this.#former.accept();
    this.#refused.accepted = this.#refused.marked;
    // Also when nothing is left out any more: what was read as it was may be there until the next compile.
    for (const [key, former] of before)
      for (const source of this.#store.sourcesOf(key, former, this.#store.byKey(key))) this.touched(source);
  }
}
