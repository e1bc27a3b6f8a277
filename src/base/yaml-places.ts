import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Scalar } from "yaml";
import { type Chunk, chunks, type ParsedChunk, type Position, parseChunk, startOf } from "./yaml-chunks.ts";

/** Where a field is. */
export interface FieldPlace extends Position {
  /** False: the field is not there, and this is the nearest thing around it. */
  readonly whole: boolean;
}

/** Finds the places of fields in one text. Keeps the part that was looked at last, since one question mostly follows another about the same document. */
export class YamlPlaces {
  readonly #text: string;
  #chunks: readonly Chunk[] | undefined;
  #last: { readonly chunk: Chunk; readonly parsed: ParsedChunk } | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** The place of the field at `path` in the document that begins at `line`. */
  find(line: number, path: readonly (string | number)[]): FieldPlace {
    this.#chunks ??= chunks(this.#text);
    const chunk = this.#chunks.findLast((candidate) => candidate.line <= line);
    const { documents, at } = chunk === undefined ? NOTHING : this.#parsed(chunk);
    const document = documents.findLast((candidate) => at(startOf(candidate)).line <= line) ?? documents[0];
    let node: unknown = document?.contents;
    let found = startOf(document);
    let whole = true;
    for (const key of path) {
      const next = step(node, key, document);
      if (next === undefined) {
        whole = false;
        break;
      }
      found = next.at;
      node = next.node;
    }
    return found === undefined ? { line, column: 1, whole: false } : { ...at(found), whole };
  }

  #parsed(chunk: Chunk): ParsedChunk {
    if (this.#last?.chunk !== chunk) this.#last = { chunk, parsed: parseChunk(chunk) };
    return this.#last.parsed;
  }
}

const NOTHING: ParsedChunk = { documents: [], at: () => ({ line: 1, column: 1 }) };

/** The entry under a key or an index, and where it begins: a field begins with its key. */
function step(
  node: unknown,
  key: string | number,
  document: Document | undefined,
): { at: number | undefined; node: unknown } | undefined {
  const real = isAlias(node) && document !== undefined ? node.resolve(document) : node;
  if (isSeq(real) && typeof key === "number") {
    const item = real.items[key] as Node | undefined;
    return item === undefined ? undefined : { at: item.range?.[0], node: item };
  }
  if (!isMap(real)) return undefined;
  const pair = real.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
  return pair === undefined ? undefined : { at: (pair.key as Scalar).range?.[0], node: pair.value };
}
