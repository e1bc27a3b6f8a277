import { createHash } from "node:crypto";
import { Pieces } from "../base/pieces.ts";
import type { ObjectRef, Problem } from "../base/problem.ts";
import type { ObjectKey } from "../resources/kind.ts";
import type { Profile } from "../translate/input.ts";
import type { ObjectReport } from "../translate/reports/report.ts";
import type { Compilation } from "./compilation.ts";
import type { Payload } from "./gateway.ts";

export function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

/** One named object of the make-believe cluster. */
export function ref(name: string): ObjectRef {
  return { group: "", version: "v1", kind: "Service", namespace: "shop", name };
}

/** What is "in the cluster": names, each an entity of the document. `bad` ones have a problem, `unloaded` ones are waited for. */
export class FakeObjects {
  names: string[] = [];
  unloaded: string[] = [];
  problems: Problem[] = [];
  /** What was accepted of some, and stands in for them when they are left out. */
  former = new Map<string, string>();
  revision = 0;
}

/** Makes a document of the names of the objects. */
export class FakeCompilation implements Compilation {
  readonly #objects: FakeObjects;
  readonly #profile: Profile;
  #revision = -1;
  #excluded: ReadonlySet<ObjectKey> = new Set();
  #excludedChanged = false;
  #refused: ReadonlySet<ObjectKey> = new Set();
  #names: readonly { readonly name: string; readonly of: string }[] = [];
  pending = 0;
  covers = 0;
  readonly leftOut: readonly ObjectKey[] = [];
  standIns: readonly ObjectKey[] = [];
  /** What pre-flight refuses although it was accepted once. */
  refusedBefore: Problem[] = [];
  marked = 0;
  accepted = 0;
  readonly reports: ReadonlyMap<ObjectKey, ObjectReport> = new Map();
  /** What `takeChangedReports` gives next. */
  changedReports: ReadonlySet<ObjectKey> = new Set();
  closed = false;
  fail: Error | undefined;

  constructor(objects: FakeObjects, profile: Profile) {
    this.#objects = objects;
    this.#profile = profile;
  }

  get settled(): boolean {
    return this.#revision === this.#objects.revision && !this.#excludedChanged;
  }

  async run(): Promise<void> {
    this.#revision = this.#objects.revision;
    this.#excludedChanged = false;
    if (this.fail !== undefined) throw this.fail;
    const standIns: ObjectKey[] = [];
    this.#names = this.#objects.names.flatMap((of) => {
      const key = `Service/shop/${of}`;
      if (!this.#excluded.has(key)) return { name: of, of };
      const name = this.#refused.has(key) ? undefined : this.#objects.former.get(of);
      if (name === undefined) return [];
      standIns.push(key);
      return { name, of };
    });
    this.standIns = standIns;
    this.pending = this.#objects.unloaded.length;
    this.covers = this.#revision;
  }

  takeChangedReports(): ReadonlySet<ObjectKey> {
    const changed = this.changedReports;
    this.changedReports = new Set();
    return changed;
  }

  isWaiting(object: ObjectKey): boolean {
    return this.#objects.unloaded.some((name) => object === `Service/shop/${name}`);
  }

  isBlocked(): boolean {
    return false;
  }

  usersOf(): Iterable<ObjectKey> {
    return [];
  }

  async encode(): Promise<Payload> {
    const flavor = this.#profile.flavor === "expressions" ? "e:" : "";
    const text = `${flavor}${this.#names.map(({ name }) => name).join(",")}`;
    const entities = this.#names.map(({ name, of }) => ({ value: { name }, origins: [ref(of)] }));
    return {
      bytes: Pieces.of(text),
      md5: md5(text),
      entities: entities.length,
      sections: new Map([["services", entities]]),
    };
  }

  problems(): readonly Problem[] {
    return this.#objects.problems;
  }

  *wanted(kind: string): IterableIterator<ObjectKey> {
    for (const name of this.#objects.unloaded) yield `${kind}/shop/${name}`;
  }

  exclude(objects: ReadonlySet<ObjectKey>, refused: ReadonlySet<ObjectKey> = new Set()): void {
    this.#excluded = objects;
    this.#refused = refused;
    this.#excludedChanged = true;
  }

  refusedWithFormer(): readonly Problem[] {
    return this.refusedBefore;
  }

  causesOf(object: ObjectKey): readonly ObjectKey[] {
    return this.#excluded.has(object) ? [object] : [];
  }

  mark(): void {
    this.marked++;
  }

  accept(): void {
    this.accepted++;
  }

  behind(object: ObjectKey): ReadonlySet<string> {
    return new Set([object, `${object}-used`]);
  }

  close(): void {
    this.closed = true;
  }
}
