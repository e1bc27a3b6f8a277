import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ManualClock } from "../../base/manual-clock.ts";
import { formatProblem, mergeProblems } from "../../base/problem.ts";
import { Slices } from "../../base/slices.ts";
import { keyOf } from "../../resources/kind.ts";
import { MemoryFiles } from "./memory-files.ts";
import { type ObjectSet, readObjects } from "./object-set.ts";

const service = (name: string, extra = "") => `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\n${extra}`;

async function read(
  texts: Readonly<Record<string, string | Uint8Array>>,
  paths: readonly string[] = ["m"],
  defaults = false,
): Promise<ObjectSet> {
  const files = new MemoryFiles();
  for (const [path, text] of Object.entries(texts)) files.write(path, text);
  return readObjects(files, paths, { defaults }, new Slices(new ManualClock()));
}

const keys = (set: ObjectSet) => set.objects.map(keyOf);
const lines = (set: ObjectSet) => set.problems.map(formatProblem);

describe("what paths stand for", () => {
  it("a folder is every manifest in it and below, in the order of names; hidden ones are left out", async () => {
    const set = await read({
      "m/b.yml": service("b"),
      "m/a/z.yaml": service("z"),
      "m/a.yaml": service("a"),
      "m/c.JSON": JSON.stringify({ apiVersion: "v1", kind: "Service", metadata: { name: "c" } }),
      "m/readme.md": "# no: manifest: at all",
      "m/..data/a.yaml": service("a"),
      "m/.b.yml.swp": "junk: [",
    });
    expect(keys(set)).toEqual(["Service//z", "Service//a", "Service//b", "Service//c"]);
    expect(set.problems).toEqual([]);
  });

  it("a file is itself, whatever its name; a dash is standard input; a path named twice counts once", async () => {
    const set = await read({ "m/x.txt": service("x"), "-": service("in") }, ["m/x.txt", "-", "m/x.txt"]);
    expect(keys(set)).toEqual(["Service//x", "Service//in"]);
    expect(set.problems).toEqual([]);
  });

  it("what cannot be read is a problem", async () => {
    const set = await read({ "m/a.yaml": service("a"), "m/b.yaml": new Uint8Array([0x61, 0xff, 0xfe]) }, [
      "m",
      "gone.yaml",
    ]);
    expect(keys(set)).toEqual(["Service//a"]);
    expect(lines(set)).toEqual([
      expect.stringContaining("error: File m/b.yaml: cannot be read: it is not UTF-8 text"),
      expect.stringContaining("error: File gone.yaml: cannot be read: ENOENT"),
    ]);
  });
});

describe("documents", () => {
  it("a broken one is a problem with file and line, and hides no other", async () => {
    const set = await read({
      "m/a.yaml": `${service("a")}---\nkind: [\n---\n${service("b")}---\n- 1\n---\njust text\n---\nkind: Service\n`,
    });
    expect(keys(set)).toEqual(["Service//a", "Service//b"]);
    expect(lines(set)).toEqual([
      expect.stringMatching(/^m\/a\.yaml:[56]: error: File m\/a\.yaml: .*\[document-malformed]$/),
      expect.stringMatching(/^m\/a\.yaml:11: error: .*a document is no Kubernetes object/),
      expect.stringMatching(/^m\/a\.yaml:13: error: .*a document is no Kubernetes object/),
      expect.stringMatching(/^m\/a\.yaml:15: error: .*a document is no Kubernetes object/),
    ]);
  });

  it("two that are broken in the same way are two problems", async () => {
    const set = await read({ "m/a.yaml": "a: @x\n---\na: @x\n" });
    expect(mergeProblems(set.problems).map((problem) => problem.file?.line)).toEqual([1, 3]);
  });

  it("an object with a wrong type is a problem at its line, and is not handed on", async () => {
    const set = await read({
      "m/a.yaml": `# comment\n---\n${service("a", "spec:\n  ports:\n  - port: x\n")}---\n${service("on")}`,
    });
    expect(keys(set)).toEqual([]);
    expect(lines(set)).toEqual([
      "m/a.yaml:8: error: Service a spec.ports[0].port: must be an integer, but is a string [object-malformed]",
      expect.stringContaining("m/a.yaml:12: error: Service true metadata.name: must be a string, but is true or false"),
    ]);
  });

  it("lists are taken apart, also those whose items do not say what they are, and lists of lists", async () => {
    const list = {
      apiVersion: "v1",
      kind: "List",
      items: [
        { apiVersion: "v1", kind: "Service", metadata: { name: "a" } },
        {
          apiVersion: "networking.k8s.io/v1",
          kind: "IngressList",
          items: [{ metadata: { name: "i", namespace: "n" } }, 7],
        },
        { apiVersion: "v1", kind: "ServiceList", items: null },
        { apiVersion: "v1", kind: "ServiceList", items: {} },
      ],
    };
    const set = await read({ "m/a.json": JSON.stringify(list, null, 1) });
    expect(keys(set)).toEqual(["Service//a", "Ingress/n/i"]);
    expect(set.objects[1]).toMatchObject({ apiVersion: "networking.k8s.io/v1", kind: "Ingress" });
    expect(lines(set)).toEqual([
      expect.stringMatching(/^m\/a\.json:\d+: error: .*an item of a list is no Kubernetes object/),
      expect.stringMatching(/^m\/a\.json:\d+: error: .*items are none/),
    ]);
  });

  it("kinds of others are counted; what looks like a slip is a problem", async () => {
    const other = (apiVersion: string, kind: string) =>
      `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: x}\n`;
    const set = await read({
      "m/a.yaml": [
        other("apps/v1", "Deployment"),
        other("apps/v1", "Deployment"),
        other("serving.knative.dev/v1", "Service"),
        other("v1", "ServiceAccount"),
        other("configuration.konghq.com/v1alpha1", "KongRoute"),
        other("networking.k8s.io/v1beta1", "Ingress"),
        other("extensions/v1beta1", "Ingress"),
        other("configuration.konghq.com/v1", "KongPlugins"),
        other("v1", "Ingress"),
        other("gateway.networking.k8s.io/v1", "HttpRoute"),
      ].join("---\n"),
    });
    expect(set.objects).toEqual([]);
    expect(Object.fromEntries(set.ignored)).toEqual({
      "apps/v1 Deployment": 2,
      "serving.knative.dev/v1 Service": 1,
      "v1 ServiceAccount": 1,
      "configuration.konghq.com/v1alpha1 KongRoute": 1,
    });
    expect(lines(set).map((line) => line.replace(/^m\/a.yaml:\d+: error: /, ""))).toEqual([
      "Ingress x: Ingress is read at networking.k8s.io/v1, not at networking.k8s.io/v1beta1 [kind-unknown]",
      "Ingress x: Ingress is read at networking.k8s.io/v1, not at extensions/v1beta1 [kind-unknown]",
      "KongPlugins x: there is no kind KongPlugins in configuration.konghq.com/v1; is KongPlugin meant? [kind-unknown]",
      "Ingress x: Ingress is read at networking.k8s.io/v1, not at v1 [kind-unknown]",
      "HttpRoute x: there is no kind HttpRoute in gateway.networking.k8s.io/v1; is HTTPRoute meant? [kind-unknown]",
    ]);
  });
});

