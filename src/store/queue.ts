/** Things that wait in a row, each once; any of them may leave. Finding the first stays cheap while many leave: a Set alone would go past all who left, again and again. */
export class Queue<T extends object> {
  readonly #waiting = new Set<T>();
  #places = this.#waiting.values();
  #first: T | undefined;

  /** Who waits already keeps the place. */
  add(one: T): void {
    this.#waiting.add(one);
  }

  delete(one: T): void {
    this.#waiting.delete(one);
    // Who comes again waits anew: what was found first before is no longer known to be.
    if (this.#first === one) this.#first = undefined;
  }

  /** The one that has waited longest; undefined when nobody waits. */
  first(): T | undefined {
    if (this.#first !== undefined) return this.#first;
    let place = this.#places.next();
    if (place.done === true && this.#waiting.size > 0) {
      this.#places = this.#waiting.values();
      place = this.#places.next();
    }
    this.#first = place.value;
    return this.#first;
  }
}
