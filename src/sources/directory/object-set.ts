import { messageOf } from "../../base/log.ts";
import { formatRef, type Problem } from "../../base/problem.ts";
import type { Slices } from "../../base/slices.ts";
import { type KubernetesObject, keyOf, keyOfRef, refOf } from "../../resources/kind.ts";
import { type FileObjects, fileRef, objectsOfFile, type PlacedObject, type ReadOptions } from "./file-objects.ts";
import { type Files, findFiles, isMissing, STANDARD_INPUT } from "./files.ts";
import { type FileText, PlaceFinder } from "./place-finder.ts";

/** All objects of some files, as one `kubectl apply` after the other would leave them. */
export interface ObjectSet {
  readonly objects: readonly KubernetesObject[];
  readonly problems: readonly Problem[];
  /** How many objects there are of each kind that is not read: `apps/v1 Deployment`. */
  readonly ignored: ReadonlyMap<string, number>;
  /** How many files were read. */
  readonly files: number;
  /** The problem with the place that it is about, if its object is one of these. */
  place(problem: Problem): Problem;
  /** The same for many, without reading a file once for each. */
  placeAll(problems: readonly Problem[]): readonly Problem[];
}

/** What is kept of a file between two readings. */
export interface ReadFile {
  readonly file: FileText;
  readonly content: FileObjects;
}

/** Reads everything that paths stand for: files, folders, `-` for standard input. */
export async function readObjects(
  files: Files,
  paths: readonly string[],
  options: ReadOptions,
  slices: Slices,
): Promise<ObjectSet> {
  return setOf(await readFiles(files, paths, options, slices, new Map()));
}

/**
 * Reads every file whose text is not the one `before` knows. What a file held before it broke is kept, as a cluster keeps what it has when a manifest is refused; what a
 * file that is gone held is not.
 */
export async function readFiles(
  files: Files,
  paths: readonly string[],
  options: ReadOptions,
  slices: Slices,
  before: ReadonlyMap<string, ReadFile>,
): Promise<ReadonlyMap<string, ReadFile>> {
  const read = new Map<string, ReadFile>();
  for (const found of await findFiles(files, paths)) {
    const name = found.path === STANDARD_INPUT ? "standard input" : found.path;
    const former = before.get(name);
    if (found.path === STANDARD_INPUT && former !== undefined) {
      // It can be read only once.
      read.set(name, former);
      continue;
    }
    const text = "error" in found ? { error: found.error } : await readText(files, found.path);
    // It was there a moment ago, and is named by nobody.
    if (typeof text !== "string" && isMissing(text.error) && !paths.includes(found.path)) continue;
    if (typeof text !== "string") {
      for (const [below, file] of before) if (below.startsWith(`${name}/`)) read.set(below, file);
      read.set(name, keeping(unreadable(name, messageOf(text.error)), former));
    } else if (former?.file.text === text && !former.content.objects.some((item) => item.kept)) read.set(name, former);
    else {
      const file = { name, text };
      read.set(name, keeping({ file, content: await objectsOfFile(file, options, slices) }, former));
    }
  }
  return read;
}

/** A file that has a mistake, with the objects it held before. */
function keeping(now: ReadFile, former: ReadFile | undefined): ReadFile {
  if (former === undefined || !now.content.problems.some((problem) => problem.severity === "error")) return now;
  const there = new Set(now.content.objects.map((item) => keyOf(item.object)));
  const kept = former.content.objects.filter((item) => !there.has(keyOf(item.object)));
  if (kept.length === 0) return now;
  const problem: Problem = {
    code: "file-kept",
    severity: "warning",
    object: fileRef(now.file.name),
    message: `while the file has mistakes, ${kept.length} of the objects it held before stay in use`,
  };
  const objects = [...now.content.objects, ...kept.map((item) => ({ ...item, kept: true as const }))];
  return { file: now.file, content: { ...now.content, objects, problems: [...now.content.problems, problem] } };
}

async function readText(files: Files, path: string): Promise<string | { readonly error: unknown }> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await files.read(path));
  } catch (error) {
    return { error: error instanceof TypeError ? new Error("it is not UTF-8 text", { cause: error }) : error };
  }
}

function unreadable(name: string, why: string): ReadFile {
  const problem: Problem = {
    code: "file-unreadable",
    severity: "error",
    object: fileRef(name),
    message: `cannot be read: ${why}`,
  };
  return { file: { name, text: "" }, content: { objects: [], problems: [problem], ignored: new Map() } };
}

/** Joins files; of objects with one name the last counts. */
export function setOf(read: ReadonlyMap<string, ReadFile>): ObjectSet {
  const placed = new Map<string, PlacedObject>();
  const problems: Problem[] = [];
  const ignored = new Map<string, number>();
  const finder = new PlaceFinder();
  for (const { content } of read.values()) {
    problems.push(...content.problems);
    for (const [kind, count] of content.ignored) ignored.set(kind, (ignored.get(kind) ?? 0) + count);
    for (const item of content.objects) {
      const key = keyOf(item.object);
      const former = placed.get(key);
      if (former !== undefined && item.kept) continue;
      if (former !== undefined && !former.kept) problems.push(twice(former, item, finder));
      placed.delete(key);
      placed.set(key, item);
    }
  }
  return {
    objects: [...placed.values()].map(({ object }) => object),
    problems,
    ignored,
    files: read.size,
    place: (problem) => withPlace(problem, placed, new PlaceFinder()),
    placeAll(problems) {
      const finder = new PlaceFinder();
      return problems.map((problem) => withPlace(problem, placed, finder));
    },
  };
}

function withPlace(problem: Problem, placed: ReadonlyMap<string, PlacedObject>, finder: PlaceFinder): Problem {
  const item = problem.file === undefined ? placed.get(keyOfRef(problem.object)) : undefined;
  return item === undefined ? problem : finder.placed(problem, item.place);
}

function twice(former: PlacedObject, item: PlacedObject, finder: PlaceFinder): Problem {
  const ref = refOf(item.object);
  const first = finder.of(former.place);
  const before = `${first.name}:${first.line}`;
  return {
    code: "object-twice",
    severity: "warning",
    object: ref,
    message: `${formatRef(ref)} stands at ${before} too; the last one counts`,
    file: finder.of(item.place),
  };
}
