import type { ObjectKey } from "../resources/kind.ts";
import type { ObjectReport } from "../translate/reports/report.ts";

/** Counts for each listener (`Kind/namespace/name#listener`) the routes that are attached to it. */
export class RouteCounts {
  readonly #listeners = new Map<ObjectKey, readonly string[]>();
  readonly #counts = new Map<string, number>();

  of(listener: string): number {
    return this.#counts.get(listener) ?? 0;
  }

  /** Takes in what is reported of an object now; returns the Gateways and ListenerSets (by object key) whose numbers change. */
  change(key: ObjectKey, report: ObjectReport | undefined): readonly ObjectKey[] {
    const before: readonly string[] = this.#listeners.get(key) ?? NONE;
    const now: readonly string[] =
      report?.type === "route" ? [...new Set(report.parents.flatMap(({ listeners }) => listeners))] : NONE;
    if (before.length === 0 && now.length === 0) return NONE;
    for (const listener of before) this.#add(listener, -1);
    for (const listener of now) this.#add(listener, 1);
    if (now.length === 0) this.#listeners.delete(key);
    else this.#listeners.set(key, now);
    const changed = [...before.filter((one) => !now.includes(one)), ...now.filter((one) => !before.includes(one))];
    return [...new Set(changed.map((listener) => listener.slice(0, listener.indexOf("#"))))];
  }

  clear(): void {
    this.#listeners.clear();
    this.#counts.clear();
  }

  #add(listener: string, difference: number): void {
    const count = this.of(listener) + difference;
    if (count === 0) this.#counts.delete(listener);
    else this.#counts.set(listener, count);
  }
}

const NONE: readonly never[] = [];
