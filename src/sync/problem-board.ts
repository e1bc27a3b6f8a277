import type { Clock } from "../base/clock.ts";
import { compareProblems, type Problem } from "../base/problem.ts";

export interface ProblemBoardOptions {
  readonly clock: Clock;
  /** Whether a problem is shown only after it has lasted: what it misses may just not have arrived yet. */
  readonly mayPass: (problem: Problem) => boolean;
  /** How long it must last, ms. */
  readonly patience: number;
}

/** What became of the problems that are shown. */
export interface ProblemChange {
  readonly appeared: readonly Problem[];
  readonly gone: readonly Problem[];
}

interface Entry {
  readonly problem: Problem;
  /** Monotonic ms: shown from then on. */
  readonly from: number;
  shown: boolean;
}

/** The problems there are at the moment, whoever found them, each once. */
export class ProblemBoard {
  readonly #options: ProblemBoardOptions;
  readonly #reports = new Map<string, readonly Problem[]>();
  readonly #listeners = new Set<(change: ProblemChange) => void>();
  #entries = new Map<string, Entry>();
  #cancel: (() => void) | undefined;

  constructor(options: ProblemBoardOptions) {
    this.#options = options;
  }

  /** All that are shown, sorted. */
  get problems(): readonly Problem[] {
    return [...this.#entries.values()]
      .filter((entry) => entry.shown)
      .map((entry) => entry.problem)
      .sort(compareProblems);
  }

  /** Those that may pass, and are not shown yet. */
  get doubts(): readonly Problem[] {
    return [...this.#entries.values()].filter((entry) => !entry.shown).map((entry) => entry.problem);
  }

  listen(listener: (change: ProblemChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Puts what a reporter says now in the place of what it said before. */
  report(reporter: string, problems: readonly Problem[]): void {
    if (problems.length === 0 && !this.#reports.has(reporter)) return;
    if (problems.length === 0) this.#reports.delete(reporter);
    else this.#reports.set(reporter, problems);
    const { clock, mayPass, patience } = this.#options;
    const now = clock.monotonic();
    const before = this.#entries;
    this.#entries = new Map();
    for (const said of this.#reports.values()) {
      for (const problem of said) {
        const id = JSON.stringify([problem.code, problem.object, problem.path, problem.message]);
        const entry = before.get(id) ?? { problem, from: mayPass(problem) ? now + patience : now, shown: false };
        this.#entries.set(id, entry);
      }
    }
    const gone = [...before].filter(([id, entry]) => entry.shown && !this.#entries.has(id));
    this.#show(gone.map(([, entry]) => entry.problem));
  }

  close(): void {
    this.#cancel?.();
    this.#listeners.clear();
  }

  /** Shows what is due, and comes back for the rest. */
  #show(gone: readonly Problem[]): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const now = this.#options.clock.monotonic();
    const appeared: Problem[] = [];
    let next = Infinity;
    for (const entry of this.#entries.values()) {
      if (entry.shown) continue;
      if (entry.from > now) next = Math.min(next, entry.from);
      else {
        entry.shown = true;
        appeared.push(entry.problem);
      }
    }
    if (next < Infinity) this.#cancel = this.#options.clock.after(next - now, () => this.#show([]));
    if (appeared.length === 0 && gone.length === 0) return;
    const change = { appeared: appeared.sort(compareProblems), gone: [...gone].sort(compareProblems) };
    for (const listener of [...this.#listeners]) listener(change);
  }
}
