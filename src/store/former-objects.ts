import { compareStrings } from "../base/problem.ts";
import { type KubernetesObject, keyOf, type ObjectKey } from "../resources/kind.ts";
import { type Index, type ObjectReads, type ObjectStore, sameForCompiler } from "./object-store.ts";

/** undefined: there was no such object. */
interface Former {
  readonly former: KubernetesObject | undefined;
}

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
  /** What may be accepted next: without these, and with those in their former version; undefined when it was. */
  #marked: { readonly without: ReadonlySet<ObjectKey>; readonly former: ReadonlySet<ObjectKey> } | undefined;
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
  mark(revision: number, without: ReadonlySet<ObjectKey>, former: (key: ObjectKey) => boolean): void {
    this.#foldUntil(revision);
    // Not there then, not there now: what comes and goes while nothing is accepted does not add up.
    for (const [key, object] of this.#accepted)
      if (object === undefined && !this.#recent.has(key) && this.#now.byKey(key) === undefined)
        this.#accepted.delete(key);
    this.#marked = { without, former: new Set([...this.#accepted.keys()].filter(former)) };
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

  /** What was marked last is accepted. Returns the objects that may be read as another version since, with the one before. */
  accept(): ReadonlyMap<ObjectKey, KubernetesObject | undefined> {
    const changed = new Map<ObjectKey, KubernetesObject | undefined>();
    if (this.#marked === undefined) return changed;
    const { without, former } = this.#marked;
    this.#marked = undefined;
    for (const [key, object] of this.#accepted) {
      if (without.has(key) || former.has(key)) continue;
      this.#accepted.delete(key);
      changed.set(key, object);
    }
    if (this.#anythingAccepted) return changed;
    this.#anythingAccepted = true;
    // What is not in the first was never accepted.
    for (const key of without) this.#accepted.set(key, undefined);
    for (const key of [...without, ...this.#recent.keys()]) changed.set(key, this.#now.byKey(key));
    return changed;
  }

  /** Whether an object is there, and was accepted as another one than it is now, or not at all. */
  differs(key: ObjectKey): boolean {
    return this.#override(key) !== undefined;
  }

  /** Whether an object was accepted that is gone now, or another one in its place. */
  isGone(key: ObjectKey): boolean {
    const former = this.#formerOf(key)?.former;
    if (former === undefined) return false;
    const now = this.#now.byKey(key);
    return now === undefined || now.metadata.uid !== former.metadata.uid;
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
  #override(key: ObjectKey): Former | undefined {
    const accepted = this.#formerOf(key);
    const now = this.#now.byKey(key);
    if (accepted?.former === undefined) return now === undefined ? undefined : accepted;
    return now === undefined || this.isGone(key) || sameForCompiler(accepted.former, now) ? undefined : accepted;
  }

  /** As what an object was accepted that has changed since. */
  #formerOf(key: ObjectKey): Former | undefined {
    if (!this.#anythingAccepted) return undefined;
    if (this.#accepted.has(key)) return { former: this.#accepted.get(key) };
    const change = this.#recent.get(key)?.[0];
    return change === undefined ? undefined : { former: change.old };
  }
}

function kindOf(key: ObjectKey): string {
  return key.slice(0, key.indexOf("/"));
}