describe("objects", () => {
  it("of one name: the last counts, and both places are said", async () => {
    const set = await read({
      "m/a.yaml": service("a", "spec: {externalName: one}\n"),
      "m/b.yaml": `---\n${service("a", "spec: {externalName: two}\n")}`,
    });
    expect(set.objects).toMatchObject([{ spec: { externalName: "two" } }]);
    expect(lines(set)).toEqual([
      "m/b.yaml:2: warning: Service a: Service a stands at m/a.yaml:1 too; the last one counts [object-twice]",
    ]);
  });

  it("get the API server's defaults if asked for, and Secrets their plain text in any case", async () => {
    const text = `${service("a", "spec: {ports: [{port: 80}]}\n")}---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {k: v}\n`;
    expect((await read({ "m/a.yaml": text }, ["m"], true)).objects).toMatchObject([
      { spec: { type: "ClusterIP", ports: [{ port: 80, targetPort: 80, protocol: "TCP" }] } },
      { type: "Opaque", data: { k: "dg==" } },
    ]);
    const plain = (await read({ "m/a.yaml": text })).objects;
    expect(plain).toMatchObject([{ spec: { ports: [{ port: 80 }] } }, { data: { k: "dg==" } }]);
    expect(plain[1]).not.toHaveProperty("stringData");
  });

  it("need a name; a namespace counts only where there are namespaces, and none is made up", async () => {
    const set = await read({
      "m/a.yaml": `${service('""')}---\napiVersion: configuration.konghq.com/v1\nkind: KongClusterPlugin\nmetadata: {name: p, namespace: shop}\nplugin: cors\n---\n${service("a")}`,
    });
    expect(keys(set)).toEqual(["KongClusterPlugin//p", "Service//a"]);
    expect(set.objects.map((object) => Object.keys(object.metadata))).toEqual([["name"], ["name"]]);
    expect(lines(set)).toEqual([expect.stringContaining("m/a.yaml:3: error: Service  metadata.name: is required")]);
  });

  it("are found again for problems that come later", async () => {
    const set = await read({ "m/a.yaml": `---\n${service("a", "spec:\n  ports:\n  - port: 80\n")}` });
    const problem = {
      code: "x",
      severity: "warning",
      object: { group: "", version: "v1", kind: "Service", namespace: "", name: "a" },
      message: "m",
    } as const;
    expect(set.place({ ...problem, path: "spec.ports[0].port" }).file).toEqual({
      name: "m/a.yaml",
      line: 7,
      column: 5,
    });
    expect(set.place(problem).file).toEqual({ name: "m/a.yaml", line: 2, column: 1 });
    expect(set.place({ ...problem, object: { ...problem.object, name: "b" } }).file).toBeUndefined();
  });
});

it("no text whatever throws", async () => {
  const part = fc.constantFrom(
    "apiVersion: v1\n",
    "kind: Service\n",
    "kind: List\n",
    "items:\n",
    "- ",
    "metadata: {name: a}\n",
    "metadata:\n",
    "  name: x\n",
    "---\n",
    "spec: ",
    "[",
    "}",
    "&a *a\n",
    "kind: {}\n",
    "stringData: {a: 1}\n",
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ weight: 8, arbitrary: part }, { weight: 1, arbitrary: fc.string() })),
      async (parts) => {
        const set = await read({ "m/a.yaml": parts.join("") });
        for (const problem of set.problems) expect(problem.file?.line ?? 1).toBeGreaterThan(0);
      },
    ),
    { numRuns: 300 },
  );
});
