import type { Document } from "yaml";
import { type Chunk, chunks, type ParsedChunk, type Position, parseChunk, startOf } from "./yaml-chunks.ts";
import { TOO_DEEP, tooDeep, YamlMistake, type YamlOptions, YamlReader } from "./yaml-values.ts";
import { parserMistake } from "./yaml-words.ts";

/** One document: what it holds, or the first thing that is wrong with it. `line`: where it begins, from 1. */
export type YamlDocument =
  | { readonly line: number; readonly value: unknown; readonly error?: undefined }
  | { readonly line: number; readonly error: Position & { readonly message: string } };

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
  return tooDeep(value, 0) ? { line, error: { line, column: 1, message: TOO_DEEP } } : { line, value };
}

function readChunk(chunk: Chunk, options: YamlOptions): readonly YamlDocument[] {
  try {
    const { documents, at } = parseChunk(chunk);
    return documents.flatMap((document) => readDocument(document, chunk.text, at, options));
  } catch (error) {
    // The parser calls itself for every level.
    if (!(error instanceof RangeError)) throw error;
    return [{ line: chunk.line, error: { line: chunk.line, column: 1, message: TOO_DEEP } }];
  }
}

function readDocument(
  document: Document,
  text: string,
  at: ParsedChunk["at"],
  options: YamlOptions,
): readonly YamlDocument[] {
  const { line } = at(startOf(document));
  const [error] = document.errors;
  if (error !== undefined) return [{ line, error: { ...at(error.pos[0]), message: parserMistake(error.code) } }];
  try {
    const value = new YamlReader(options, text).read(document.contents);
    return value === null ? [] : [{ line, value }];
  } catch (mistake) {
    if (!(mistake instanceof YamlMistake)) throw mistake;
    return [{ line, error: { ...at(mistake.node?.range?.[0] ?? startOf(document)), message: mistake.message } }];
  }
}
