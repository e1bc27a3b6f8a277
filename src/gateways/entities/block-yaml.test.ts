import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { parseYaml } from "../../base/yaml.ts";
import { blockYaml } from "./block-yaml.ts";

/** What the parser of all YAML gives; "mistake" for what is none. */
function whole(text: string): unknown {
  const [document, ...more] = parseYaml(text);
  return document === undefined || more.length > 0 || document.error !== undefined ? "mistake" : document.value;
}

const SIMPLE = `_format_version: '3.0'
_transform: false
services:
- id: 11111111-1111-4111-8111-111111111111
  name: it's
  port: 80
  path: ~
  url: http://a.test:80/x#y
  tags:
  - k8s-name:web
  - 'yes'
  - "a\\tb\\u00e9"
  healthchecks:
    active:
      http_statuses:
      - 200
      ratio: -0.5
    empty: {}
    none: []
  cert: |
    -----BEGIN CERTIFICATE-----
      further

    -----END CERTIFICATE-----
  key: |-
    x
  nothing:
- name: second
routes:
  - name: indented
    paths:
      - ~/x$
      - /a, b
`;

test("what Kong prints is read without the parser of all YAML, to the same values", () => {
  expect(blockYaml(SIMPLE)).toEqual(whole(SIMPLE));
  expect(blockYaml(SIMPLE)).toMatchObject({
    services: [{ name: "it's", path: null, tags: ["k8s-name:web", "yes", "a\tbé"], nothing: null }, { name: "second" }],
    routes: [{ paths: ["~/x$", "/a, b"] }],
  });
});

describe("what is not so simple is left to the parser of all YAML", () => {
  test.each([
    "a: b\n  c\n",
    "a: 'b\n  c'\n",
    "a: >\n  b\n",
    "a: |+\n  b\n",
    "a: |2\n   b\n",
    "a: &x b\n",
    "a: *x\n",
    "a: !!str 1\n",
    "a: [1, 2]\n",
    "a: {b: 1}\n",
    "a: b # c\n",
    "# c\na: b\n",
    "a: b: c\n",
    "a: b\na: c\n",
    "a:\n- - b\n",
    "a:\n-\n  b: c\n",
    "a:\n  b: c\n d: e\n",
    "a: .inf\n",
    "yes: b\n",
    "'a': b\n",
    "? a\n: b\n",
    "a: b",
    "--- \na: b\n",
    "a: b\r\n",
    "a:\tb\n",
    "- a\n",
    "<<: b\n",
    "__proto__: b\n",
    'a: "\\x41"\n',
    'a: "\\ud83d\\ude00"\n',
    "",
  ])("%j", (text) => {
    const fast = blockYaml(text);
    if (fast !== undefined) expect(fast).toEqual(whole(text));
    else expect(fast).toBeUndefined();
  });
});

const KEYS = fc.oneof(fc.constantFrom("id", "name", "tags", "y", "no", "x-a", "a.b", "1", "é", "a b", ""), fc.string());
const TEXTS = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string(),
  fc.constantFrom(
    "~",
    "null",
    "yes",
    "0o17",
    "1_000",
    "1:30",
    "1e3",
    ".5",
    "-",
    "- a",
    "a: b",
    "a #b",
    "'",
    '"',
    "<<",
    "=",
  ),
  fc.constantFrom("-----BEGIN X-----\na\n-----END X-----\n", "a\n\n b\n", "\na", "a\n", " a\nb", "x\n\n"),
);
const VALUES = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    TEXTS,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(KEYS, tie("value"), { maxKeys: 4 }),
  ),
})).value;

test("whatever is printed, it gives the values of the parser of all YAML or none", () => {
  let read = 0;
  fc.assert(
    fc.property(
      fc.dictionary(KEYS, VALUES, { minKeys: 1, maxKeys: 4 }),
      fc.boolean(),
      fc.boolean(),
      (value, indentSeq, singleQuote) => {
        const text = stringify(value, { version: "1.1", indentSeq, singleQuote, nullStr: "~", lineWidth: 80 });
        const fast = blockYaml(text);
        if (fast === undefined) return;
        read++;
        expect(fast).toEqual(whole(text));
      },
    ),
    { numRuns: 2000 },
  );
  expect(read).toBeGreaterThan(100);
});

test("lines put together at random give the values of the parser of all YAML or none", () => {
  const line = fc
    .tuple(
      fc.integer({ min: 0, max: 4 }),
      fc.constantFrom(
        "a: 1",
        "b:",
        "- c",
        "- d: 2",
        "e: |",
        "- f:",
        "text",
        "g: 'x'",
        "'",
        "- ",
        "",
        "h: x: y",
        "-",
        "i: |-",
      ),
    )
    .map(([indent, text]) => " ".repeat(indent) + text);
  let read = 0;
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (lines) => {
      const text = `${lines.join("\n")}\n`;
      const fast = blockYaml(text);
      if (fast === undefined) return;
      read++;
      expect(fast).toEqual(whole(text));
    }),
    { numRuns: 5000 },
  );
  expect(read).toBeGreaterThan(50);
});
