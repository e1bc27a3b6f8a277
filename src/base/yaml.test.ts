import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseYaml, type YamlDocument } from "./yaml.ts";
import { YamlPlaces } from "./yaml-places.ts";
import type { YamlOptions } from "./yaml-values.ts";

function only(text: string, options?: YamlOptions): YamlDocument {
  const [document, ...more] = parseYaml(text, options);
  expect(more).toEqual([]);
  if (document === undefined) throw new Error("no document");
  return document;
}

function value(text: string): unknown {
  const document = only(text);
  if (document.error !== undefined) throw new Error(document.error.message);
  return document.value;
}

function mistake(text: string): { readonly line: number; readonly message: string } | undefined {
  return only(text).error;
}

describe("plain scalars, as sigs.k8s.io/yaml 1.6 reads them", () => {
  it.each<[string, unknown]>([
    ["y", true],
    ["yes", true],
    ["On", true],
    ["TRUE", true],
    ["n", false],
    ["NO", false],
    ["off", false],
    ["yEs", "yEs"],
    ["tRue", "tRue"],
    ["~", null],
    ["Null", null],
    ["nULL", "nULL"],
    ["017", 15],
    ["0o17", 15],
    ["0O17", 15],
    ["-017", -15],
    ["08", 8],
    ["0x1F", 31],
    ["-0x1f", -31],
    ["0b101", 5],
    ["0b2", "0b2"],
    ["0x", "0x"],
    ["+12", 12],
    ["1_000", 1000],
    ["_1", "_1"],
    ["1_", 1],
    ["1e3", 1000],
    [".5", 0.5],
    [".1_0", 0.1],
    ["+.5", 0.5],
    ["1.", 1],
    [".e1", ".e1"],
    ["1e", "1e"],
    ["1e400", "1e400"],
    ["1:30", "1:30"],
    ["12:30:45", "12:30:45"],
    ["2001-12-14", "2001-12-14"],
    ["2001-12-14t21:59:43.10-05:00", "2001-12-14t21:59:43.10-05:00"],
    ["9223372036854775808", 2 ** 63],
    ["18446744073709551615", 2 ** 64],
    ["100000000000000000000", 1e20],
    ["0x10000000000000000", "0x10000000000000000"],
    ["0777777777777777777777777", 7.777777777777778e23],
    ["=", "="],
    ["<<", "<<"],
    ["1,000", "1,000"],
    ["nan", "nan"],
    ["Inf", "Inf"],
    ["+", "+"],
    ["1-2", "1-2"],
  ])("%s", (text, meant) => {
    expect(value(`a: ${text}\n`)).toEqual({ a: meant });
  });

  it.each<[string, unknown]>([
    ['"on"', "on"],
    ["'017'", "017"],
    ["!!str yes", "yes"],
    ["!!str", ""],
    ['!!int "3"', 3],
    ["!!bool yes", true],
    ["!!null ''", null],
    ["!!binary aGk=", "hi"],
    ["! 12", "12"],
    ["!foo 12", "12"],
    ["!!timestamp 2001-12-14", "2001-12-14"],
  ])("%s, quoted or tagged", (text, meant) => {
    expect(value(`a: ${text}\n`)).toEqual({ a: meant });
  });

  it.each([".inf", "-.INF", "+.inf", ".NaN"])("%s has no JSON form", (text) => {
    expect(mistake(`b: 1\na: ${text}\n`)).toMatchObject({ line: 2 });
  });
});

