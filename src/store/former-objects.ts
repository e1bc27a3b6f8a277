import { compareStrings } from "../base/problem.ts";
import { type KubernetesObject, keyOf, type ObjectKey } from "../resources/kind.ts";
import type { Index, ObjectReads, ObjectStore } from "./object-store.ts";

interface Change {
  readonly old: KubernetesObject | undefined;
  /** Of the store. */
  readonly revision: number;
}

/**
 * The objects of a store as they were when they were accepted last. An object that is gone is gone here too, and one that was deleted and made again is another
 * one: nothing comes back from the dead. It holds only what has changed since, each in one version.
 */
export class FormerObjects implements ObjectReads {
  readonly #now: ObjectStore;
  readonly #remembers: (kind: string) => boolean;
  /** What was accepted, of what has changed since; undefined: there was no such object. */
  readonly #accepted = new Map<ObjectKey, KubernetesObject | undefined>();
  /** What has changed since `mark`: not part of what may be accepted next. */
  #recent = new Map<ObjectKey, Change[]>();
  /** What stays in its former version when what was marked is accepted; undefined: it has been. */
  #kept: ReadonlySet<ObjectKey> | undefined;
  #anythingAccepted = false;

  /** `remembers`: whether former versions of objects of a kind count; those of others are always as they are now. */
  constructor(now: ObjectStore, remembers: (kind: string) => boolean) {
    this.#now = now;
    this.#remembers = remembers;
  }

  /** An object was another one until now, or was not there. */
  changed(key: ObjectKey, old: KubernetesObject | undefined): void {
    if (!this.#remembers(kindOf(key))) return;
    const change = { old, revision: this.#now.revision };
    const before = this.#recent.get(key);
    if (before === undefined) this.#recent.set(key, [change]);
    else before.push(change);
  }

  /** What holds every change up to a revision may be accepted from now on; `without` names what is not in it, `former` says what is in it in its former version. */
  mark(revision: number, without: Iterable<ObjectKey>, former: (key: ObjectKey) => boolean): void {
    this.#foldUntil(revision);
    const kept = new Set<ObjectKey>(without);
    // Before anything was accepted nothing is remembered: what is left out then was never accepted.
    if (!this.#anythingAccepted) for (const key of kept) this.#accepted.set(key, undefined);
    for (const key of this.#accepted.keys()) if (former(key)) kept.add(key);
    this.#kept = kept;
  }

  #foldUntil(revision: number): void {
    const recent = new Map<ObjectKey, Change[]>();
    for (const [key, changes] of this.#recent) {
      const [first] = changes;
      if (first === undefined) continue;
      if (first.revision <= revision && this.#anythingAccepted && !this.#accepted.has(key))
        this.#accepted.set(key, first.old);
      const later = changes.filter((change) => change.revision > revision);
      if (later.length > 0) recent.set(key, later);
    }
    this.#recent = recent;
  }

  /** What was marked last is accepted. Returns the former versions that count no more. */
  accept(): readonly (readonly [key: ObjectKey, former: KubernetesObject | undefined])[] {
    const kept = this.#kept;
    if (kept === undefined) return [];
    this.#kept = undefined;
    this.#anythingAccepted = true;
    const dropped = [...this.#accepted].filter(([key]) => !kept.has(key));
    for (const [key] of dropped) this.#accepted.delete(key);
    return dropped;
  }

  /** Whether an object is there, and was accepted as another one than it is now, or not at all. */
  differs(key: ObjectKey): boolean {
    return this.#override(key) !== undefined;
  }

  byKey(key: ObjectKey): KubernetesObject | undefined {
    const override = this.#override(key);
    return override === undefined ? this.#now.byKey(key) : override.former;
  }

  isUnloaded(key: ObjectKey): boolean {
    return this.#override(key) === undefined && this.#now.isUnloaded(key);
  }

  find<T extends KubernetesObject>(index: Index<T>, key: string): readonly T[] {
    const found = this.#now.find(index, key).filter((object) => !this.differs(keyOf(object)));
    const others = this.#changedOf(index.kind.kind) as readonly T[];
    return [...found, ...others.filter((object) => index.keys(object).includes(key))].sort((a, b) =>
      compareStrings(keyOf(a), keyOf(b)),
    );
  }

  /** The former versions of what has changed. */
  #changedOf(kind: string): readonly KubernetesObject[] {
    const keys = new Set([...this.#accepted.keys(), ...this.#recent.keys()]);
    return [...keys].filter((key) => kindOf(key) === kind).flatMap((key) => this.#override(key)?.former ?? []);
  }

  /** What stands in the place of an object that is there; undefined: it counts itself. */
  #override(key: ObjectKey): { readonly former: KubernetesObject | undefined } | undefined {
    const change = this.#recent.get(key)?.[0];
    if (change === undefined && !this.#accepted.has(key)) return undefined;
    const former = this.#accepted.has(key) ? this.#accepted.get(key) : change?.old;
    const now = this.#now.byKey(key);
    if (now === undefined || (former !== undefined && former.metadata.uid !== now.metadata.uid)) return undefined;
    return { former };
  }
}

function kindOf(key: ObjectKey): string {
  return key.slice(0, key.indexOf("/"));
}
