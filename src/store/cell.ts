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

/** Runs the computation, calling `record` for each read; true when the value differs from the one before. Must not throw. */
export type Run = (record: (read: Read, flags: number) => void) => boolean;

/** A node of the graph: a value and what it was computed from. There are tens of thousands: fields are few, collections exist only where needed. */
export class Cell {
  readonly id: string;
  /** Cells that are run because they are wanted have an order, the smaller first; undefined: run when somebody reads it. */
  readonly order: number | undefined;
  readonly run: Run;
  /** Called when the last reader of a cell that is no root is gone. */
  forget: (() => void) | undefined;
  state: State = STATE_STALE;
  /** Something it needs is not loaded yet. */
  pending = false;
  dropped = false;
  running = false;
  reads: Read[] = [];
  /** Parallel to `reads`. */
  flags: number[] = [];
  changedAt = 0;
  ranAt = 0;
  #readers: Cell | Set<Cell> | undefined;

  constructor(id: string, order: number | undefined, run: Run) {
    this.id = id;
    this.order = order;
    this.run = run;
  }

  flagOf(read: Read): number {
    const at = this.reads.indexOf(read);
    return at < 0 ? 0 : this.flags[at]!;
  }

  readers(): Iterable<Cell> {
    if (this.#readers === undefined) return [];
    return this.#readers instanceof Set ? this.#readers : [this.#readers];
  }

  get hasReaders(): boolean {
    return this.#readers !== undefined;
  }

  addReader(reader: Cell): void {
    if (this.#readers === undefined) this.#readers = reader;
    else if (this.#readers instanceof Set) this.#readers.add(reader);
    else if (this.#readers !== reader) this.#readers = new Set([this.#readers, reader]);
  }

  removeReader(reader: Cell): void {
    if (this.#readers === reader) this.#readers = undefined;
    else if (this.#readers instanceof Set) {
      this.#readers.delete(reader);
      if (this.#readers.size === 0) this.#readers = undefined;
    }
  }
}
