import { compareProblems, formatRef, type ObjectRef, type Problem } from "../base/problem.ts";
import { keyOfRef, type ObjectKey } from "../resources/kind.ts";
import type { Profile } from "../translate/input.ts";
import type { Compilation } from "./compilation.ts";
import type { Payload, Rejection } from "./gateway.ts";
import { rejectionProblem } from "./refusal-problems.ts";
import { exceeds, type Shrink, shrinkOf } from "./shrink.ts";
import type { Findings } from "./standing.ts";

/** An object that is left out with what uses it. */
interface Exclusion {
  readonly object: ObjectRef;
  /** Why a gateway refused it. */
  readonly rejections: readonly Rejection[];
  /** Why pre-flight leaves it out. */
  readonly problems: readonly Problem[];
  /** A change of one of these lifts it. */
  readonly sources: ReadonlySet<string>;
  /** A gateway refused its former version too. */
  readonly standInRefused: boolean;
}

/** More than this many refusals of one configuration, and it is given up (design §4). */
const MOST_ROUNDS = 5;

/** The configuration for gateways of one profile: compiled, without what gateways refused, and the last one that a gateway took. */
export class Configuration {
  readonly profile: Profile;
  readonly #compilation: Compilation;
  readonly #excluded = new Map<ObjectKey, Exclusion>();
  readonly #lifted = new Set<ObjectKey>();
  #payload: Payload | undefined;
  #lastGood: Payload | undefined;
  #heldBack: Shrink | undefined;
  #confirmed = false;
  /** For the MD5 of these two: the revision of the store up to which every change is in them. */
  readonly #coverage = new Map<string, number>();
  #excludesAnew = false;
  #excludedAnew = false;
  #unencoded = true;
  #rounds = 0;

  readonly #maxShrinkPercent: number | undefined;

  /** `maxShrinkPercent`: more than this share of the entities does not go at once until it is confirmed; any unless given. */
  constructor(profile: Profile, compilation: Compilation, maxShrinkPercent?: number) {
    this.profile = profile;
    this.#maxShrinkPercent = maxShrinkPercent;
    this.#compilation = compilation;
  }

  /** The newest complete configuration; undefined as long as there was none. */
  get payload(): Payload | undefined {
    return this.#payload;
  }

  /** The last one that a gateway holds or held. */
  get lastGood(): Payload | undefined {
    return this.#lastGood;
  }

  /** There is something to compile. */
  get stale(): boolean {
    return this.#excludesAnew || this.#lifted.size > 0 || !this.#compilation.settled;
  }

  /** What is compiled may differ from the payload. */
  get unencoded(): boolean {
    return this.#unencoded;
  }

  /** How much waits for objects that are not loaded yet. */
  get pending(): number {
    return this.#compilation.pending;
  }

