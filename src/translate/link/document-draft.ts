import { canonicalJson } from "../../base/canonical-json.ts";
import { deepEqual } from "../../base/equal.ts";
import { compareStrings } from "../../base/problem.ts";
import type { LinkedEntity } from "./rule.ts";

/** KIC's order within these sections is descending; consumers and custom entities ascend (spec: ingress §13, kong-crds §10). */
const DESCENDING: ReadonlySet<string> = new Set([
  "services",
  "upstreams",
  "certificates",
  "ca_certificates",
  "consumer_groups",
  "plugins",
  "licenses",
  "vaults",
]);

interface Section {
  sorted: LinkedEntity[];
  readonly removed: Set<LinkedEntity>;
  readonly added: Set<LinkedEntity>;
}

/** The entities of a document in their order, kept up to date change by change. */
export class DocumentDraft {
  readonly #sections = new Map<string, Section>();

  /** Puts new entities in the place of former ones; returns those now held, which are the former ones where they are equal (their encoded form is kept). */
  replace(before: readonly LinkedEntity[], now: readonly LinkedEntity[]): readonly LinkedEntity[] {
    if (before.length === 0 && now.length === 0) return now;
    const former = new Map<string, LinkedEntity>();
    for (const entity of before) former.set(`${entity.section} ${entity.sort}`, entity);
    const kept = new Set<LinkedEntity>();
    const held = now.map((entity) => {
      const id = `${entity.section} ${entity.sort}`;
      const old = former.get(id);
      if (old !== undefined && !kept.has(old) && (old === entity || deepEqual(old, entity))) {
        kept.add(old);
        return old;
      }
      this.#add(entity);
      return entity;
    });
    for (const entity of before) if (!kept.has(entity)) this.#remove(entity);
    return held;
  }

  #add(entity: LinkedEntity): void {
    const section = this.#section(entity.section);
    if (!section.removed.delete(entity)) section.added.add(entity);
  }

  #remove(entity: LinkedEntity): void {
    const section = this.#section(entity.section);
    if (!section.added.delete(entity)) section.removed.add(entity);
  }

  #section(name: string): Section {
    let section = this.#sections.get(name);
    if (section === undefined) {
      section = { sorted: [], removed: new Set(), added: new Set() };
      this.#sections.set(name, section);
    }
    return section;
  }

  /** Names of the sections that hold anything, sorted. */
  names(): readonly string[] {
    return [...this.#sections.keys()].filter((name) => this.entities(name).length > 0).sort(compareStrings);
  }

  /** The entities of a section in order: by `sort`, then by content, so that equal sets give equal documents. */
  entities(name: string): readonly LinkedEntity[] {
    const section = this.#sections.get(name);
    if (section === undefined) return [];
    if (section.removed.size > 0 || section.added.size > 0) {
      const direction = DESCENDING.has(name) ? -1 : 1;
      const compare = (a: LinkedEntity, b: LinkedEntity) =>
        direction * compareStrings(a.sort, b.sort) || compareStrings(canonicalJson(a.value), canonicalJson(b.value));
      const added = [...section.added].sort(compare);
      const merged: LinkedEntity[] = [];
      let next = 0;
      for (const entity of section.sorted) {
        if (section.removed.has(entity)) continue;
        while (next < added.length && compare(added[next]!, entity) < 0) merged.push(added[next++]!);
        merged.push(entity);
      }
      while (next < added.length) merged.push(added[next++]!);
      section.sorted = merged;
      section.removed.clear();
      section.added.clear();
    }
    return section.sorted;
  }
}
