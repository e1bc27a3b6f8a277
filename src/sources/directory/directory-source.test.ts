import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { systemClock } from "../../base/clock.ts";
import { silentLog } from "../../base/log.ts";
import { ManualClock } from "../../base/manual-clock.ts";
import { type KubernetesObject, keyOf } from "../../resources/kind.ts";
import type { ObjectSink } from "../sink.ts";
import { DirectorySource } from "./directory-source.ts";
import { systemFiles } from "./files.ts";
import { MemoryFiles } from "./memory-files.ts";
import type { ObjectSet } from "./object-set.ts";

const service = (name: string, host = "h") =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {externalName: ${host}}\n---\n`;

/** Writes down what it is told, and holds what a store would. */
class Recording implements ObjectSink {
  readonly calls: string[] = [];
  readonly held = new Map<string, KubernetesObject>();

  set(object: KubernetesObject): void {
    this.calls.push(`set ${keyOf(object)}`);
    this.held.set(keyOf(object), object);
  }

  setUnloaded(object: KubernetesObject): void {
    throw new Error(`files have everything, also of ${keyOf(object)}`);
  }

  delete(kind: string, namespace: string, name: string): void {
    this.calls.push(`delete ${kind}/${namespace}/${name}`);
    this.held.delete(`${kind}/${namespace}/${name}`);
  }

  replace(kind: string, objects: readonly KubernetesObject[]): void {
    this.calls.push(`replace ${kind} ${objects.length}`);
    for (const object of objects) this.held.set(keyOf(object), object);
  }
}

async function started(texts: Readonly<Record<string, string>>, paths: readonly string[] = ["m"], deaf = false) {
  const files = new MemoryFiles();
  files.deaf = deaf;
  for (const [path, text] of Object.entries(texts)) files.write(path, text);
  const clock = new ManualClock();
  const sink = new Recording();
  const read: ObjectSet[] = [];
  const source = new DirectorySource({
    files,
    paths,
    sink,
    clock,
    log: silentLog,
    defaults: false,
    onRead: (set) => read.push(set),
  });
  await source.load();
  await source.watch();
  const first = sink.calls.splice(0);
  return { files, clock, sink, read, source, first };
}

describe("following files", () => {
  it("gives every kind once, also those of which there is none", async () => {
    const { first, sink } = await started({ "m/a.yaml": service("a") });
    expect(first).toContain("replace Service 1");
    expect(first).toContain("replace HTTPRoute 0");
    expect([...sink.held.keys()]).toEqual(["Service//a"]);
  });

  it("tells only what changed, once files have been left alone for a moment", async () => {
    const { files, clock, sink, read } = await started({
      "m/a.yaml": service("a") + service("b"),
      "m/c.yaml": service("c"),
    });
    files.write("m/a.yaml", service("b", "new") + service("d"));
    files.tell();
    await clock.advance(90);
    files.tell();
    await clock.advance(90);
    expect(sink.calls).toEqual([]);
    await clock.advance(100);
    expect(sink.calls).toEqual(["delete Service//a", "set Service//b", "set Service//d"]);
    expect(read).toHaveLength(2);
  });

  it("reads again after a second though files never come to rest", async () => {
    const { files, clock, sink } = await started({ "m/a.yaml": service("a") });
    files.write("m/a.yaml", service("b"));
    for (let i = 0; i < 22; i++) {
      files.tell();
      await clock.advance(50);
    }
    expect(sink.calls).toEqual(["delete Service//a", "set Service//b"]);
  });

  it("does not take half of a file that is being written", async () => {
    const { files, clock, sink } = await started({ "m/a.yaml": service("a") + service("b") });
    files.write("m/a.yaml", "");
    files.tell();
    await clock.advance(120);
    files.write("m/a.yaml", service("a") + service("c"));
    await clock.advance(200);
    expect(sink.calls).toEqual(["delete Service//b", "set Service//c"]);
  });

  it("keeps what a file held while it has a mistake, and says so", async () => {
    const { files, clock, sink, read } = await started({ "m/a.yaml": service("a") + service("b") });
    files.write("m/a.yaml", `${service("a", "new")}kind: [\n`);
    files.tell();
    await clock.advance(300);
    expect(sink.calls.splice(0)).toEqual(["set Service//a"]);
    expect(read.at(-1)?.problems.map((problem) => problem.code)).toEqual(["document-malformed", "file-kept"]);
    // Somebody moves the object elsewhere meanwhile: the former one gives way without a word.
    files.write("m/0.yaml", service("b", "moved"));
    files.tell();
    await clock.advance(300);
    expect(sink.calls.splice(0)).toEqual(["set Service//b"]);
    expect(read.at(-1)?.problems.map((problem) => problem.code)).toEqual(["document-malformed", "file-kept"]);
    files.remove("m/0.yaml");
    files.write("m/a.yaml", service("a", "newer"));
    files.tell();
    await clock.advance(300);
    expect(sink.calls.splice(0)).toEqual(["delete Service//b", "set Service//a"]);
    expect(read.at(-1)?.problems).toEqual([]);
  });

  it("keeps what a file or a folder held that cannot be read, but not what was deleted", async () => {
    const { files, clock, sink, read } = await started(
      { "m/a.yaml": service("a"), "m/b.yaml": service("b"), "n/c.yaml": service("c") },
      ["m", "n"],
    );
    files.forbid("m/a.yaml");
    files.forbid("n");
    files.remove("m/b.yaml");
    files.tell();
    await clock.advance(300);
    expect(sink.calls.splice(0)).toEqual(["delete Service//b"]);
    expect(read.at(-1)?.problems.map((problem) => problem.code)).toContain("file-unreadable");
    files.forbid("n", false);
    files.remove("n/c.yaml");
    files.write("n/d.yaml", service("d"));
    files.tell();
    await clock.advance(300);
    expect(sink.calls).toEqual(["delete Service//c", "set Service//d"]);
  });

  it("looks by itself where nobody tells", async () => {
    const { files, clock, sink } = await started({ "m/a.yaml": service("a") }, ["m"], true);
    files.write("m/b.yaml", service("b"));
    await clock.advance(2_400);
    expect(sink.calls).toEqual(["set Service//b"]);
  });

  it("reads standard input once", async () => {
    const { files, clock, sink } = await started({ "-": service("in"), "m/a.yaml": service("a") }, ["-", "m"]);
    files.write("-", "");
    files.write("m/a.yaml", service("b"));
    files.tell();
    await clock.advance(300);
    expect(sink.calls).toEqual(["delete Service//a", "set Service//b"]);
  });

  it("leaves nothing behind when it is closed", async () => {
    const { files, clock, sink, source } = await started({ "m/a.yaml": service("a") });
    files.write("m/a.yaml", service("b"));
    files.tell();
    source.close();
    expect(clock.pending).toBe(0);
    expect(files.watched).toEqual([]);
    await clock.advance(60_000);
    expect(sink.calls).toEqual([]);
  });
});

it("follows real files, through the ways editors write", async () => {
  const folder = await mkdtemp(join(tmpdir(), "manifests-"));
  const alone = await mkdtemp(join(tmpdir(), "manifest-"));
  await writeFile(join(folder, "a.yaml"), service("a"));
  await writeFile(join(alone, "one.yaml"), service("one"));
  const sink = new Recording();
  const source = new DirectorySource({
    files: systemFiles,
    paths: [folder, join(alone, "one.yaml")],
    sink,
    clock: systemClock,
    log: silentLog,
    defaults: true,
  });
  const held = () => [...sink.held.keys()].sort();
  try {
    await source.load();
    expect(held()).toEqual(["Service//a", "Service//one"]);
    await source.watch();
    // In place; as a new file; and by putting another in its place, as vim and ConfigMap mounts do.
    await writeFile(join(folder, "a.yaml"), service("b"));
    await writeFile(join(folder, "c.yaml"), service("c"));
    await writeFile(join(alone, ".one.yaml.tmp"), service("two"));
    await rename(join(alone, ".one.yaml.tmp"), join(alone, "one.yaml"));
    await vi.waitFor(() => expect(held()).toEqual(["Service//b", "Service//c", "Service//two"]), 15_000);
    await rm(join(folder, "c.yaml"));
    await vi.waitFor(() => expect(held()).toEqual(["Service//b", "Service//two"]), 15_000);
  } finally {
    source.close();
    await rm(folder, { recursive: true });
    await rm(alone, { recursive: true });
  }
}, 40_000);
