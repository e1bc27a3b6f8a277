/** Header lines in order, names as they were written. Names are compared without case. */
export class HeaderList {
  #lines: [string, string][];

  constructor(lines: readonly (readonly [string, string])[] = []) {
    this.#lines = lines.map(([name, value]) => [name, value]);
  }

  /** From Node's flat list of names and values. */
  static fromRaw(raw: readonly string[]): HeaderList {
    const lines: [string, string][] = [];
    for (let i = 0; i + 1 < raw.length; i += 2) lines.push([raw[i]!, raw[i + 1]!]);
    return new HeaderList(lines);
  }

  /** The first value. */
  get(name: string): string | undefined {
    const wanted = name.toLowerCase();
    return this.#lines.find(([n]) => n.toLowerCase() === wanted)?.[1];
  }

  all(name: string): readonly string[] {
    const wanted = name.toLowerCase();
    return this.#lines.filter(([n]) => n.toLowerCase() === wanted).map(([, value]) => value);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** Puts one line in the place of the first of this name, or at the end; the others of this name go. */
  set(name: string, value: string): void {
    const wanted = name.toLowerCase();
    const at = this.#lines.findIndex(([n]) => n.toLowerCase() === wanted);
    if (at < 0) {
      this.#lines.push([name, value]);
      return;
    }
    this.#lines[at] = [name, value];
    this.#lines = this.#lines.filter(([n], i) => i <= at || n.toLowerCase() !== wanted);
  }

  add(name: string, value: string): void {
    this.#lines.push([name, value]);
  }

  remove(name: string): void {
    const wanted = name.toLowerCase();
    this.#lines = this.#lines.filter(([n]) => n.toLowerCase() !== wanted);
  }

  /** Names in lower case, each once, in order. */
  names(): readonly string[] {
    return [...new Set(this.#lines.map(([name]) => name.toLowerCase()))];
  }

  lines(): readonly (readonly [string, string])[] {
    return this.#lines;
  }

  /** Node's flat list. */
  toRaw(): string[] {
    return this.#lines.flat();
  }

  /** By name in lower case, lines of one name joined with `, `. */
  toRecord(): Record<string, string> {
    const out: Record<string, string> = Object.create(null) as Record<string, string>;
    for (const name of this.names()) out[name] = this.all(name).join(", ");
    return out;
  }
}
