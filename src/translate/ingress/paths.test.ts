import { describe, expect, it } from "vitest";
import { kongPaths, normalPath, regexPrefixOf } from "./paths.ts";

const paths = (pathType: string | undefined, path: string | undefined, prefix = "/~", legacy = false) =>
  kongPaths(
    normalPath({
      ...(path === undefined ? {} : { path }),
      ...(pathType === undefined ? {} : { pathType }),
      backend: {},
    }),
    prefix,
    legacy,
  );

describe("paths of the traditional flavours", () => {
  it.each([
    ["/", ["/"]],
    ["//", ["/"]],
    ["", ["/"]],
    ["/foo", ["/foo/", "~/foo$"]],
    ["/foo/", ["/foo/", "~/foo$"]],
    ["//foo", ["/foo/", "~/foo$"]],
  ])("Prefix %s", (path, expected) => expect(paths("Prefix", path)).toEqual(expected));

  it.each([
    ["/", ["~/$"]],
    ["/foo", ["~/foo$"]],
    ["/foo/", ["~/foo/$"]],
    ["//a//b", ["~/a/b$"]],
  ])("Exact %s", (path, expected) => expect(paths("Exact", path)).toEqual(expected));

  it("takes ImplementationSpecific, and no type at all, as they are", () => {
    expect(paths("ImplementationSpecific", "/a b")).toEqual(["/a b"]);
    expect(paths(undefined, undefined)).toEqual(["/"]);
  });

  it("makes nothing of a type it does not know", () => expect(paths("Wild", "/a")).toEqual([]));

  it("marks regular expressions by the prefix, once", () => {
    expect(paths("ImplementationSpecific", "/~/foo/\\d+$")).toEqual(["~/foo/\\d+$"]);
    expect(paths("ImplementationSpecific", "/rx/a/rx", "/rx")).toEqual(["~/a/rx"]);
    expect(paths("ImplementationSpecific", "/~/$&", "/~")).toEqual(["~/$&"]);
  });

  it("puts the mark before every path when the prefix is empty", () => {
    expect(paths("Prefix", "/foo", "")).toEqual(["~/foo/", "~~/foo$"]);
  });

  it("guesses regular expressions only where asked to", () => {
    expect(paths("ImplementationSpecific", "/a(b)", "/~", true)).toEqual(["~/a(b)"]);
    expect(paths("ImplementationSpecific", "/a(b)")).toEqual(["/a(b)"]);
    expect(paths("Exact", "/a(b)", "/~", true)).toEqual(["~/a(b)$"]);
    expect(paths("ImplementationSpecific", "/a-b_c.d~e%f", "/~", true)).toEqual(
      ["~/a-b_c.d~e%f"].map((p) => p.slice(1)),
    );
  });

  it("reads the prefix from the annotation, also an empty one", () => {
    expect(regexPrefixOf(undefined)).toBe("/~");
    expect(regexPrefixOf({ "konghq.com/regex-prefix": "" })).toBe("");
    expect(regexPrefixOf({ "konghq.com/regex-prefix": "/rx" })).toBe("/rx");
  });
});
