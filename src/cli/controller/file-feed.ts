import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { DirectorySource } from "../../sources/directory/directory-source.ts";
import { systemFiles } from "../../sources/directory/files.ts";
import type { ObjectSet } from "../../sources/directory/object-set.ts";
import type { ObjectSink } from "../../sources/sink.ts";
import type { ObjectFeed } from "./object-feed.ts";

export interface FileFeedOptions {
  /** A folder or a file. */
  readonly path: string;
  readonly sink: ObjectSink;
  readonly clock: Clock;
  readonly log: Log;
  /** Something of the feed's own state changed. */
  readonly changed: () => void;
}

/** Objects from files, read again when they change. */
export function fileFeed({ path, sink, clock, log, changed }: FileFeedOptions): ObjectFeed {
  let set: ObjectSet | undefined;
  const source = new DirectorySource({
    files: systemFiles,
    paths: [path],
    defaults: true,
    sink,
    clock,
    log,
    onRead(read) {
      set = read;
      changed();
    },
  });
  return {
    async start() {
      const { objects, ignored } = await source.load();
      log.info(`Read the manifests in ${path}`, { objects: objects.length });
      for (const [kind, count] of ignored)
        log.info(`${count} objects of kind ${kind} are not for Kong and are ignored`);
      await source.watch();
    },
    get complete() {
      return set !== undefined;
    },
    missing: () => (set === undefined ? [`the manifests in ${path}`] : []),
    problems: () => set?.problems ?? [],
    relist: async () => void (await source.load()),
    onDemand: [],
    want: () => undefined,
    place: (problem) => set?.place(problem) ?? problem,
    stop: async () => source.close(),
  };
}
