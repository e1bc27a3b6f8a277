import { parse } from "@bufbuild/cel";
import { describe, expect, it } from "vitest";
import { checkRules, findBrokenRules } from "./cel.ts";
import { withDefaults } from "./defaults.ts";
import type { KubernetesObject } from "./kind.ts";
import { apiVersionOf, entryOf, KINDS } from "./kinds.ts";
import {
  type CelRule,
  freeForm,
  list,
  listMap,
  map,
  optional,
  port,
  record,
  rules,
  text,
  wholeObject,
} from "./schema.ts";
import { type Structural, structuralOf } from "./structural.ts";

function object(kind: string, body: object): KubernetesObject {
  return { apiVersion: apiVersionOf(entryOf(kind)!.kind), kind, metadata: { name: "x" }, ...body };
}

function broken(kind: string, body: object, former?: object): readonly string[] {
  const full = withDefaults(object(kind, body));
  return checkRules(entryOf(kind)!.kind, full, former === undefined ? undefined : object(kind, former)).map(
    (problem) => `${problem.path ?? ""}: ${problem.message}`,
  );
}

describe("rules of kinds", () => {
  it("name the place and say what is wrong", () => {
    expect(
      broken("HTTPRoute", {
        spec: { rules: [{}, { backendRefs: [{ name: "s" }], matches: [{ path: { value: "a" } }] }] },
      }),
    ).toEqual([
      "spec.rules[1].matches[0].path: the path must begin with /",
      "spec.rules[1].backendRefs[0]: a reference to a Service needs a port",
    ]);
  });

  it("about changes count only when there was something before", () => {
    expect(broken("KongPlugin", { plugin: "cors" })).toEqual([]);
    expect(broken("KongPlugin", { plugin: "cors" }, { plugin: "cors" })).toEqual([]);
    expect(broken("KongPlugin", { plugin: "acl" }, { plugin: "cors" })).toEqual([": The plugin field is immutable"]);
  });

  it("are all ones that can be read", () => {
    for (const { kind } of KINDS) for (const { rule } of rulesOf(structuralOf(kind.schema))) parse(rule);
  });
});

function rulesOf(schema: Structural): readonly CelRule[] {
  const parts = [...(schema.properties?.values() ?? []), schema.items, schema.values];
  return [...schema.rules, ...parts.flatMap((part) => (part === undefined ? [] : rulesOf(part)))];
}

describe("what a rule sees", () => {
  const find = (rule: string, value: object, properties: Parameters<typeof record>[0], former?: object) =>
    findBrokenRules(structuralOf(record(properties, rules({ rule, message: "broken" }))), value, former).length === 0;

  it("integers are integers, fractions are not", () => {
    expect(find("self.p + 1 == 81", { p: 80 }, { p: port() })).toBe(true);
    expect(find("type(self.p) == int", { p: 80 }, { p: port() })).toBe(true);
  });

  it("a field with a name that CEL needs for itself has underscores around it; keys of maps are as they are", () => {
    const properties = { namespace: optional(text()), "a-b": optional(text()), labels: optional(map(text())) };
    expect(
      find("self.__namespace__ == 'n' && self.a__dash__b == 'c'", { namespace: "n", "a-b": "c" }, properties),
    ).toBe(true);
    expect(
      find(
        "self.labels['namespace'] == 'x' && 'a/b' in self.labels",
        { labels: { namespace: "x", "a/b": "" } },
        properties,
      ),
    ).toBe(true);
    expect(find("!has(self.__namespace__)", {}, properties)).toBe(true);
  });

  it("__proto__ and constructor are fields as any other", () => {
    const labels = JSON.parse('{"__proto__": "a", "constructor": "b"}') as object;
    expect(
      find("size(self.labels) == 2 && self.labels['constructor'] == 'b'", { labels }, { labels: map(text()) }),
    ).toBe(true);
    expect(find("!('constructor' in self.labels)", { labels: {} }, { labels: map(text()) })).toBe(true);
  });

  it("what cannot be found out counts as broken", () => {
    const schema = structuralOf(record({ a: optional(text()) }, rules({ rule: "self.a == 'x'", message: "broken" })));
    expect(findBrokenRules(schema, {}, undefined)).toEqual([
      { path: "", message: expect.stringMatching(/^broken \(this could not be found out: /) },
    ]);
  });

  it("items of a list are followed by their keys", () => {
    const item = record({ name: text(), v: text() }, rules({ rule: "self.v == oldSelf.v", message: "changed" }));
    const schema = structuralOf(record({ l: list(item, listMap("name")) }));
    const before = {
      l: [
        { name: "a", v: "1" },
        { name: "b", v: "2" },
      ],
    };
    const after = {
      l: [
        { name: "b", v: "3" },
        { name: "c", v: "4" },
        { name: "a", v: "1" },
      ],
    };
    expect(findBrokenRules(schema, after, before)).toEqual([{ path: "l[0]", message: "changed" }]);
  });

  it("anything in free-form parts, and nothing throws", () => {
    const schema = structuralOf(
      wholeObject({ f: optional(freeForm()) }, rules({ rule: "has(self.f)", message: "broken" })),
    );
    for (const f of [1, 1.5, "x", true, null, [1, null], { a: { b: [undefined] } }])
      findBrokenRules(schema, { f }, undefined);
  });
});
