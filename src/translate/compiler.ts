import type { Clock } from "../base/clock.ts";
import { mergeProblems, type Problem } from "../base/problem.ts";
import { Slices } from "../base/slices.ts";
import { type KubernetesObject, keyOf, keyOfRef, type ObjectKey } from "../resources/kind.ts";
import type { Cell } from "../store/cell.ts";
import { Graph } from "../store/graph.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { Cells, WantedCell } from "../store/view.ts";
import { Dependencies } from "./dependencies.ts";
import type { Claim, Fragment } from "./fragment.ts";
import type { CompilerInput, Input } from "./input.ts";
import { DocumentDraft } from "./link/document-draft.ts";
import { Linker } from "./link/linker.ts";
import { rules } from "./link/rules.ts";
import type { ObjectReport } from "./reports/report.ts";
import { type Reporter, Reports } from "./reports/reports.ts";
import { StandIns } from "./stand-ins.ts";
import type { Unit } from "./unit.ts";
import { NOTHING, UnitCell } from "./unit-cell.ts";
import { units } from "./units.ts";

/** Keeps a document up to date with the objects in a store, for gateways of one profile. Only what read something that changed is compiled again. */
export class Compiler {
  readonly document = new DocumentDraft();
  readonly input: Input;
  readonly #graph = new Graph();
  readonly #cells: Cells<Input>;
  readonly #linker: Linker;
  readonly #units = new Map<ObjectKey, UnitCell>();
  /** Those with problems: mostly few. */
  readonly #wrong = new Set<UnitCell>();
  readonly #kinds: ReadonlyMap<string, Unit>;
  readonly #reports: Reports;
  readonly #clock: Clock;
  readonly #stop: () => void;
  #excluded: ReadonlySet<ObjectKey> = new Set();
  #refusedStandIns: ReadonlySet<ObjectKey> = new Set();
  #excludedCells: ReadonlySet<Cell> = new Set();
  /** The units that are left out, and what stands in for them. */
  #leftOut: ReadonlyMap<UnitCell, Fragment | undefined> = new Map();
  /** Undefined: nothing stands in for what is left out. */
  readonly #standIns: StandIns | undefined;
  /** Units compiled since the start; for the bench and metrics. */
  compiled = 0;

  /** Derived values computed since the start; for the bench. */
  get computed(): number {
    return this.#graph.computed;
  }

  /** `reporters`: what is reported on; nothing unless given. `standIns`: whether what is left out stands in the version that was accepted last. */
  constructor(
    store: ObjectStore,
    input: CompilerInput,
    clock: Clock,
    reporters: readonly Reporter[] = [],
    standIns = false,
  ) {
    this.input = { ...input, now: () => clock.now() };
    this.#clock = clock;
    this.#cells = new Cells(store, this.#graph, this.input);
    this.#standIns = standIns ? new StandIns(store, this.#graph, this.input) : undefined;
    this.#cells.standIns = this.#standIns;
    this.#linker = new Linker(this.#cells, this.document, rules);
    this.#kinds = new Map(units.map((unit) => [unit.kind.kind, unit]));
    this.#stop = store.listen({
      touched: (source) => {
        this.#graph.touch(source);
        this.#standIns?.touched(source);
      },
      changed: (key, old) => this.#standIns?.changed(key, old),
      object: (key, now) => {
        if (now === undefined) return;
        if (this.#kinds.has(now.kind)) this.#ensure(key, now);
        this.#reports.ensure(key, now);
      },
    });
    this.#reports = new Reports(store, this.#cells, reporters);
    for (const kind of this.#kinds.keys()) for (const object of store.all(kind)) this.#ensure(keyOf(object), object);
  }

  /** Stops listening to the store. */
  close(): void {
    this.#stop();
  }

  #ensure(key: ObjectKey, object: KubernetesObject): void {
    const unit = this.#kinds.get(object.kind)!;
    if (this.#units.has(key) || unit.wants?.(object) === false) return;
    this.#units.set(key, new UnitCell(this, this.#cells, unit, object));
  }

