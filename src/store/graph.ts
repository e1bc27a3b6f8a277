import {
  type Cell,
  FLAG_RERUN,
  FLAG_USE,
  type Read,
  STATE_CHECK,
  STATE_CLEAN,
  STATE_STALE,
  type State,
} from "./cell.ts";
import { each, type Few, withOne, withoutOne } from "./few.ts";
import { Queue } from "./queue.ts";

/**
 * The one dependency graph of the program. Its leaves are sources (an object's key, an index entry: strings), its inner nodes are cells: values computed from
 * sources and other cells, which write down what they read while they run.
 *
 * A touched source makes its readers stale; what reads those is only suspected, and is run again when a value it read has really changed.
 */
export class Graph {
  readonly #readers = new Map<string, Few<Cell>>();
  /** Wanted cells that need `refresh`, by their order. */
  readonly #stale: Queue<Cell>[] = [];
  /** Wanted cells that wait for something that is not loaded yet. */
  readonly #pending = new Set<Cell>();
  /** Sources that are read, by the prefixes that somebody asked for. */
  readonly #byPrefix = new Map<string, Set<string>>();
  /** Counts changes of values, so that a cell can tell whether what it read changed after it ran. */
  #revision = 1;
  /** Values computed so far because somebody reads them; for the bench. */
  computed = 0;

  /** The first wanted cell that needs `refresh`: smallest order first, within one order the one that became stale first. */
  next(): Cell | undefined {
    for (const bucket of this.#stale) {
      const first = bucket?.first();
      if (first !== undefined) return first;
    }
    return undefined;
  }

