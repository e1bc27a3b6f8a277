import { posix } from "node:path";

/** A TypeScript file; `path` is from the root of the project, with slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** The folders under src/, in the order of the data's way: each may import those before it. */
const FOLDERS = [
  "base",
  "kubernetes",
  "kong",
  "resources",
  "sources",
  "store",
  "translate",
  "sync",
  "gateways",
  "status",
  "server",
  "preview",
  "cli",
] as const;

type Folder = (typeof FOLDERS)[number];

/** Folders that may import less than those before them. */
const ONLY: Readonly<Partial<Record<Folder, readonly Folder[]>>> = {
  kong: ["base"],
  preview: ["base", "kong"],
};

/** src/main.ts only puts the process around the commands. */
const MAIN: readonly Folder[] = ["base", "cli"];

/** The imports under src/ that must not be, as `file:line: what is wrong`. */
export function wrongImports(files: readonly SourceFile[]): readonly string[] {
  const imports = files.filter(({ path }) => path.startsWith("src/")).flatMap(relativeImports);
  const product = reachable("src/main.ts", imports);
  return imports.flatMap(({ from, line, to }) => {
    const reason =
      whyNot(from, to) ?? (product.has(from) && isTestOnly(to) ? "that file is for tests only" : undefined);
    return reason === undefined ? [] : [`${from}:${line}: imports ${to}: ${reason}`];
  });
}

/** The files that one file needs, itself included. */
function reachable(start: string, imports: readonly Import[]): ReadonlySet<string> {
  const byFile = Map.groupBy(imports, ({ from }) => from);
  const reached = new Set([start]);
  // A set that grows while it is walked is walked to its end.
  for (const file of reached) for (const { to } of byFile.get(file) ?? []) reached.add(to);
  return reached;
}

/** Why one file must not import the other, whoever needs it; undefined when it may. */
function whyNot(from: string, to: string): string | undefined {
  if (!to.startsWith("src/"))
    return to.endsWith(".json") ? undefined : "what is outside of src/ may use src/, not the other way round";
  const source = folderOf(from);
  const target = folderOf(to);
  if (source !== undefined && source === target) return undefined;
  if (target === undefined) return "nothing imports what is not in a folder of the design";
  if (source === undefined && from.split("/").length > 2)
    return `${from.split("/")[1]}/ is no folder of the design; put it into scripts/import-rules.ts`;
  const allowed = source === undefined ? MAIN : (ONLY[source] ?? FOLDERS.slice(0, FOLDERS.indexOf(source)));
  if (allowed.includes(target)) return undefined;
  return `${source === undefined ? "a file beside the folders" : `${source}/`} may import ${allowed.length === 0 ? "nothing" : `only ${allowed.map((folder) => `${folder}/`).join(", ")}`}`;
}

function folderOf(path: string): Folder | undefined {
  const [, folder, file] = path.split("/");
  return file === undefined ? undefined : FOLDERS.find((known) => known === folder);
}

/** What the product must not need: tests, and the clock that is moved by hand. What tests share may need both. */
function isTestOnly(path: string): boolean {
  return path.endsWith(".test.ts") || path === "src/base/manual-clock.ts";
}

// Statements begin a line (the formatter sees to it), so what looks like one in a comment or a string is not taken for one.
const IMPORTS =
  /^(?:import|export)\b[^"';]*?\bfrom\s*["']([^"']+)["']|^import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gm;

interface Import {
  readonly from: string;
  readonly to: string;
  readonly line: number;
}

/** What a file imports by a relative path: statically, dynamically, or as a type. */
function relativeImports({ path, text }: SourceFile): readonly Import[] {
  return [...text.matchAll(IMPORTS)].flatMap((match) => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? "";
    if (!specifier.startsWith(".")) return [];
    const line = text.slice(0, match.index).split("\n").length;
    return [{ from: path, to: posix.join(posix.dirname(path), specifier), line }];
  });
}
