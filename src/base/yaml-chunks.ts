import { type Document, LineCounter, parseAllDocuments } from "yaml";

/** A place in a text; both count from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A part of a text that is parsed for itself: mostly one document. */
export interface Chunk {
  readonly text: string;
  /** Of its first character. */
  readonly line: number;
}

/** The parts of a text, parted by lines that begin with `---`. */
export function chunks(text: string): readonly Chunk[] {
  const out: Chunk[] = [];
  let line = 1;
  for (const part of text.split(/^(?=---(?:\s|$))/m)) {
    out.push({ text: part, line });
    line += lineBreaks(part);
  }
  // Directives stand before the marker of the document they belong to.
  const [first, second, ...rest] = out;
  if (first !== undefined && second !== undefined && /^%/m.test(first.text)) {
    return [{ text: first.text + second.text, line: first.line }, ...rest];
  }
  return out;
}

function lineBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

export interface ParsedChunk {
  readonly documents: readonly Document[];
  /** Where in the whole text an offset in the part is. */
  at(offset: number | undefined): Position;
}

/** Parses one part; what is wrong with it stands in the documents. Throws a RangeError when it is nested too deeply. */
export function parseChunk(chunk: Chunk): ParsedChunk {
  const lineCounter = new LineCounter();
  const parsed = parseAllDocuments(chunk.text, {
    schema: "failsafe",
    resolveKnownTags: false,
    prettyErrors: false,
    uniqueKeys: false,
    lineCounter,
    logLevel: "silent",
  });
  const at = (offset = 0): Position => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: chunk.line - 1 + Math.max(1, line), column: Math.max(1, col) };
  };
  return { documents: Array.isArray(parsed) ? parsed : [], at };
}

/** Where the content of a document begins. */
export function startOf(document: Document | undefined): number | undefined {
  return document?.contents?.range?.[0] ?? document?.range?.[0];
}
