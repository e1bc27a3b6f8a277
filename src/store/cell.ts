import { each, type Few, withOne, withoutOne } from "./few.ts";

/** What a cell reads: a source (an object's key or an index entry) or another cell. */
export type Read = string | Cell;

/** The reader runs again when the read changes. */
export const FLAG_RERUN = 1;
/** The reader took the value, so it falls with it when it is left out. */
export const FLAG_USE = 2;

export const STATE_CLEAN = 0;
/** Something behind it may have changed. */
export const STATE_CHECK = 1;
/** Something it read has changed. */
export const STATE_STALE = 2;
export type State = typeof STATE_CLEAN | typeof STATE_CHECK | typeof STATE_STALE;

/** Where a running cell writes down what it reads. */
export interface Recorder {
  record(read: Read, flags: number): void;
}

const NO_READS: readonly (Read | number)[] = [];

/** A node of the graph: a value and what it was computed from. There are tens of thousands of them: fields are few, collections exist only where needed. */
export abstract class Cell {
  /** Cells that are run because they are wanted have an order, the smaller first; undefined: run when somebody reads it. */
  readonly order: number | undefined;
  state: State = STATE_STALE;
  /** Something it needs is not loaded yet. */
  pending = false;
  dropped = false;
  running = false;
  changedAt = 0;
  ranAt = 0;
  /** Each read followed by its flags: one array, since there are so many. */
  #reads = NO_READS;
  #readers: Few<Cell>;

  constructor(order: number | undefined) {
    this.order = order;
  }

  /** For people. */
  abstract get id(): string;

  /** Runs the computation; true when the value differs from the one before. Must not throw. */
  abstract run(recorder: Recorder): boolean;

  /** Called when the last reader of a cell that is not wanted is gone. */
  forget(): void {
    // Most cells are in no list.
  }

  /** Replaces what it read; `reads` maps each read to its flags. */
  setReads(reads: ReadonlyMap<Read, number>): void {
    if (reads.size === 0) {
      this.#reads = NO_READS;
      return;
    }
    const flat = new Array<Read | number>(reads.size * 2);
    let at = 0;
    for (const [read, flags] of reads) {
      flat[at++] = read;
      flat[at++] = flags;
    }
    this.#reads = flat;
  }

  *reads(): IterableIterator<Read> {
    for (let i = 0; i < this.#reads.length; i += 2) yield this.#reads[i] as Read;
  }

  flagOf(read: Read): number {
    for (let i = 0; i < this.#reads.length; i += 2) if (this.#reads[i] === read) return this.#reads[i + 1] as number;
    return 0;
  }

  readers(): Iterable<Cell> {
    return each(this.#readers);
  }

  get hasReaders(): boolean {
    return this.#readers !== undefined;
  }

  addReader(reader: Cell): void {
    this.#readers = withOne(this.#readers, reader);
  }

  removeReader(reader: Cell): void {
    this.#readers = withoutOne(this.#readers, reader);
  }
}