describe("keys", () => {
  it.each([
    ["on: x", "true"],
    ["n: x", "false"],
    ["1: x", "1"],
    ["017: x", "15"],
    ["0x1e: x", "30"],
    ["1.5: x", "1.5"],
    ["3.0: x", "3"],
    ["1e3: x", "1000"],
    ["1e6: x", "1e+06"],
    ["123456789.0: x", "1.2345679e+08"],
    ["0.00001: x", "1e-05"],
    ["1e20: x", "1e+20"],
    ["2001-01-01: x", "2001-01-01"],
    ["? k\n: x", "k"],
  ])("%j", (text, key) => {
    expect(value(text)).toEqual({ [key]: "x" });
  });

  it("__proto__ and constructor are only keys", () => {
    const parsed = value("__proto__: {x: 1}\nconstructor: 2\n") as Record<string, unknown>;
    expect(Object.keys(parsed)).toEqual(["__proto__", "constructor"]);
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
    expect(JSON.stringify(parsed)).toBe('{"__proto__":{"x":1},"constructor":2}');
  });

  it("a key that stands twice is a mistake, with its line", () => {
    expect(mistake("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n")).toEqual({
      line: 5,
      column: 3,
      message: 'the key "c" stands twice in one map',
    });
    expect(mistake("yes: 1\ntrue: 2\n")).toMatchObject({ line: 2 });
    expect(only("a: 1\na: 2\n", { duplicates: "last" })).toEqual({ line: 1, value: { a: 2 } });
  });

  it.each(["~: a", "[a]: 1", "{a: 1}: 2"])("%s is no key", (text) => {
    expect(mistake(text)).toMatchObject({ line: 1 });
  });
});

describe("merge keys, anchors and aliases", () => {
  it("fill in what is not there, wherever they stand", () => {
    expect(value("a: &x {b: 1, d: 3}\nc:\n  b: 2\n  <<: *x\n")).toEqual({ a: { b: 1, d: 3 }, c: { b: 2, d: 3 } });
    expect(value("c:\n  <<: [{a: 1}, {a: 2, b: 3}]\n")).toEqual({ c: { a: 1, b: 3 } });
    expect(value("a: &x [1]\nb: *x\n")).toEqual({ a: [1], b: [1] });
    expect(value('"<<": {a: 1}\n')).toEqual({ "<<": { a: 1 } });
  });

  it.each([
    ["<<: 1", "<<"],
    ["a: *b", "no anchor named b"],
    ["a: &x [*x]", "contains itself"],
  ])("%s is a mistake", (text, words) => {
    expect(mistake(text)?.message).toContain(words);
  });

  it("aliases cannot make a small text huge", () => {
    let text = "l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (let i = 1; i < 12; i++)
      text += `l${i}: &l${i} [${Array(10)
        .fill(`*l${i - 1}`)
        .join(", ")}]\n`;
    expect(mistake(text)?.message).toContain("too many values");
  });
});

describe("documents", () => {
  it("know where they begin, and a broken one hides no other", () => {
    const documents = parseYaml("# first\na: 1\n---\nb: [1,\n---\n---\n# none\n---\n\nc: 3\n--- {d: 4}\n");
    expect(documents.map((document) => [document.line, document.error === undefined])).toEqual([
      [2, true],
      [4, false],
      [10, true],
      [11, true],
    ]);
    expect(documents[1]?.error?.line).toBeGreaterThanOrEqual(4);
  });

  it("an unclosed quote does not swallow the next document", () => {
    expect(parseYaml('a: "x\n---\nb: 2\n').map((document) => document.error === undefined)).toEqual([false, true]);
  });

  it("may have directives and an end marker", () => {
    expect(parseYaml("%YAML 1.1\n---\na: yes\n...\n---\nb: 1\n").map((d) => ("value" in d ? d.value : d))).toEqual([
      { a: true },
      { b: 1 },
    ]);
  });

  it("may be JSON", () => {
    expect(parseYaml('\n {"a": [1, {"b": null}]}')).toEqual([{ line: 2, value: { a: [1, { b: null }] } }]);
    expect(parseYaml("[1, on]")).toEqual([{ line: 1, value: [1, true] }]);
    expect(parseYaml("\uFEFF{}")).toEqual([{ line: 1, value: {} }]);
  });

  it("none in an empty text", () => {
    expect(parseYaml("")).toEqual([]);
    expect(parseYaml("# nothing\n---\n\n---\n")).toEqual([]);
  });

  it("a block text keeps only the line breaks that it has", () => {
    expect(value("a: |\n  12\n")).toEqual({ a: "12\n" });
    expect(value("a: |\n  12")).toEqual({ a: "12" });
    expect(value("a: |-\n  12\n  x\n")).toEqual({ a: "12\nx" });
  });

  it.each([
    ["\ta: 1", "tab"],
    ["a: b: c", "two keys"],
    ['a: "\\q"', "backslash"],
    ["a: @x", "quotes"],
    ["a: {b: c", "bracket"],
    ["a: !!int x", "number"],
    ["a: !!binary '%'", "base64"],
  ])("%j is a mistake", (text, words) => {
    expect(mistake(text)?.message).toContain(words);
  });

  it("no mistake quotes the text, which may be secret", () => {
    for (const text of ['a: "canary\nb: 1', "a: canary: canary", "- canary\ncanary: 1", "a: *canary2 canary"]) {
      expect(mistake(text)?.message.replace("canary2", "")).not.toContain("canary");
    }
  });

  it.each([
    ["brackets", `${"[".repeat(20_000)}`],
    ["closed brackets", `a: ${"[".repeat(600)}${"]".repeat(600)}`],
    ["JSON", `${"[".repeat(20_000)}${"]".repeat(20_000)}`],
    ["blocks", Array.from({ length: 700 }, (_, i) => `${" ".repeat(i)}a:\n`).join("")],
  ])("nesting without end is a mistake: %s", (_, text) => {
    expect(mistake(text)).toBeDefined();
  });
});

