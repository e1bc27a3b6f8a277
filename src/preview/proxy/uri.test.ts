import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapePath, fromBytes, isGoodPath, normalizePath, toBytes, upstreamPath, upstreamPathV1 } from "./uri.ts";

describe("normalizePath", () => {
  test.each([
    ["/", "/"],
    ["//foo///bar", "/foo/bar"],
    ["/foo/./bar/", "/foo/bar/"],
    ["/foo/x/../bar", "/foo/bar"],
    ["/foo/bar/..", "/foo/"],
    ["/foo/bar/.", "/foo/bar/"],
    ["/foo/..", "/"],
    ["/foo/%2e%2E/x", "/x"],
    ["/%66oo%2fbar%7e", "/foo%2Fbar~"],
    ["/a%20b%3Fc%25", "/a b%3Fc%25"],
  ])("%s is %s", (path, wanted) => {
    expect(normalizePath(path)).toBe(wanted);
  });

  test("gives text back for escaped bytes", () => {
    expect(fromBytes(normalizePath("/%e4%bd%a0"))).toBe("/你");
  });

  test("changes nothing the second time, once it is written again", () => {
    const unit = fc.constantFrom(..."/.%2eEfaA~ ?\u00e4".split(""));
    fc.assert(
      fc.property(fc.string({ unit }), (tail) => {
        const path = `/${tail.replaceAll("ä", "%C3%A4").replaceAll("?", "").replaceAll(" ", "%20")}`;
        fc.pre(isGoodPath(path));
        const once = normalizePath(path);
        expect(once.startsWith("/")).toBe(true);
        expect(once).not.toMatch(/\/\/|\/\.\.?(\/|$)/);
        expect(normalizePath(escapePath(once))).toBe(once);
      }),
    );
  });
});

test.each(["foo", "", "*", "/%", "/%zz", "/%0", "/a%00b", "/..", "/../x", "/a/../../x", "/%2e%2e", "/a b", "/a\x7f"])(
  "%j is no good path",
  (path) => {
    expect(isGoodPath(path)).toBe(false);
  },
);

test("escapePath escapes what cannot travel and leaves the rest", () => {
  expect(escapePath(toBytes('/a b"{}|^\\<>`é'))).toBe("/a%20b%22%7B%7D%7C%5E%5C%3C%3E%60%C3%A9");
  expect(escapePath("/[1]!$&'()*+,;=:@%2F-._~#")).toBe("/[1]!$&'()*+,;=:@%2F-._~#");
});

describe("the path upstream", () => {
  // Service path, request, what the route matched (null: it has no paths), strip → v0, v1.
  test.each([
    ["/", "/r", "/r", true, "/", "/"],
    ["/", "/rx", "/r", true, "/x", "/x"],
    ["/", "/r/x", "/r", true, "/x", "/x"],
    ["/", "/r/", "/r/", true, "/", "/"],
    ["/", "/r", "/r", false, "/r", "/r"],
    ["/base", "/r", "/r", true, "/base", "/base"],
    ["/base", "/r/", "/r", true, "/base/", "/base/"],
    ["/base", "/rx", "/r", true, "/base/x", "/basex"],
    ["/base", "/r/x", "/r", true, "/base/x", "/base/x"],
    ["/base", "/r/", "/r/", true, "/base/", "/base"],
    ["/base", "/r/x", "/r/", true, "/base/x", "/basex"],
    ["/base", "/r/x", "/r", false, "/base/r/x", "/baser/x"],
    ["/base", "/", null, true, "/base", "/base"],
    ["/base", "/x/", null, true, "/base/x/", "/basex/"],
    ["/base", "/", null, false, "/base", "/base"],
    ["/base/", "/r", "/r", true, "/base", "/base/"],
    ["/base/", "/r/", "/r", true, "/base/", "/base/"],
    ["/base/", "/rx", "/r", true, "/base/x", "/base/x"],
    ["/base/", "/", null, true, "/base/", "/base/"],
    ["/base/", "/x", null, true, "/base/x", "/base/x"],
    ["/base/", "/r", "/r", false, "/base/r", "/base/r"],
  ])("%s and %s (%s, strip %s)", (base, path, matched, strip, v0, v1) => {
    const prefix = strip && matched !== null ? matched : undefined;
    expect(upstreamPath(base, path, prefix, strip)).toBe(v0);
    expect(upstreamPathV1(base, path, prefix, strip)).toBe(v1);
  });
});
