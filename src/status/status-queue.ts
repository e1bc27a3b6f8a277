import type { Clock } from "../base/clock.ts";

/** The objects that are to be looked at: each once, the more important ones first, and within those in the order they came. Times are monotonic ms. */
export class StatusQueue<Key> {
  readonly #clock: Clock;
  readonly #ready: readonly Set<Key>[];
  readonly #later = new Map<Key, { readonly at: number; readonly priority: number; readonly cancel: () => void }>();
  readonly #wake: () => void;

  /** `wake` is called when something has become ready. */
  constructor(clock: Clock, priorities: number, wake: () => void) {
    this.#clock = clock;
    this.#ready = Array.from({ length: priorities }, () => new Set<Key>());
    this.#wake = wake;
  }

  /** Something can be taken now. */
  get hasReady(): boolean {
    return this.#ready.some((keys) => keys.size > 0);
  }

  get size(): number {
    return this.#ready.reduce((sum, keys) => sum + keys.size, 0) + this.#later.size;
  }

  add(key: Key, priority: number): void {
    this.#later.get(key)?.cancel();
    this.#later.delete(key);
    const keys = this.#ready[priority]!;
    if (keys.has(key)) return;
    keys.add(key);
    this.#wake();
  }

  /** Looks at it after `ms`, unless it is added before. */
  addLater(key: Key, priority: number, ms: number): void {
    if (ms <= 0) {
      this.add(key, priority);
      return;
    }
    const at = this.#clock.monotonic() + ms;
    const waiting = this.#later.get(key);
    if (this.#ready[priority]!.has(key) || (waiting !== undefined && waiting.at <= at)) return;
    waiting?.cancel();
    const cancel = this.#clock.after(ms, () => this.add(key, priority));
    this.#later.set(key, { at, priority, cancel });
  }

  /** The next one, which is no longer in the queue then; undefined when none is ready. */
  take(): Key | undefined {
    for (const keys of this.#ready) {
      for (const key of keys) {
        keys.delete(key);
        return key;
      }
    }
    return undefined;
  }

  clear(): void {
    for (const keys of this.#ready) keys.clear();
    for (const { cancel } of this.#later.values()) cancel();
    this.#later.clear();
  }
}
