import { describe, expect, test } from "vitest";
import { luaMatches } from "./lua-pattern.ts";

describe("patterns of Kong's schemas", () => {
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ["^%u+$", ["GET"], ["get", "G1", ""]],
    ["^[a-z][a-z%d-]-[a-z%d]+$", ["my-vault", "ab", "a1"], ["a", "-a", "a-", "A1", "a_b"]],
    ["^[Hh][Oo][Ss][Tt]$", ["host", "HOST"], ["hosts", "x-host"]],
    ["^%*%.", ["*.a"], ["a.*", "*a"]],
    ["%.%*$", ["a.*"], ["*.a", "a*"]],
    ["^[^*]*%*?[^*]*$", ["a", "*.a", ""], ["*.*"]],
    ["//", ["/a//b"], ["/a/b"]],
    ["^~/", ["~/a"], ["/~/a"]],
    ["^[^*&%%\\`]+$", ["/tmp/x.log"], ["/tmp/*", "a%b", "a\\b", "a`b"]],
    ["^[^:]+:.*$", ["a:b", "a:"], ["ab", ":b"]],
    ["^[0-9]+-[0-9]+$", ["200-299"], ["200", "a-b"]],
    ["^%d+[%.%d]*$", ["1.2.3", "1"], ["v1", "1a"]],
    ["%w*%p*@+%w*%.?%w*", ["a@b.c"], ["ab"]],
    ["^[Cc][Oo][Nn][Tt][Ee][Nn][Tt]%-[Tt][Yy][Pp][Ee]$", ["Content-Type"], ["ContentType"]],
  ];
  test.each(cases)("%s", (pattern, yes, no) => {
    for (const text of yes) expect(luaMatches(text, pattern), text).toBe(true);
    for (const text of no) expect(luaMatches(text, pattern), text).toBe(false);
  });
});
