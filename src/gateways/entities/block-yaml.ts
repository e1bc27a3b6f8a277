import type { Json } from "../../base/json.ts";
import { plainScalar } from "../../base/yaml-scalar.ts";

/** A key that needs no quotes and is a text in every version of YAML; words such as `yes` are looked at by themselves. */
const ENTRY = /^([A-Za-z_][\w.-]*):(?: (.+))?$/;
/** What a plain value may begin with here: nothing that means something else in YAML. */
const PLAIN_START = /^(?:[A-Za-z0-9_/.~$^+(\\<=;]|-[^\s-])/;
const NOT_PLAIN = /: |:$| #|\s$|\t/;
const SINGLE_QUOTED = /^'(?:[^']|'')*'$/;
/** Escapes that JSON has too, in the same sense. */
const DOUBLE_QUOTED = /^"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u(?![dD][89a-fA-F])[0-9a-fA-F]{4}))*"$/u;
const DEEPEST = 50;

/** Thrown, and caught here: the text is none of the simple ones. */
class Unusual extends Error {}

/**
 * Reads YAML of the simple kind that programs print: maps and lists in lines of their own, every value but a literal text in one line. It is ten times as fast as a
 * parser of all YAML. Gives the very values that `parseYaml` does, and undefined for everything that is not so simple: a mistake, a folded text, an anchor, a comment.
 */
export function blockYaml(text: string): Json | undefined {
  // The end of a literal text at the end of all is another matter.
  if (!text.endsWith("\n") || /[\r\uFEFF]|^(?:---|\.\.\.|%)/m.test(text)) return undefined;
  try {
    return new Lines(text).whole();
  } catch (error) {
    if (error instanceof Unusual) return undefined;
    throw error;
  }
}

class Lines {
  readonly #lines: readonly string[];
  #at = 0;
  readonly #keys = new Set<string>();

  constructor(text: string) {
    const lines = text.split("\n");
    while (lines.at(-1) === "") lines.pop();
    this.#lines = lines;
  }

  whole(): Json {
    if (this.#lines.length === 0) throw new Unusual();
    const value = this.#map(0, this.#lines[0]!, 0);
    if (this.#at < this.#lines.length) throw new Unusual();
    return value;
  }

  /** Of the line that is next; -1 at the end. */
  #indent(): number {
    const line = this.#lines[this.#at];
    if (line === undefined) return -1;
    const indent = line.search(/[^ ]/);
    if (indent < 0) throw new Unusual();
    return indent;
  }

  /** A map whose keys stand in this column; `first` is its first line from there on. Ends at a line further to the left. */
  #map(column: number, first: string, depth: number): Json {
    if (depth > DEEPEST) throw new Unusual();
    const out: Record<string, Json> = {};
    for (let line: string | undefined = first; line !== undefined; line = this.#sibling(column)) {
      const entry = ENTRY.exec(line);
      if (entry === null) throw new Unusual();
      const key = this.#key(entry[1]!);
      if (Object.hasOwn(out, key)) throw new Unusual();
      this.#at++;
      out[key] = entry[2] === undefined ? this.#below(column, depth) : this.#value(entry[2], column);
    }
    return out;
  }

  #list(column: number, depth: number): Json {
    if (depth > DEEPEST) throw new Unusual();
    const out: Json[] = [];
    for (let line = this.#sibling(column); line?.startsWith("- "); line = this.#sibling(column)) {
      const item = line.slice(2);
      if (ENTRY.test(item)) out.push(this.#map(column + 2, item, depth + 1));
      else {
        this.#at++;
        out.push(this.#value(item, column));
      }
    }
    return out;
  }

  /** The next line from this column on, when it begins there; undefined when it begins further to the left. */
  #sibling(column: number): string | undefined {
    const indent = this.#indent();
    if (indent > column) throw new Unusual();
    return indent === column ? this.#lines[this.#at]!.slice(column) : undefined;
  }

  /** The value of a key that has none in its line: dashes may stand right below the key. */
  #below(column: number, depth: number): Json {
    const indent = this.#indent();
    if (indent < column) return null;
    const line = this.#lines[this.#at]!.slice(indent);
    if (line.startsWith("- ")) return this.#list(indent, depth + 1);
    return indent === column ? null : this.#map(indent, line, depth + 1);
  }

  #key(key: string): string {
    if (!this.#keys.has(key)) {
      if (key === "__proto__" || plainScalar(key) !== key) throw new Unusual();
      this.#keys.add(key);
    }
    return key;
  }

  #value(text: string, column: number): Json {
    if (text === "|" || text === "|-") return this.#literal(column, text === "|" ? "\n" : "");
    if (text === "[]") return [];
    if (text === "{}") return {};
    if (text.startsWith("'")) {
      if (!SINGLE_QUOTED.test(text)) throw new Unusual();
      return text.slice(1, -1).replaceAll("''", "'");
    }
    if (text.startsWith('"')) {
      if (!DOUBLE_QUOTED.test(text)) throw new Unusual();
      return JSON.parse(text) as string;
    }
    if (!PLAIN_START.test(text) || NOT_PLAIN.test(text)) throw new Unusual();
    const value = plainScalar(text);
    if (typeof value === "number" && !Number.isFinite(value)) throw new Unusual();
    return value as Json;
  }

  /** Lines further to the right than `column`, as they stand. */
  #literal(column: number, end: string): Json {
    const indent = this.#indent();
    if (indent <= column) throw new Unusual();
    const from = this.#at;
    let last = from;
    for (; this.#at < this.#lines.length; this.#at++) {
      const line = this.#lines[this.#at]!;
      if (line === "") continue;
      const begins = line.search(/[^ ]/);
      if (begins < 0) throw new Unusual();
      if (begins <= column) break;
      if (begins < indent) throw new Unusual();
      last = this.#at;
    }
    const lines = this.#lines.slice(from, last + 1).map((line) => line.slice(indent));
    return lines.join("\n") + end;
  }
}