describe("places of fields", () => {
  const text =
    "---\na: 1\n---\nspec:\n  rules:\n  - host: x\n    http:\n      paths: &p\n      - path: /\n  - http: {paths: *p}\n";
  it.each([
    [["spec"], 4, 1, true],
    [["spec", "rules", 0, "http", "paths", 0, "path"], 9, 9, true],
    [["spec", "rules", 1, "http"], 10, 5, true],
    [["spec", "rules", 1, "http", "paths", 0, "path"], 9, 9, true],
    [["spec", "rules", 0, "missing", "deeper"], 6, 5, false],
    [["spec", "rules", 7], 5, 3, false],
    [[], 4, 1, true],
  ] as const)("%j", (path, line, column, whole) => {
    expect(new YamlPlaces(text).find(4, path)).toEqual({ line, column, whole });
  });

  it("one question after the other, of any document", () => {
    const places = new YamlPlaces(text);
    expect(places.find(4, ["spec", "rules"])).toMatchObject({ line: 5 });
    expect(places.find(2, ["a"])).toMatchObject({ line: 2 });
    expect(places.find(4, ["spec"])).toMatchObject({ line: 4 });
  });

  it("in JSON too", () => {
    const json = '{\n "items": [\n  {"a": 1},\n  {"a": 2}\n ]\n}';
    expect(new YamlPlaces(json).find(1, ["items", 1, "a"])).toEqual({ line: 4, column: 4, whole: true });
  });

  it("of nothing, where there is nothing", () => {
    expect(new YamlPlaces("").find(1, ["a"])).toMatchObject({ line: 1, column: 1, whole: false });
  });
});

describe("whatever the text", () => {
  it("nothing is thrown", () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc
        .array(
          fc.constantFrom(
            "a:",
            " ",
            "\n",
            "- ",
            "[",
            "{",
            "}",
            "]",
            "'",
            '"',
            "|",
            "\n---\n",
            "&x ",
            "*x",
            "<<:",
            "!!int ",
            "1",
            "#",
            "%",
            "? ",
            ",",
            "\t",
            "__proto__: ",
          ),
        )
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(texts, (text) => {
        for (const document of parseYaml(text)) expect(document.line).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  }, 60_000);

  it("JSON means itself, also when it is read as YAML", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (object) => {
        const text = JSON.stringify(object);
        expect(parseYaml(text)).toEqual([{ line: 1, value: JSON.parse(text) }]);
        const yaml = only(`# as YAML\n${text}`);
        // A key over 1024 characters is the one thing that YAML does not allow.
        expect(JSON.stringify("value" in yaml ? yaml.value : yaml)).toBe(JSON.stringify(JSON.parse(text)));
      }),
      { numRuns: 300 },
    );
  });
});
