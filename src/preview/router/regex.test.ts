import fc from "fast-check";
import { expect, test } from "vitest";
import { translateRegex } from "./regex.ts";

test.each([
  ["^/foo$", "/foo", "/foo"],
  ["^/foo$", "/foo/", undefined],
  ["^/items/\\d+", "/items/12x", "/items/12"],
  ["^/(?P<id>[^/]+)/b", "/a/b", "/a/b"],
  ["^/(?i)mixed", "/MiXeD/x", "/MiXeD"],
  ["(?i)^/a(?-i)b", "/Ab", "/Ab"],
  ["(?i)^/a(?-i)b", "/aB", undefined],
  // A flag holds for the alternatives behind it as well.
  ["^/a(?i)b|c$", "C", "C"],
  ["^(/a(?i)b|/c)d", "/CD", undefined],
  ["^(/a(?i)b|/c)d", "/Cd", "/Cd"],
  ["^/[[:alpha:]]+$", "/abc", "/abc"],
  ["^/[^[:digit:]/]+$", "/a1", undefined],
  ["^/[a-z&&[^b]]$", "/b", undefined],
  ["^/[a-z&&[^b]]$", "/c", "/c"],
  ["^/[-a]$", "/-", "/-"],
  ["^/[]a]$", "/]", "/]"],
  ["^/[a(b{c/|]+$", "/a(b{c", "/a(b{c"],
  ["^/a\\-b\\#c\\ d$", "/a-b#c d", "/a-b#c d"],
  ["^/x{2,3}$", "/xxx", "/xxx"],
  ["^/\\x41\\x{42}$", "/AB", "/AB"],
  ["\\A/a\\z", "/a", "/a"],
  ["^/\\p{Greek}+$", "/αβ", "/αβ"],
  ["^/\\pL\\PL$", "/a1", "/a1"],
  ["^/\\w+$", "/naïve", "/naïve"],
  ["^/a}]$", "/a}]", "/a}]"],
])("%s on %s", (pattern, text, wanted) => {
  expect(translateRegex(pattern)?.exec(text)?.[0]).toBe(wanted);
});

test("what cannot be read matches nothing, and nothing throws", () => {
  for (const pattern of ["(", "[", "a\\", "(?x)a b", "\\p{Nothing}"]) expect(translateRegex(pattern)).toBeUndefined();
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."()[]{}?*+|^$\\-:<>!=&aPiz09,".split("")) }), (pattern) => {
      translateRegex(pattern);
    }),
  );
});
