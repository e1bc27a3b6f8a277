import type { Clock } from "../base/clock.ts";
import type { Problem } from "../base/problem.ts";
import { Slices } from "../base/slices.ts";
import type { ObjectKey } from "../resources/kind.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { Compiler } from "../translate/compiler.ts";
import type { Strip } from "../translate/document.ts";
import { DocumentEncoder } from "../translate/document-encoder.ts";
import type { Profile, Settings } from "../translate/input.ts";
import type { Reporter } from "../translate/reports/reports.ts";
import type { Payload } from "./gateway.ts";
import type { Findings } from "./standing.ts";

/** What the loop needs of a compiler. */
export interface Compilation extends Findings {
  /** True when nothing that was read has changed since the last `run`. */
  readonly settled: boolean;
  /** Compiles what is stale, yielding to the event loop in between. */
  run(): Promise<void>;
  /** The objects whose report changed since this was asked last. */
  takeChangedReports(): ReadonlySet<ObjectKey>;
  /** The document as it stands; not to be called during a `run`. */
  encode(): Promise<Payload>;
  problems(): readonly Problem[];
  /** How much waits for objects that are not loaded yet. */
  readonly pending: number;
  /** Keys of the objects of a kind that were read. */
  wanted(kind: string): Iterable<ObjectKey>;
  /** Leaves out these objects and what uses them, from the next `run` on. */
  exclude(objects: ReadonlySet<ObjectKey>): void;
  /** The root objects that are left out now, with those that only use what was excluded. */
  readonly leftOut: readonly ObjectKey[];
  /** The sources whose change may put an object right: itself, and what it uses. */
  behind(object: ObjectKey): ReadonlySet<string>;
  close(): void;
}

/** Begins to compile for gateways of a profile. */
export type StartCompilation = (profile: Profile) => Compilation;

/** Compilations of the objects in a store. `stripFor` takes out what gateways of a profile fill in by themselves; `reporters` say what is reported on. */
export function compilationsOf(
  store: ObjectStore,
  settings: Settings,
  clock: Clock,
  stripFor: (profile: Profile) => Strip,
  reporters: readonly Reporter[] = [],
): StartCompilation {
  return (profile) => {
    const compiler = new Compiler(store, { settings, profile }, clock, reporters);
    const encoder = new DocumentEncoder(compiler.document, stripFor(profile));
    let covers = 0;
    return {
      get settled() {
        return compiler.settled;
      },
      get pending() {
        return compiler.pending;
      },
      get leftOut() {
        return compiler.leftOut;
      },
      get covers() {
        return covers;
      },
      get reports() {
        return compiler.reports;
      },
      takeChangedReports: () => compiler.takeChangedReports(),
      isWaiting: (object) => compiler.isWaiting(object),
      isBlocked: (object) => compiler.isBlocked(object),
      usersOf: (object) => compiler.usersOf(object),
      async run() {
        const { revision } = store;
        await compiler.run();
        // What changed while it ran is in it too, unless something is stale again.
        covers = compiler.settled ? store.revision : revision;
      },
      encode: () => encoder.encode(new Slices(clock)),
      problems: () => compiler.problems(),
      wanted: (kind) => compiler.wanted(kind),
      exclude: (objects) => compiler.exclude(objects),
      behind: (object) => compiler.behind(object),
      close: () => compiler.close(),
    };
  };
}
