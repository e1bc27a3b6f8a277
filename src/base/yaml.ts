import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  type Scalar,
} from "yaml";
import { TOO_DEEP, tooDeep, YamlMistake, type YamlOptions, YamlReader } from "./yaml-values.ts";
import { parserMistake } from "./yaml-words.ts";

/** One document: what it holds, or the first thing that is wrong with it. Lines count from 1. */
export type YamlDocument =
  | { readonly line: number; readonly value: unknown; readonly error?: undefined }
  | { readonly line: number; readonly error: { readonly line: number; readonly message: string } };

/**
 * Reads YAML, or JSON, as sigs.k8s.io/yaml does (https://pkg.go.dev/sigs.k8s.io/yaml): the values are those that JSON has. Documents are parted by lines that begin
 * with `---`; empty ones are left out, and a broken one does not hide the others.
 */
export function parseYaml(text: string, options: YamlOptions = {}): readonly YamlDocument[] {
  return [...yamlDocuments(text, options)];
}

/** The same one by one, for texts so long that others want a turn in between. */
export function* yamlDocuments(text: string, options: YamlOptions = {}): Generator<YamlDocument, void> {
  const json = asJson(text);
  if (json !== undefined) {
    yield json;
    return;
  }
  for (const chunk of chunks(text)) yield* readChunk(chunk, options);
}

/** The line, counted from 1, of the field at `path` in the document that begins at `line`; of the nearest thing around it if the field is not there. */
export function lineOfPath(text: string, line: number, path: readonly (string | number)[]): number {
  const chunk = chunks(text).findLast((candidate) => candidate.line <= line);
  if (chunk === undefined) return line;
  const { documents, lineAt } = parseChunk(chunk);
  const document = documents.findLast((candidate) => lineAt(startOf(candidate)) <= line) ?? documents[0];
  let node: unknown = document?.contents;
  let found = startOf(document);
  for (const key of path) {
    const next = step(node, key, document);
    if (next === undefined) break;
    found = next.at;
    node = next.node;
  }
  return found === undefined ? line : lineAt(found);
}

interface Chunk {
  readonly text: string;
  /** Of its first character. */
  readonly line: number;
}

/** A text that is JSON and one value: much faster than as YAML. */
function asJson(text: string): YamlDocument | undefined {
  const start = /^[\s\uFEFF]*(?=[{[])/.exec(text);
  if (start === null) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    // It may be YAML that begins with a bracket, and if it is not, the YAML parser says where and why.
    return undefined;
  }
  const line = start[0].split("\n").length;
  return tooDeep(value, 0) ? { line, error: { line, message: TOO_DEEP } } : { line, value };
}

function chunks(text: string): readonly Chunk[] {
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

function parseChunk(chunk: Chunk): { documents: readonly Document[]; lineAt: (offset: number | undefined) => number } {
  const lineCounter = new LineCounter();
  const parsed = parseAllDocuments(chunk.text, {
    schema: "failsafe",
    resolveKnownTags: false,
    prettyErrors: false,
    uniqueKeys: false,
    lineCounter,
    logLevel: "silent",
  });
  const lineAt = (offset = 0) => chunk.line - 1 + Math.max(1, lineCounter.linePos(offset).line);
  return { documents: Array.isArray(parsed) ? parsed : [], lineAt };
}

function readChunk(chunk: Chunk, options: YamlOptions): readonly YamlDocument[] {
  try {
    const { documents, lineAt } = parseChunk(chunk);
    return documents.flatMap((document) => readDocument(document, chunk.text, lineAt, options));
  } catch (error) {
    // The parser calls itself for every level.
    if (!(error instanceof RangeError)) throw error;
    return [{ line: chunk.line, error: { line: chunk.line, message: TOO_DEEP } }];
  }
}

function readDocument(
  document: Document,
  text: string,
  lineAt: (offset: number | undefined) => number,
  options: YamlOptions,
): readonly YamlDocument[] {
  const line = lineAt(startOf(document));
  const [error] = document.errors;
  if (error !== undefined) return [{ line, error: { line: lineAt(error.pos[0]), message: parserMistake(error.code) } }];
  try {
    const value = new YamlReader(options, text).read(document.contents);
    return value === null ? [] : [{ line, value }];
  } catch (mistake) {
    if (!(mistake instanceof YamlMistake)) throw mistake;
    return [{ line, error: { line: lineAt(mistake.node?.range?.[0] ?? startOf(document)), message: mistake.message } }];
  }
}

function startOf(document: Document | undefined): number | undefined {
  return document?.contents?.range?.[0] ?? document?.range?.[0];
}

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
