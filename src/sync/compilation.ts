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
import { Expiry } from "./expiry.ts";
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
  /** Leaves out these objects and what uses them, from the next `run` on. Something that was accepted may stand in for them, but not the former version of what is in `refused`. */
  exclude(objects: ReadonlySet<ObjectKey>, refused?: ReadonlySet<ObjectKey>): void;
  /** The root objects that are left out now, with those that only use what was excluded. */
  readonly leftOut: readonly ObjectKey[];
  /** Of these, and of what was excluded, that which stands there as it was accepted last. */
  readonly standIns: readonly ObjectKey[];
  /** What of what was excluded an object is, or uses. */
  causesOf(object: ObjectKey): readonly ObjectKey[];
  /** What pre-flight leaves out although it, or something that it uses, was accepted in another version. */
  refusedWithFormer(): readonly Problem[];
  /** Gateways get what was encoded last. */
  mark(): void;
  /** A gateway holds what was marked last. */
  accept(): void;
  /** The sources whose change may put an object right: itself, and what it uses. */
  behind(object: ObjectKey): ReadonlySet<string>;
  close(): void;
}

/** Begins to compile for gateways of a profile. */
export type StartCompilation = (profile: Profile) => Compilation;

/**
 * Compilations of the objects in a store. `stripFor` takes out what gateways of a profile fill in by themselves; `reporters` say what is reported on; `standIns`: what is left out stands in
 * the version that was accepted last.
 */
export function compilationsOf(
  store: ObjectStore,
  settings: Settings,
  clock: Clock,
  stripFor: (profile: Profile) => Strip,
  reporters: readonly Reporter[] = [],
  standIns = false,
): StartCompilation {
  return (profile) => {
    const compiler = new Compiler(store, { settings, profile }, clock, reporters, standIns);
    const encoder = new DocumentEncoder(compiler.document, stripFor(profile));
    const expiry = new Expiry(clock, (object) => store.retouch(object));
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
      get standIns() {
        return compiler.standIns;
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
        // Something else may have had its slice in this turn.
        await new Slices(clock).pause();
        const { revision } = store;
        await compiler.run();
        // What changed while it ran is in it too, unless something is stale again.
        covers = compiler.settled ? store.revision : revision;
        expiry.look(compiler.document.entities("ca_certificates"));
        // Whoever is told of it has a turn of the event loop for that.
        await new Slices(clock).pause();
      },
      async encode() {
        const slices = new Slices(clock);
        await slices.pause();
        return encoder.encode(slices);
      },
      problems: () => compiler.problems(),
      wanted: (kind) => compiler.wanted(kind),
      exclude: (objects, refused) => compiler.exclude(objects, refused),
      refusedWithFormer: () => compiler.refusedWithFormer(),
      causesOf: (object) => compiler.causesOf(object),
      mark: () => compiler.mark(covers),
      accept: () => compiler.accept(),
      behind: (object) => compiler.behind(object),
      close() {
        expiry.close();
        compiler.close();
      },
    };
  };
}