  /** The objects that were left out because a gateway refused them (what uses them is left out too). */
  get excluded(): readonly ObjectKey[] {
    return [...this.#excluded.keys()];
  }

  /** The last compile left out something else than the one before. */
  get excludedAnew(): boolean {
    return this.#excludedAnew;
  }

  /** Of what is left out, that which stands there as it was accepted last. */
  get standIns(): readonly ObjectKey[] {
    return this.#excluded.size === 0 ? [] : this.#compilation.standIns;
  }

  /** What of it an object is left out for. */
  causesOf(object: ObjectKey): readonly ObjectKey[] {
    return this.#excluded.size === 0 ? [] : this.#compilation.causesOf(object);
  }

  /** The objects that are left out because they use those. */
  get dependants(): readonly ObjectKey[] {
    return this.#excluded.size === 0 ? [] : this.#compilation.leftOut.filter((key) => !this.#excluded.has(key));
  }

  /** What was found out about objects. */
  get findings(): Findings {
    return this.#compilation;
  }

  takeChangedReports(): ReadonlySet<ObjectKey> {
    return this.#compilation.takeChangedReports();
  }

  /** The revision of the store up to which a payload holds every change; undefined when it is not known (any more). */
  coverageOf(md5: string): number | undefined {
    return this.#coverage.get(md5);
  }

  wanted(kind: string): Iterable<ObjectKey> {
    return this.#compilation.wanted(kind);
  }

  /** Says that a source changed: what was left out because of it gets another chance. */
  touched(source: string): void {
    for (const [key, { sources }] of this.#excluded) if (sources.has(source)) this.#lifted.add(key);
  }

  /** A gateway began anew, perhaps as another one: everything that was left out gets another chance. */
  lift(): void {
    for (const key of this.#excluded.keys()) this.#lifted.add(key);
  }

  /** Compiles what changed. Rejects only for a bug; what was compiled before stays. */
  async compile(): Promise<void> {
    if (this.#lifted.size > 0) {
      for (const key of this.#lifted) this.#excluded.delete(key);
      this.#lifted.clear();
      this.#excludesAnew = true;
      this.#rounds = 0;
    }
    this.#excludedAnew = this.#excludesAnew;
    if (this.#excludesAnew) this.#exclude();
    else if (!this.#compilation.settled) this.#rounds = 0;
    this.#excludesAnew = false;
    // After a compile that broke off, what is there is half of something.
    this.#unencoded = false;
    await this.#compilation.run();
    for (let round = 0; round < MOST_ROUNDS && this.#takeRefused(); round++) {
      this.#excludedAnew = true;
      this.#exclude();
      await this.#compilation.run();
    }
    this.#unencoded = true;
  }

  #exclude(): void {
    const refused = [...this.#excluded].flatMap(([key, { standInRefused }]) => (standInRefused ? key : []));
    this.#compilation.exclude(new Set(this.#excluded.keys()), new Set(refused));
  }

  /** What pre-flight refuses, as a gateway would, gives way to what was accepted last; true when there is something new. */
  #takeRefused(): boolean {
    const found = Map.groupBy(this.#compilation.refusedWithFormer(), ({ object }) => keyOfRef(object));
    const before = this.#excluded.size;
    for (const [key, problems] of found) {
      if (this.#excluded.has(key)) continue;
      const sources = this.#compilation.behind(key);
      const { object } = problems[0]!;
      this.#excluded.set(key, { object, rejections: [], problems, sources, standInRefused: false });
    }
    return this.#excluded.size > before;
  }

  /** Makes what is compiled the payload; true when that is another one than before. Rejects only for a bug. The first is not made while anything is pending: it would be a partial one. */
  async encode(): Promise<boolean> {
    if (this.#payload === undefined && this.#compilation.pending > 0) return false;
    // What cannot be encoded is not tried again before something has changed.
    this.#unencoded = false;
    const payload = await this.#compilation.encode();
    if (this.#holdsBack(payload)) return false;
    const changed = payload.md5 !== this.#payload?.md5;
    if (changed) this.#payload = payload;
    this.#cover();
    return changed;
  }

  /** What is compiled would take too much away; undefined when it is the payload. */
  get heldBack(): Shrink | undefined {
    return this.#heldBack;
  }

  /** Everything was listed anew: what comes of that is believed. */
  confirm(): void {
    if (this.#heldBack === undefined) return;
    this.#confirmed = true;
    this.#unencoded = true;
  }

  #holdsBack(payload: Payload): boolean {
    const shrink =
      this.#maxShrinkPercent === undefined || this.#payload === undefined || this.#confirmed
        ? undefined
        : shrinkOf(this.#payload, payload);
    this.#confirmed = false;
    this.#heldBack = shrink !== undefined && exceeds(shrink, this.#maxShrinkPercent!) ? shrink : undefined;
    return this.#heldBack !== undefined;
  }

  /** Notes how far the payload goes. */
  #cover(): void {
    const md5 = this.#payload!.md5;
    for (const known of this.#coverage.keys()) if (known !== this.#lastGood?.md5) this.#coverage.delete(known);
    this.#coverage.set(md5, this.#compilation.covers);
    this.#compilation.mark();
  }

  /** What is wrong with objects, as far as this profile goes; what gateways refused included. */
  problems(): readonly Problem[] {
    const standIns = new Set(this.standIns);
    const refused = [...this.#excluded].flatMap(([key, exclusion]) => problemsOf(exclusion, standIns.has(key)));
    // Some are found also while the object is left out: said once, with what became of it.
    const known = new Set([...this.#excluded.values()].flatMap((exclusion) => exclusion.problems.map(identityOf)));
    const others = this.#compilation
      .problems()
      .filter((problem) => known.size === 0 || !known.has(identityOf(problem)));
    return [...others, ...refused].sort(compareProblems);
  }

  /** A gateway holds this payload. */
  acknowledge(payload: Payload): void {
    this.#lastGood = payload;
    this.#rounds = 0;
    if (payload.md5 === this.#payload?.md5) this.#compilation.accept();
  }

  /** Takes what a gateway held already as the last good one, while there is none of our own. */
  adopt(payload: Payload): boolean {
    if (this.#lastGood !== undefined) return false;
    this.#lastGood = payload;
    return true;
  }

  /** Leaves out the objects behind a refusal of the newest payload; false when there is nothing (more) to leave out: then the last good one stays. */
  leaveOut(payload: Payload, rejections: readonly Rejection[]): boolean {
    if (payload.md5 !== this.#payload?.md5) return true;
    if (++this.#rounds > MOST_ROUNDS) return false;
    const found = new Map<ObjectKey, { readonly object: ObjectRef; readonly rejections: Rejection[] }>();
    const standIns = new Set(this.standIns);
    for (const rejection of rejections) {
      for (const object of rejection.origins) {
        const key = keyOfRef(object);
        const known = this.#excluded.get(key);
        // What is left out already is refused again only for what stands in for it, or for others with it.
        if (known !== undefined && (known.standInRefused || standIns.size === 0)) continue;
        const { rejections: before } = found.get(key) ?? { rejections: [] };
        found.set(key, { object, rejections: [...before, rejection] });
      }
    }
    for (const [key, { object, rejections }] of found) {
      const standInRefused = this.#excluded.has(key) || standIns.has(key);
      const known = this.#excluded.get(key) ?? {
        object,
        rejections,
        problems: [],
        sources: this.#compilation.behind(key),
      };
      this.#excluded.set(key, { ...known, standInRefused });
    }
    this.#excludesAnew ||= found.size > 0;
    return found.size > 0;
  }

  close(): void {
    this.#compilation.close();
  }
}

function problemsOf({ object, rejections, problems }: Exclusion, standsIn: boolean): readonly Problem[] {
  const standing = `${formatRef(object)} stands as it was accepted last until it changes`;
  return [
    ...rejections.map((rejection) => rejectionProblem(object, rejection, true, standsIn)),
    ...problems.map((problem) => (standsIn ? { ...problem, message: `${problem.message}; ${standing}` } : problem)),
  ];
}

function identityOf({ code, object, path, message }: Problem): string {
  return JSON.stringify([code, object, path, message]);
}
