import { Type } from "typebox";
import { describe, expect, it } from "vitest";
import type { Kind, KubernetesObject } from "../resources/kind.ts";
import type { Cell } from "./cell.ts";
import { Graph } from "./graph.ts";
import { type Index, ObjectStore } from "./object-store.ts";
import { Cells, type Derivation, type View, WantedCell } from "./view.ts";

interface Note extends KubernetesObject {
  readonly text?: string;
  readonly of?: string;
}

const Notes: Kind<Note> = {
  group: "",
  versions: ["v1"],
  kind: "Note",
  plural: "notes",
  namespaced: true,
  schema: Type.Any(),
};
const byOwner: Index<Note> = {
  name: "by-owner",
  kind: Notes,
  keys: (note) => (note.of === undefined ? [] : [note.of]),
};

function note(name: string, text: string, more: Partial<Note> = {}): Note {
  return { apiVersion: "v1", kind: "Note", metadata: { name, namespace: "n" }, text, ...more };
}

class Probe extends WantedCell<null> {
  readonly id: string;
  readonly #run: (view: View<null>) => void;

  constructor(cells: Cells<null>, id: string, order: number, run: (view: View<null>) => void) {
    super(cells, order);
    this.id = id;
    this.#run = run;
  }

  override evaluate(view: View<null>): void {
    this.#run(view);
  }
}

/** A cell that is wanted, and what it said each time it ran. */
function watch(read: (view: View<null>) => unknown) {
  const store = new ObjectStore([byOwner]);
  const graph = new Graph();
  store.listen({ touched: (source) => graph.touch(source) });
  const cells = new Cells(store, graph, null);
  const said: unknown[] = [];
  let cell: Cell | undefined;
  const start = () => {
    cell = new Probe(cells, "watch", 0, (view) => void said.push(read(view)));
  };
  const settle = () => {
    for (let next = graph.next(); next !== undefined; next = graph.next()) graph.refresh(next);
  };
  return { store, graph, said, start, settle, cell: () => cell! };
}

const textOf: Derivation<null, string> = {
  name: "text",
  compute: (view, name) => (view.get(Notes, "n", name)?.text ?? "none").trim(),
};