  /** Takes over what a unit was compiled to. */
  assign(unit: UnitCell, fragment: Fragment): void {
    this.compiled++;
    unit.fragment = fragment;
    if (fragment.problems.length > 0) this.#wrong.add(unit);
    else this.#wrong.delete(unit);
    this.#claim(unit);
  }

  /** Forgets a unit whose object is gone. */
  remove(unit: UnitCell): void {
    unit.fragment = NOTHING;
    if (this.#leftOut.has(unit)) this.#leftOut = new Map([...this.#leftOut].filter(([left]) => left !== unit));
    this.#claim(unit);
    this.#units.delete(unit.key);
    this.#wrong.delete(unit);
    this.#graph.drop(unit);
  }

  #claim(unit: UnitCell): void {
    const standIn = this.#leftOut.get(unit);
    const { claims, problems } = standIn ?? unit.fragment;
    const now = this.#isBlocked(unit) ? claims.map((claim) => ({ ...claim, blocked: true }) as Claim) : claims;
    unit.claims = this.#linker.replace(unit.claims, now);
    // Equal claims are held once: as the linker has them.
    if (now === unit.fragment.claims) unit.fragment = { claims: unit.claims, problems };
  }

  /** True when everything is compiled. */
  get settled(): boolean {
    return this.#graph.next() === undefined;
  }