  #want(cell: Cell): void {
    if (cell.order === undefined) return;
    this.#stale[cell.order] ??= new Queue();
    this.#stale[cell.order]!.add(cell);
  }

  #unwant(cell: Cell): void {
    if (cell.order !== undefined) this.#stale[cell.order]?.delete(cell);
  }

  /** The wanted cells that wait for something that is not loaded yet. */
  get pending(): ReadonlySet<Cell> {
    return this.#pending;
  }

  /** How many sources are read; for tests and metrics. */
  get size(): number {
    return this.#readers.size;
  }

  /** A new wanted cell, stale until refreshed. */
  add(cell: Cell): void {
    this.#want(cell);
  }

  /** Forgets a cell and its reads. Cells that nobody else reads go with it. */
  drop(cell: Cell): void {
    this.#unwant(cell);
    this.#pending.delete(cell);
    cell.dropped = true;
    const reads = [...cell.reads()];
    cell.setReads(new Map());
    for (const read of reads) this.#unlink(read, cell);
  }

  /** Says that a source changed. */
  touch(source: string): void {
    for (const reader of each(this.#readers.get(source))) {
      if (reader.flagOf(source) & FLAG_RERUN) this.#mark(reader, STATE_STALE);
    }
  }

  /** Makes one cell run again at its next refresh. */
  invalidate(cell: Cell): void {
    this.#mark(cell, STATE_STALE);
  }

  #mark(cell: Cell, state: State): void {
    if (cell.state >= state) return;
    const wasClean = cell.state === STATE_CLEAN;
    cell.state = state;
    if (!wasClean) return;
    this.#want(cell);
    for (const reader of cell.readers()) if (reader.flagOf(cell) & FLAG_RERUN) this.#mark(reader, STATE_CHECK);
  }

  /** Brings a cell up to date; true when its value changed. Runs it only if something it read has changed. */
  refresh(cell: Cell): boolean {
    const before = cell.changedAt;
    this.#bring(cell);
    return cell.changedAt !== before;
  }

  #bring(cell: Cell): void {
    if (cell.running) throw new Error(`the value ${cell.id} needs itself`);
    if (cell.state === STATE_CLEAN) return;
    cell.running = true;
    try {
      if (cell.state === STATE_CHECK && !this.#suspicionHolds(cell)) cell.state = STATE_CLEAN;
      else this.#run(cell);
    } finally {
      cell.running = false;
      this.#unwant(cell);
    }
  }

  #suspicionHolds(cell: Cell): boolean {
    for (const read of cell.reads()) {
      if (typeof read === "string" || !(cell.flagOf(read) & FLAG_RERUN)) continue;
      this.#bring(read);
      if (read.changedAt > cell.ranAt) return true;
    }
    return false;
  }

  #run(cell: Cell): void {
    const seen = new Map<Read, number>();
    const wasPending = cell.pending;
    cell.state = STATE_CLEAN;
    cell.pending = false;
    cell.ranAt = this.#revision;
    const record = (read: Read, flags: number) => {
      // What is only handed on is not run here: whoever reads it does.
      if (typeof read !== "string" && flags & FLAG_RERUN) {
        this.#bring(read);
        if (read.pending) cell.pending = true;
      }
      seen.set(read, (seen.get(read) ?? 0) | flags);
    };
    if (cell.order === undefined) this.computed++;
    const changed = cell.run({ record });
    // It may have found that nobody needs it any more.
    if (cell.dropped) return;
    if (cell.order !== undefined && wasPending !== cell.pending) {
      if (cell.pending) this.#pending.add(cell);
      else this.#pending.delete(cell);
    }
    this.#relink(cell, seen);
    if (changed || wasPending !== cell.pending) cell.changedAt = ++this.#revision;
    cell.ranAt = this.#revision;
  }

  #relink(cell: Cell, seen: Map<Read, number>): void {
    const old = [...cell.reads()];
    cell.setReads(seen);
    for (const read of seen.keys()) this.#link(read, cell);
    for (const read of old) if (!seen.has(read)) this.#unlink(read, cell);
  }

  #link(read: Read, reader: Cell): void {
    if (typeof read !== "string") {
      read.addReader(reader);
      return;
    }
    const before = this.#readers.get(read);
    const readers = withOne(before, reader);
    if (readers !== before) this.#readers.set(read, readers);
    if (before === undefined)
      for (const [prefix, sources] of this.#byPrefix) if (read.startsWith(prefix)) sources.add(read);
  }

  #unlink(read: Read, reader: Cell): void {
    if (typeof read !== "string") {
      read.removeReader(reader);
      if (read.order === undefined && !read.hasReaders && !read.dropped) {
        this.drop(read);
        read.forget();
      }
      return;
    }
    const before = this.#readers.get(read);
    const readers = withoutOne(before, reader);
    if (readers !== undefined) {
      if (readers !== before) this.#readers.set(read, readers);
      return;
    }
    this.#readers.delete(read);
    for (const sources of this.#byPrefix.values()) sources.delete(read);
  }

  /** The cells that use a source themselves. */
  *directUsers(source: string): IterableIterator<Cell> {
    for (const reader of each(this.#readers.get(source))) if (reader.flagOf(source) & FLAG_USE) yield reader;
  }

  /** Whether anybody read this source. */
  isRead(source: string): boolean {
    return this.#readers.has(source);
  }

  /** Every source that is read and starts with `prefix` (`Secret/`). A few prefixes may be asked for, as often as you like. */
  sources(prefix: string): Iterable<string> {
    if (prefix === "") return this.#readers.keys();
    let found = this.#byPrefix.get(prefix);
    if (found === undefined) {
      found = new Set([...this.#readers.keys()].filter((source) => source.startsWith(prefix)));
      this.#byPrefix.set(prefix, found);
    }
    return found;
  }

  /** All cells that use one of the sources, directly or through other cells. Looks do not count. */
  users(sources: Iterable<string>): Set<Cell> {
    const found = new Set<Cell>();
    const visit = (read: Read, readers: Iterable<Cell>) => {
      for (const reader of readers) {
        if (found.has(reader) || !(reader.flagOf(read) & FLAG_USE)) continue;
        found.add(reader);
        visit(reader, reader.readers());
      }
    };
    for (const source of sources) {
      visit(source, each(this.#readers.get(source)));
    }
    return found;
  }

  /** All sources that a cell uses, directly or through other cells. */
  uses(cell: Cell): Set<string> {
    const found = new Set<string>();
    const visited = new Set<Cell>();
    const visit = (at: Cell) => {
      if (visited.has(at)) return;
      visited.add(at);
      for (const read of at.reads()) {
        if (!(at.flagOf(read) & FLAG_USE)) continue;
        if (typeof read === "string") found.add(read);
        else visit(read);
      }
    };
    visit(cell);
    return found;
  }
}
