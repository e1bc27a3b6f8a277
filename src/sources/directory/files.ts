import { watch } from "node:fs";
import { lstat, readdir, readFile, realpath, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { compareStrings } from "../../base/problem.ts";

/** The part of a file system that the directory source uses. */
export interface Files {
  /** Rejects if the path cannot be read. */
  look(path: string): Promise<Look>;
  /** The names in a folder. */
  list(folder: string): Promise<readonly string[]>;
  read(path: string): Promise<Uint8Array>;
  /** Calls `changed` whenever something happened in the folder (`deep`: and below), and `failed` if it cannot find out; the returned function ends it. */
  watch(folder: string, deep: boolean, changed: () => void, failed: () => void): () => void;
}

/** What there is at a path. */
export interface Look {
  readonly folder: boolean;
  /** Neither folder nor file: a pipe, a socket, a device. Whoever reads one may wait for ever. */
  readonly special?: boolean;
  /** Tells whether two paths are one and the same. */
  readonly id: string;
  readonly stamp: string;
}

/** Manifests as `-f` names them: `-` is standard input. */
export const STANDARD_INPUT = "-";

export const systemFiles: Files = {
  async look(path) {
    const found = await stat(path).catch(async (error: unknown) => {
      throw isMissing(error) && (await isLink(path)) ? new Error("it is a link to nothing") : error;
    });
    return {
      folder: found.isDirectory(),
      special: !found.isDirectory() && !found.isFile(),
      id: await realpath(path),
      stamp: `${found.ino}/${found.size}/${found.mtimeMs}`,
    };
  },
  list: (folder) => readdir(folder),
  async read(path) {
    if (path !== STANDARD_INPUT) return readFile(path);
    const parts: Buffer[] = [];
    for await (const part of process.stdin) parts.push(part as Buffer);
    return Buffer.concat(parts);
  },
  watch(folder, deep, changed, failed) {
    try {
      const watcher = watch(folder, { recursive: deep, persistent: false });
      watcher.on("change", changed);
      watcher.on("error", failed);
      return () => watcher.close();
    } catch {
      // Too many watches, or a file system without: polling goes on.
      failed();
      return () => undefined;
    }
  },
};

/** A file that holds manifests, or why there is none at a path. */
export type Found =
  | { readonly path: string; readonly stamp: string; readonly error?: undefined }
  | { readonly path: string; readonly error: unknown };

/**
 * The files that paths stand for: a file is itself, a folder is every *.yaml, *.yml and *.json in it and below, in the order of their names. Names that begin with a dot
 * are left out (editors put copies there, and Kubernetes the versions of a mounted ConfigMap).
 */
export async function findFiles(files: Files, paths: readonly string[]): Promise<readonly Found[]> {
  const found: Found[] = [];
  const seen = new Set<string>();
  const visit = async (path: string, named: boolean): Promise<void> => {
    if (path === STANDARD_INPUT) {
      if (!seen.has(path)) found.push({ path, stamp: "" });
      seen.add(path);
      return;
    }
    try {
      const { folder, special, id, stamp } = await files.look(path);
      if (!folder && !named && !/\.(ya?ml|json)$/i.test(path)) return;
      // A link that leads back to a folder above would never end.
      if (seen.has(id)) return;
      seen.add(id);
      // `-f <(command)` is a pipe that somebody means.
      if (special === true && !named) throw new Error("it is no regular file");
      if (!folder) {
        found.push({ path, stamp });
        return;
      }
      const names = [...(await files.list(path))].filter((name) => !name.startsWith(".")).sort(compareStrings);
      for (const name of names) await visit(join(path, name), false);
    } catch (error) {
      // What vanished between listing and looking is simply not there.
      if (named || !isMissing(error)) found.push({ path, error });
    }
  };
  for (const path of paths) await visit(path, true);
  return found;
}

async function isLink(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isSymbolicLink() === true;
}

/** There is nothing of that name. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/** The folder in which a change of `path` shows: a file may be replaced by another of its name, which only its folder tells. */
export async function folderToWatch(
  files: Files,
  path: string,
): Promise<{ readonly folder: string; readonly deep: boolean }> {
  try {
    if ((await files.look(path)).folder) return { folder: path, deep: true };
  } catch (error) {
    // It may come later.
    if (!isMissing(error)) throw error;
  }
  return { folder: dirname(path), deep: false };
}
