import { type Clock, sleep } from "../../base/clock.ts";
import { deepEqual } from "../../base/equal.ts";
import { type Log, messageOf } from "../../base/log.ts";
import { Slices } from "../../base/slices.ts";
import { type KubernetesObject, keyOf } from "../../resources/kind.ts";
import { KINDS } from "../../resources/kinds.ts";
import type { ObjectSink } from "../sink.ts";
import type { ReadOptions } from "./file-objects.ts";
import { type Files, findFiles, folderToWatch } from "./files.ts";
import { type ObjectSet, type ReadFile, readFiles, setOf } from "./object-set.ts";

export interface DirectoryOptions extends ReadOptions {
  readonly files: Files;
  /** Files, folders, or `-` for standard input. */
  readonly paths: readonly string[];
  readonly sink: ObjectSink;
  readonly clock: Clock;
  readonly log: Log;
  /** Called after each reading that found something new, when the sink has it. */
  readonly onRead?: (set: ObjectSet) => void;
}

/** How long nothing must happen before files are read again: editors write in several steps. In ms. */
const QUIET = 100;
/** Files that change all the time are read this often, in ms. */
const LONGEST_WAIT = 1000;
/** How often the files are looked at where no one tells of changes, and where somebody should, in ms. */
const POLL_ALONE = 2_000;
const POLL_BESIDE = 10_000;

/** Puts the objects of manifests into a sink, and keeps it at what the files say. */
export class DirectorySource {
  readonly #options: DirectoryOptions;
  readonly #end = new AbortController();
  #read: ReadonlyMap<string, ReadFile> = new Map();
  #objects: ReadonlyMap<string, KubernetesObject> | undefined;
  #stamps = "";
  #firstChange: number | undefined;
  #timer: (() => void) | undefined;
  #reading: Promise<void> = Promise.resolve();
  #pollEvery = POLL_BESIDE;

  constructor(options: DirectoryOptions) {
    this.#options = options;
  }

  /** Reads all files, and makes the sink hold what is in them. */
  async load(): Promise<ObjectSet> {
    const { files, paths, clock, onRead } = this.#options;
    this.#stamps = await this.#look();
    this.#read = await readFiles(files, paths, this.#options, new Slices(clock), this.#read);
    const set = setOf(this.#read);
    this.#give(set.objects);
    onRead?.(set);
    return set;
  }

  /** Follows the files until `close`: by what the file system tells, and by looking now and then, since not every file system tells. */
  async watch(): Promise<void> {
    const { files, paths, log, clock } = this.#options;
    for (const path of paths) {
      if (this.#end.signal.aborted) return;
      const failed = (error?: unknown) => {
        this.#pollEvery = POLL_ALONE;
        log.debug("Cannot follow changes, looking every other second", { path, error: messageOf(error ?? "no watch") });
      };
      try {
        const { folder, deep } = await folderToWatch(files, path);
        const stop = files.watch(folder, deep, () => this.#changed(), failed);
        this.#end.signal.addEventListener("abort", stop, { once: true });
      } catch (error) {
        failed(error);
      }
    }
    const poll = (): void => {
      const cancel = clock.after(this.#pollEvery, () => {
        this.#end.signal.removeEventListener("abort", cancel);
        void this.#look().then((stamps) => {
          if (stamps !== this.#stamps) this.#changed();
          if (!this.#end.signal.aborted) poll();
        });
      });
      this.#end.signal.addEventListener("abort", cancel, { once: true });
    };
    if (!this.#end.signal.aborted) poll();
  }

  /** Ends watching. What the sink holds stays. */
  close(): void {
    this.#timer?.();
    this.#end.abort();
  }

  #changed(): void {
    if (this.#end.signal.aborted) return;
    const { clock, log } = this.#options;
    const now = clock.monotonic();
    this.#firstChange ??= now;
    this.#timer?.();
    this.#timer = clock.after(Math.min(QUIET, Math.max(0, this.#firstChange + LONGEST_WAIT - now)), () => {
      this.#firstChange = undefined;
      this.#reading = this.#reading
        .then(() => this.#again())
        .catch((error: unknown) => log.error("Reading manifests failed", { error: messageOf(error) }));
    });
  }

  async #again(): Promise<void> {
    const { files, paths, clock, log, onRead } = this.#options;
    let read = this.#read;
    for (let attempt = 0; attempt < 5 && !this.#end.signal.aborted; attempt++) {
      const before = await this.#look();
      read = await readFiles(files, paths, this.#options, new Slices(clock), this.#read);
      await sleep(clock, QUIET / 2, this.#end.signal);
      this.#stamps = await this.#look();
      // What was written while it was read may be half of something.
      if (this.#stamps === before) break;
    }
    if (this.#end.signal.aborted || sameFiles(read, this.#read)) return;
    this.#read = read;
    const set = setOf(read);
    this.#give(set.objects);
    log.info("Manifests changed", { files: read.size, objects: set.objects.length });
    onRead?.(set);
  }

  /** What can be seen of all files without reading them. */
  async #look(): Promise<string> {
    const found = await findFiles(this.#options.files, this.#options.paths);
    return found.map((file) => `${file.path} ${"stamp" in file ? file.stamp : "unreadable"}`).join("\n");
  }

  #give(objects: readonly KubernetesObject[]): void {
    const { sink } = this.#options;
    const now = new Map(objects.map((object) => [keyOf(object), object]));
    const former = this.#objects;
    this.#objects = now;
    if (former === undefined) {
      for (const { kind } of KINDS)
        sink.replace(
          kind.kind,
          objects.filter((object) => object.kind === kind.kind),
        );
      return;
    }
    for (const [key, object] of former) {
      if (!now.has(key)) sink.delete(object.kind, object.metadata.namespace ?? "", object.metadata.name);
    }
    for (const [key, object] of now) {
      const old = former.get(key);
      if (old !== object && !deepEqual(old, object)) sink.set(object);
    }
  }
}

function sameFiles(a: ReadonlyMap<string, ReadFile>, b: ReadonlyMap<string, ReadFile>): boolean {
  return a.size === b.size && [...a].every(([name, file]) => b.get(name) === file);
}