  /** Compiles and links until nothing is stale, yielding to the event loop between slices. */
  async run(): Promise<void> {
    this.#standIns?.begin();
    const slices = new Slices(this.#clock);
    await this.#settle(slices);
    // What came to use an excluded object meanwhile falls with it.
    while (this.#excluded.size > 0) {
      this.exclude(this.#excluded, this.#refusedStandIns);
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

  /**
   * Leaves out the given objects and everything that uses them, directly or not; takes effect with `run`. Their exclusive claims stay theirs. Where stand-ins are wanted and something was
   * accepted, it stands there instead, with its claims; but not with those of `refused`, whose former versions were refused too.
   */
  exclude(objects: ReadonlySet<ObjectKey>, refused: ReadonlySet<ObjectKey> = new Set()): void {
    this.#excluded = objects;
    this.#refusedStandIns = refused;
    this.#excludedCells = this.#graph.users(objects);
    this.#cells.leaveOut(this.#excludedCells);
    const leftOut = [...this.#units.values()].filter((unit) => this.#isLeftOut(unit));
    this.#standIns?.standFor(leftOut, objects, refused);
    const before = this.#leftOut;
    this.#leftOut = new Map(leftOut.map((unit) => [unit, this.#standIns?.of(unit.key)]));
    for (const unit of new Set([...before.keys(), ...leftOut]))
      if (before.has(unit) !== this.#leftOut.has(unit) || before.get(unit) !== this.#leftOut.get(unit))
        this.#claim(unit);
  }

  #isLeftOut(unit: UnitCell): boolean {
    return this.#excluded.has(unit.key) || this.#excludedCells.has(unit);
  }

  #isBlocked(unit: UnitCell): boolean {
    const standIn = this.#leftOut.get(unit);
    if (standIn === undefined && this.#isLeftOut(unit)) return true;
    return (standIn ?? unit.fragment).problems.some((problem) => problem.leavesOut === true);
  }

  /** Whether nothing of a root object is in the document, because a gateway refused it or something it uses, or would refuse that. */
  isBlocked(object: ObjectKey): boolean {
    const unit = this.#units.get(object);
    return unit !== undefined && this.#isBlocked(unit);
  }

  /** The sources whose change may put an object right: itself, and what it uses. */
  behind(object: ObjectKey): ReadonlySet<string> {
    const unit = this.#units.get(object);
    // What is no root is used by values computed from it: a plugin with the Secrets that it names.
    const cells = unit ? [unit] : [...this.#graph.directUsers(object)].filter((cell) => cell.order === undefined);
    return new Set([object, ...cells.flatMap((cell) => [...this.#graph.uses(cell)])]);
  }

  /** Who uses what, as of the last `run`; for people who ask. */
  get dependencies(): Dependencies {
    return new Dependencies(this.#graph, this.#units);
  }

  /** What is left out because a gateway refused it; what uses it is in `leftOut`. */
  get excluded(): ReadonlySet<ObjectKey> {
    return this.#excluded;
  }

  /** The root objects that are left out now, also where something stands in for them. */
  get leftOut(): readonly ObjectKey[] {
    return [...this.#leftOut.keys()].map((unit) => unit.key);
  }

  /** Of what is left out, and of what was excluded, that which stands there in its former version. */
  get standIns(): readonly ObjectKey[] {
    const roots = [...this.#leftOut].flatMap(([unit, standIn]) => (standIn === undefined ? [] : unit.key));
    const others = [...this.#excluded].filter((key) => !this.#units.has(key) && this.#standIns?.isUsed(key) === true);
    return [...roots, ...others];
  }

  /** Of what was excluded, what an object is or uses. */
  causesOf(object: ObjectKey): readonly ObjectKey[] {
    const unit = this.#units.get(object);
    const used = unit === undefined ? new Set<string>() : this.#graph.uses(unit);
    return [...this.#excluded].filter((key) => key === object || used.has(key));
  }

  /** What pre-flight leaves out although it, or something that it uses, was accepted in another version, in which nothing was left out; nothing unless stand-ins are wanted. */
  refusedWithFormer(): readonly Problem[] {
    const standIns = this.#standIns;
    if (standIns === undefined) return [];
    return this.#refused().filter(({ object }) => {
      const key = keyOfRef(object);
      return !standIns.wasRefused(key) && standIns.hasFormer(key, this.behind(key));
    });
  }

  #refused(): readonly Problem[] {
    return [...this.#allProblems()].filter(({ refused }) => refused === true);
  }

  /** What is compiled, with every change up to a revision of the store, may be accepted from now on. */
  mark(revision: number): void {
    if (this.#standIns === undefined) return;
    const standing = new Set(this.standIns);
    const without = new Set([...this.leftOut, ...this.#excluded]).difference(standing);
    const refused = new Set(this.#refused().map(({ object }) => keyOfRef(object))).difference(this.#excluded);
    this.#standIns.mark(revision, without, refused);
  }

  /** What was marked last is accepted: what is left out later stands in as it is there. */
  accept(): void {
    this.#standIns?.accept();
  }

  /** All problems, sorted, each once. */
  problems(): readonly Problem[] {
    return mergeProblems([...this.#allProblems(), ...this.#reports.problems()]);
  }

  *#allProblems(): IterableIterator<Problem> {
    for (const unit of this.#wrong) yield* unit.fragment.problems;
    yield* this.#linker.problems();
  }

  /** What is reported, as of the last `run`. */
  get reports(): ReadonlyMap<ObjectKey, ObjectReport> {
    return this.#reports.found;
  }

  /** The objects whose report changed since this was asked last. */
  takeChangedReports(): ReadonlySet<ObjectKey> {
    return this.#reports.takeChanged();
  }

  /** Whether an object still waits for others to be loaded: what it yields is older than it is. */
  isWaiting(object: ObjectKey): boolean {
    return this.#units.get(object)?.pending === true;
  }

  /** The root objects that use an object themselves. */
  *usersOf(object: ObjectKey): IterableIterator<ObjectKey> {
    for (const cell of this.#graph.directUsers(object))
      if (cell instanceof UnitCell && cell.key !== object) yield cell.key;
  }

  /** How many units and keys wait for an object that is not loaded yet. */
  get pending(): number {
    let count = 0;
    for (const cell of this.#graph.pending) if (cell instanceof WantedCell && cell.holdsUp) count++;
    return count;
  }

  /** The objects of a kind that something read, absent ones included: `Secret/namespace/name`. */
  *wanted(kind: string): IterableIterator<ObjectKey> {
    yield* this.#graph.sources(`${kind}/`);
    if (this.#standIns !== undefined) yield* this.#standIns.wanted(kind);
  }
}