describe("recorded reads", () => {
  it("runs a reader again when an object it read changes, and only then", () => {
    const w = watch((view) => view.get(Notes, "n", "a")?.text);
    w.store.set(note("a", "one"));
    w.start();
    w.settle();
    w.store.set(note("b", "other"));
    w.settle();
    w.store.set(note("a", "two"));
    w.settle();
    expect(w.said).toEqual(["one", "two"]);
  });

  it("runs a reader again when an object it missed appears, and when it goes", () => {
    const w = watch((view) => view.get(Notes, "n", "a")?.text ?? "absent");
    w.start();
    w.settle();
    w.store.set(note("a", "here"));
    w.settle();
    w.store.delete("Note", "n", "a");
    w.settle();
    expect(w.said).toEqual(["absent", "here", "absent"]);
  });

  it("takes status and bookkeeping for no change", () => {
    const w = watch((view) => view.get(Notes, "n", "a")?.text);
    w.store.set(note("a", "one"));
    w.start();
    w.settle();
    w.store.set({
      ...note("a", "one"),
      metadata: { name: "a", namespace: "n", resourceVersion: "7", generation: 2 },
      ...{ status: { ready: true } },
    });
    w.settle();
    expect(w.said).toEqual(["one"]);
  });

  it("touches an index entry that an object leaves and the one it comes to", () => {
    const w = watch((view) => [
      view.find(byOwner, "x").map((n) => n.metadata.name),
      view.find(byOwner, "y").map((n) => n.metadata.name),
    ]);
    w.store.set(note("a", "", { of: "x" }));
    w.start();
    w.settle();
    w.store.set(note("a", "", { of: "y" }));
    w.settle();
    expect(w.said).toEqual([
      [["a"], []],
      [[], ["a"]],
    ]);
  });

  it("does not run readers of a derived value that stayed the same", () => {
    const w = watch((view) => view.derive(textOf, "a"));
    w.store.set(note("a", "one"));
    w.start();
    w.settle();
    w.store.set(note("a", " one "));
    w.settle();
    w.store.set(note("a", "two"));
    w.settle();
    expect(w.said).toEqual(["one", "two"]);
  });

  it("does not run who only handed a value on, but does run who took it", () => {
    const taken: unknown[] = [];
    const store = new ObjectStore([]);
    const graph = new Graph();
    store.listen({ touched: (source) => graph.touch(source) });
    const cells = new Cells(store, graph, null);
    let handing = 0;
    store.set(note("a", "one"));
    new Probe(cells, "hands on", 0, (view) => {
      handing++;
      const handed = view.hand(textOf, "a", true);
      if (handing === 1) new Probe(cells, "takes", 1, (later) => void taken.push(later.take(handed)));
    });
    const settle = () => {
      for (let next = graph.next(); next !== undefined; next = graph.next()) graph.refresh(next);
    };
    settle();
    store.set(note("a", "two"));
    settle();
    expect({ handing, taken }).toEqual({ handing: 1, taken: ["one", "two"] });
  });

  it("waits for what is not loaded yet, and runs again once it is", () => {
    const w = watch((view) => view.get(Notes, "n", "a")?.text ?? "nothing");
    w.store.setUnloaded(note("a", ""));
    w.start();
    w.settle();
    expect(w.cell().pending).toBe(true);
    w.store.set(note("a", "loaded"));
    w.settle();
    expect({ pending: w.cell().pending, said: w.said }).toEqual({ pending: false, said: ["nothing", "loaded"] });
  });

  it("stops waiting also when a derived value came out the same after loading", () => {
    const w = watch((view) => view.derive(textOf, "a"));
    w.store.setUnloaded(note("a", ""));
    w.start();
    w.settle();
    expect(w.cell().pending).toBe(true);
    w.store.set(note("a", "none"));
    w.settle();
    expect(w.cell().pending).toBe(false);
  });

  it("keeps loaded content while newer content is on its way", () => {
    const w = watch((view) => view.get(Notes, "n", "a")?.text ?? "nothing");
    w.store.set(note("a", "old"));
    w.start();
    w.settle();
    w.store.setUnloaded(note("a", ""));
    w.settle();
    expect(w.said).toEqual(["old"]);
  });

  it("forgets a derived value that nobody reads any more", () => {
    const w = watch((view) => (view.get(Notes, "n", "switch") === undefined ? view.derive(textOf, "a") : "off"));
    w.start();
    w.settle();
    expect(w.graph.isRead("Note/n/a")).toBe(true);
    w.store.set(note("switch", ""));
    w.settle();
    expect(w.graph.isRead("Note/n/a")).toBe(false);
  });

  it("fails at every reader of a derived value that threw, and recovers", () => {
    const broken: Derivation<null, string> = {
      name: "broken",
      compute: (view) => {
        if (view.get(Notes, "n", "a")?.text === "bad") throw new Error("boom");
        return "fine";
      },
    };
    const w = watch((view) => {
      try {
        return view.derive(broken, "");
      } catch (error) {
        return (error as Error).message;
      }
    });
    w.store.set(note("a", "bad"));
    w.start();
    w.settle();
    w.store.set(note("a", "good"));
    w.settle();
    expect(w.said).toEqual(["boom", "fine"]);
  });

  it("names a value that needs itself", () => {
    const first: Derivation<null, unknown> = { name: "first", compute: (view) => view.derive(second, "") };
    const second: Derivation<null, unknown> = { name: "second", compute: (view) => view.derive(first, "") };
    const w = watch((view) => {
      try {
        return view.derive(first, "");
      } catch (error) {
        return (error as Error).message;
      }
    });
    w.start();
    w.settle();
    expect(w.said).toEqual(["the value first() needs itself"]);
  });
});

describe("uses and looks", () => {
  const users = (read: (view: View<null>) => unknown): readonly string[] => {
    const w = watch(read);
    w.store.set(note("a", "one", { of: "x" }));
    w.start();
    w.settle();
    return [...w.graph.users(["Note/n/a"])].map((cell) => cell.id);
  };

  it("counts a value that was taken", () => {
    expect(users((view) => view.get(Notes, "n", "a"))).toEqual(["watch"]);
    expect(users((view) => view.find(byOwner, "x"))).toEqual(["watch"]);
  });

  it("counts what was taken through a derived value, or handed on as a use", () => {
    expect(users((view) => view.derive(textOf, "a")).toSorted()).toEqual(["text(a)", "watch"]);
    expect(
      users((view) => {
        view.derive(textOf, "a");
        view.hand(textOf, "a", true);
      }).toSorted(),
    ).toEqual(["text(a)", "watch"]);
  });

  it("counts an object that was named", () => {
    expect(users((view) => view.name(Notes, "n", "a"))).toEqual(["watch"]);
  });

  it("does not count looks", () => {
    expect(users((view) => view.look(Notes, "n", "a"))).toEqual([]);
    expect(users((view) => view.survey(byOwner, "x"))).toEqual([]);
    expect(users((view) => view.glance(textOf, "a"))).toEqual(["text(a)"]);
  });

  it("tells what a cell uses", () => {
    const w = watch((view) => {
      view.derive(textOf, "a");
      view.look(Notes, "n", "b");
    });
    w.store.set(note("a", "one"));
    w.store.set(note("b", "two"));
    w.start();
    w.settle();
    expect([...w.graph.uses(w.cell())]).toEqual(["Note/n/a"]);
  });
});
