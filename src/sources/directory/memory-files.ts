import type { Files } from "./files.ts";

/** A file system for tests: folders are what the paths say. Nothing is told to watchers unless `tell` is called. */
export class MemoryFiles implements Files {
  readonly #texts = new Map<string, { readonly bytes: Uint8Array; readonly stamp: string }>();
  readonly #unreadable = new Set<string>();
  readonly #watchers = new Set<{ readonly folder: string; readonly changed: () => void }>();
  #stamp = 0;
  /** Whether watching fails, as on some file systems. */
  deaf = false;

  write(path: string, text: string | Uint8Array): void {
    this.#texts.set(path, {
      bytes: typeof text === "string" ? new TextEncoder().encode(text) : text,
      stamp: `${this.#stamp++}`,
    });
  }

  remove(path: string): void {
    this.#texts.delete(path);
  }

  forbid(path: string, yes = true): void {
    if (yes) this.#unreadable.add(path);
    else this.#unreadable.delete(path);
  }

  tell(): void {
    for (const { changed } of this.#watchers) changed();
  }

  get watched(): readonly string[] {
    return [...this.#watchers].map(({ folder }) => folder);
  }

  async look(path: string): Promise<{ folder: boolean; id: string; stamp: string }> {
    const file = this.#texts.get(path);
    const folder = [...this.#texts.keys()].some((name) => name.startsWith(`${path}/`));
    if (file === undefined && !folder) throw missing(path);
    return { folder: file === undefined, id: path, stamp: file?.stamp ?? "" };
  }

  async list(folder: string): Promise<readonly string[]> {
    if (this.#unreadable.has(folder)) throw new Error(`EACCES: ${folder}`);
    const below = [...this.#texts.keys()].filter((name) => name.startsWith(`${folder}/`));
    return [...new Set(below.map((name) => name.slice(folder.length + 1).split("/")[0]!))];
  }

  async read(path: string): Promise<Uint8Array> {
    const file = this.#texts.get(path);
    if (this.#unreadable.has(path)) throw new Error(`EACCES: ${path}`);
    if (file === undefined) throw missing(path);
    return file.bytes;
  }

  watch(folder: string, _deep: boolean, changed: () => void, failed: () => void): () => void {
    if (this.deaf) failed();
    const watcher = { folder, changed };
    if (!this.deaf) this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }
}

function missing(path: string): Error {
  return Object.assign(new Error(`ENOENT: no such file or directory, ${path}`), { code: "ENOENT" });
}
