import type { Reason } from "./observer.ts";

/** The first change after quiet waits this long for those that come with it, ms (design §4: a few tens). */
const HOLD_OFF = 25;
/** Under a steady stream changes are compiled this often, so that problems are told, and gone, long before the next push, ms. */
const COMPILE_GAP = 250;

/** Reasons that do not wait: somebody has waited already. */
const AT_ONCE: ReadonlySet<Reason> = new Set([
  "lists complete",
  "gateway connected",
  "gateway drifted",
  "objects left out",
  "objects listed again",
  "leading",
]);

/**
 * Decides when changes are compiled and when they become a document that is pushed: the first change after quiet soon, those of a steady stream at intervals,
 * short ones for compiling and that of pushes for documents. Times are monotonic ms.
 */
export class Pace {
  readonly #interval: number;
  #changedAt: number | undefined;
  /** Changes were compiled that are in no document yet. */
  #compiled = false;
  /** The compile under way is for changes. */
  #gathered = false;
  #noCompileBefore = 0;
  #noDocumentBefore = 0;

  constructor(interval: number) {
    this.#interval = interval;
  }

  /** Something changed. True for the first change since the last compile. */
  changed(now: number): boolean {
    if (this.#changedAt !== undefined) return false;
    this.#changedAt = now;
    return true;
  }

  /** When there is something to compile, or a document to make; undefined when there is neither. */
  get due(): number | undefined {
    const compile = this.#changedAt === undefined ? Infinity : this.#compileDue(this.#changedAt);
    const document = this.#compiled ? this.#noDocumentBefore : Infinity;
    const due = Math.min(compile, document);
    return due === Infinity ? undefined : due;
  }

  #compileDue(changedAt: number): number {
    return Math.max(changedAt + HOLD_OFF, this.#noCompileBefore);
  }

  mayCompile(reasons: ReadonlySet<Reason>, now: number): boolean {
    const gathered = this.#changedAt !== undefined && this.#compileDue(this.#changedAt) <= now;
    // What is pushed is the newest there is.
    return gathered || atOnce(reasons) || (this.#compiled && this.#noDocumentBefore <= now);
  }

  mayEncode(reasons: ReadonlySet<Reason>, now: number): boolean {
    return atOnce(reasons) || this.#noDocumentBefore <= now;
  }

  /** A compile begins: what changes from here on is for the next. */
  begins(): void {
    this.#gathered = this.#changedAt !== undefined;
    this.#compiled ||= this.#gathered;
    this.#changedAt = undefined;
  }

  /** A compile ended. */
  ended(now: number): void {
    if (this.#gathered) this.#noCompileBefore = now + Math.min(COMPILE_GAP, this.#interval);
  }

  /** All that is compiled is in documents; `changed`: that made a difference to one that there was before. */
  encoded(now: number, changed: boolean): void {
    if (this.#compiled && changed) this.#noDocumentBefore = now + this.#interval;
    this.#compiled = false;
  }
}

function atOnce(reasons: ReadonlySet<Reason>): boolean {
  for (const reason of reasons) if (AT_ONCE.has(reason)) return true;
  return false;
}
