import { Type } from "typebox";
import { expect, test } from "vitest";
import type { Kind, KubernetesObject } from "../resources/kind.ts";
import { FormerObjects } from "./former-objects.ts";
import { type Index, ObjectStore } from "./object-store.ts";

interface Note extends KubernetesObject {
  readonly text?: string;
}

const Notes: Kind<Note> = {
  group: "",
  versions: ["v1"],
  kind: "Note",
  plural: "notes",
  namespaced: true,
  schema: Type.Any(),
};
const byText: Index<Note> = {
  name: "by-text",
  kind: Notes,
  keys: ({ text }) => (text === undefined ? [] : [text]),
};

function note(name: string, text: string, uid = name): Note {
  return { apiVersion: "v1", kind: "Note", metadata: { name, namespace: "n", uid }, text };
}

const NONE: ReadonlySet<string> = new Set();

class Rig {
  readonly store = new ObjectStore([byText]);
  readonly former = new FormerObjects(this.store, (kind) => kind === "Note");

  constructor(...objects: readonly Note[]) {
    this.store.listen({ touched: () => undefined, changed: (key, old) => this.former.changed(key, old) });
    this.set(...objects);
    this.mark();
    this.former.accept();
  }

  set(...objects: readonly Note[]): void {
    for (const object of objects) this.store.set(object);
  }

  mark(without = NONE, former = NONE): void {
    this.former.mark(this.store.revision, without, (key) => former.has(key));
  }

  text(name: string): string | undefined {
    return (this.former.byKey(`Note/n/${name}`) as Note | undefined)?.text;
  }

  with(text: string): readonly string[] {
    return this.former.find(byText, text).map(({ metadata }) => metadata.name);
  }
}

test("what changed is read as it was accepted, by its name and in indexes, until something newer is", () => {
  const rig = new Rig(note("a", "one"), note("b", "one"));
  const { former } = rig;
  rig.set(note("a", "two"), note("c", "one"));
  rig.set(note("a", "three"));
  expect([rig.text("a"), rig.text("b"), rig.text("c")]).toEqual(["one", "one", undefined]);
  expect([rig.with("one"), rig.with("three")]).toEqual([["a", "b"], []]);
  expect(["a", "b", "c"].map((name) => former.differs(`Note/n/${name}`))).toEqual([true, false, true]);
  rig.mark();
  rig.set(note("a", "four"));
  expect(rig.text("a")).toBe("one");
  expect([...former.accept().keys()]).toEqual(["Note/n/a", "Note/n/c"]);
  // Accepted was what had been marked.
  expect([rig.text("a"), rig.text("c"), rig.with("one")]).toEqual(["three", "one", ["b", "c"]]);
  expect(former.accept().size).toBe(0);
});

test("what is not in it, or is in it in its former version, is not accepted with the rest", () => {
  const rig = new Rig(note("a", "one"), note("b", "one"), note("c", "one"));
  rig.set(note("a", "two"), note("b", "two"), note("c", "two"), note("d", "two"));
  rig.mark(new Set(["Note/n/a", "Note/n/d"]), new Set(["Note/n/b"]));
  rig.former.accept();
  expect(["a", "b", "c", "d"].map((name) => rig.text(name))).toEqual(["one", "one", "two", undefined]);
});

test("what is gone is gone, and what came in its place is another", () => {
  const rig = new Rig(note("a", "one"), note("b", "one"));
  rig.set(note("a", "two"), note("b", "two"));
  rig.store.delete("Note", "n", "a");
  rig.store.delete("Note", "n", "b");
  rig.set(note("b", "three", "another"));
  expect([rig.text("a"), rig.text("b"), rig.with("one"), rig.with("three")]).toEqual([undefined, "three", [], ["b"]]);
  expect(["a", "b", "c"].map((name) => rig.former.isGone(`Note/n/${name}`))).toEqual([true, true, false]);
});

test("what is as it was again differs in nothing", () => {
  const rig = new Rig(note("a", "one"));
  rig.set(note("a", "two"), note("a", "one"));
  expect(rig.former.differs("Note/n/a")).toBe(false);
});

test("content that was let go is held, and what was never read has no former version", () => {
  const rig = new Rig(note("a", "secret"));
  const { text: _, ...metadata } = note("a", "");
  rig.store.delete("Note", "n", "a");
  rig.store.setUnloaded(metadata);
  expect(rig.text("a")).toBe("secret");
  expect(rig.former.isUnloaded("Note/n/a")).toBe(false);
  rig.mark();
  rig.former.accept();
  expect(rig.former.isUnloaded("Note/n/a")).toBe(true);
  rig.set(note("a", "read"));
  expect([rig.text("a"), rig.former.differs("Note/n/a")]).toEqual(["read", false]);
});

test("before anything was accepted everything is as it is now; what was left out of the first was never accepted", () => {
  const store = new ObjectStore([byText]);
  const former = new FormerObjects(store, () => true);
  store.listen({ touched: () => undefined, changed: (key, old) => former.changed(key, old) });
  store.set(note("a", "one"));
  store.set(note("a", "two"));
  expect(former.differs("Note/n/a")).toBe(false);
  former.mark(store.revision, new Set(["Note/n/a"]), () => false);
  expect(former.differs("Note/n/a")).toBe(false);
  expect([...former.accept().keys()]).toEqual(["Note/n/a"]);
  expect(former.byKey("Note/n/a")).toBeUndefined();
});
