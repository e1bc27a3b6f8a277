/** Keeps one of equal texts or JSON values: of a few small ones a cluster holds thousands of copies. What it gives must not be changed. */
export class Interner {
  readonly #known = new Map<string, unknown>();
  readonly #texts = new Map<string, string>();
  readonly #most: number;

  /** `most`: how many values to remember; what is new after that is not shared. */
  constructor(most = 10_000) {
    this.#most = most;
  }

  /** The text that was given first among those equal to this one. */
  text(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    if (this.#texts.size < this.#most) this.#texts.set(text, text);
    return text;
  }

  /** The value that was given first among those equal to this one; the order of keys counts. */
  one<T>(value: T): T {
    if (typeof value !== "object") return value;
    const text = JSON.stringify(value);
    const known = this.#known.get(text);
    if (known !== undefined) return known as T;
    if (this.#known.size < this.#most) this.#known.set(text, value);
    return value;
  }
}
