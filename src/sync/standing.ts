import type { ObjectKey } from "../resources/kind.ts";
import type { ObjectReport } from "../translate/reports/report.ts";

/** How far gateways have got with what was compiled. */
export interface Standing {
  /** How many gateways are ready. Lost ones count for nothing. */
  readonly ready: number;
  /** Every change of the store up to this revision is in a configuration that all ready gateways hold; undefined while none is ready, or one of them holds none of ours. */
  readonly acknowledged: number | undefined;
  /** What is in no configuration because a gateway refused it, or something it uses. */
  readonly leftOut: ReadonlySet<ObjectKey>;
}

/** What is in no configuration as it is now, since a gateway refused it. */
export interface LeftOutObjects {
  readonly refused: readonly ObjectKey[];
  /** Root objects that are left out because they use those. */
  readonly dependants: readonly ObjectKey[];
  /** Of all these, what stands there as it was accepted last. */
  readonly standIns: readonly ObjectKey[];
  /** Those of `refused` that an object is left out for. */
  causesOf(object: ObjectKey): readonly ObjectKey[];
}

/** What the newest compile has to say of objects, for whoever tells people. */
export interface Findings {
  readonly reports: ReadonlyMap<ObjectKey, ObjectReport>;
  /** The revision of the store up to which every change is in them. */
  readonly covers: number;
  /** The object still waits for others to be loaded. */
  isWaiting(object: ObjectKey): boolean;
  /** Nothing of a root object is configured, because of it or of something that it uses. */
  isBlocked(object: ObjectKey): boolean;
  /** What gateways refused, for which an object is left out with it. */
  causesOf(object: ObjectKey): readonly ObjectKey[];
  /** The root objects that use an object themselves. */
  usersOf(object: ObjectKey): Iterable<ObjectKey>;
}

export const NOTHING_STANDS: Standing = { ready: 0, acknowledged: undefined, leftOut: new Set() };

/** How it stands, from how far each ready gateway is. */
export function standingOf(coverage: readonly (number | undefined)[], leftOut: Iterable<ObjectKey>): Standing {
  const known = coverage.filter((revision) => revision !== undefined);
  return {
    ready: coverage.length,
    acknowledged: known.length === 0 || known.length < coverage.length ? undefined : Math.min(...known),
    leftOut: new Set(leftOut),
  };
}

export function sameStanding(a: Standing, b: Standing): boolean {
  return (
    a.ready === b.ready && a.acknowledged === b.acknowledged && a.leftOut.symmetricDifference(b.leftOut).size === 0
  );
}
