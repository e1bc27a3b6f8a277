import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkPath, checkRoutePath, normalizePath } from "./paths.ts";
import { pcreError, routerRegexError } from "./regexes.ts";
import { checkCookieName, checkHeaderName, checkTag, checkUtf8Name } from "./texts.ts";
import { checkRedirectUri, checkUrl, splitUrl } from "./urls.ts";

test("names and tags", () => {
  for (const name of ["a.b-c_d~e", "ü", "日本"]) expect(checkUtf8Name(name)).toBeUndefined();
  for (const name of ["a b", "a/b", "a:b", ""]) expect(checkUtf8Name(name)).toContain(`invalid value '${name}'`);
  for (const tag of ["k8s-name:a", "a b", "ü", "a!+.~"]) expect(checkTag(tag)).toBeUndefined();
  for (const tag of ["a,b", "a/b", "a\tb", "\u007f"]) expect(checkTag(tag)).toContain(`invalid tag '${tag}'`);
});

test("names of headers and cookies", () => {
  expect(checkHeaderName("X-A_1")).toBeUndefined();
  expect(checkHeaderName("x a")).toBe("bad header name 'x a', allowed characters are A-Z, a-z, 0-9, '_', and '-'");
  expect(checkCookieName("a.b~|`")).toBeUndefined();
  for (const name of ["a b", "a;b", "a=b", "ä"]) expect(checkCookieName(name)).toContain("invalid characters");
});

describe("paths", () => {
  test("of services", () => {
    expect(checkPath("/a%20b/@:!$&'()*+,;=~")).toBeUndefined();
    expect(checkPath("/a b")).toContain("characters outside of the reserved list of RFC 3986");
    expect(checkPath("/a%2")).toBe("invalid url-encoded value: '%2'");
    expect(checkPath("/a%zz")).toBe("invalid url-encoded value: '%zz'");
  });

  test("in normal form", () => {
    const cases = {
      "/a%20b": "/a b",
      "/a%2fb": "/a%2Fb",
      "/%61": "/a",
      "/a/./b/../c": "/a/c",
      "/a/..": "/",
      "/../x": "/x",
      "/a//b/": "/a/b/",
      "/a/.": "/a/",
      "/%C3%BC": "/ü",
      "/": "/",
      "/a.b": "/a.b",
    };
    for (const [path, normal] of Object.entries(cases)) expect(normalizePath(path), path).toBe(normal);
  });

  test("a normal form is its own normal form, unless its escapes hide escapes", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("/", ".", "a", "%2F", "%41", "ü", "..")), (parts) => {
        const normal = normalizePath(`/${parts.join("")}`);
        expect(normalizePath(normal)).toBe(normal);
      }),
    );
  });

  test("of routes", () => {
    for (const path of ["/", "/a b", "/a/", "~/a(\\d+)$", "~/a(?=b)"])
      expect(checkRoutePath(path), path).toBeUndefined();
    expect(checkRoutePath("/a/../b")).toBe("non-normalized path, consider use '/b' instead");
    expect(checkRoutePath("/a%20b")).toBe("non-normalized path, consider use '/a b' instead");
    expect(checkRoutePath("~/foo[[")).toBe(
      `invalid regex: '/foo[[' (PCRE returned: pcre2_compile() failed: missing terminating ] for character class in "/foo[[")`,
    );
  });
});

test("regular expressions: what only PCRE takes, what only the router refuses, what nobody takes", () => {
  for (const regex of ["a(?=b)", "(a)\\1", "(?>a)b", "a++", "(?i)a", "(?P<x>a)(?P=x)", "(?<!a)b", "(?<!x)b++"])
    expect(pcreError(regex), regex).toBeUndefined();
  for (const regex of ["a(?=b)", "(a)\\1", "(?>a)b"]) expect(routerRegexError(regex), regex).toBeDefined();
  for (const regex of ["(", ")", "[", "*a", "a{2,1}", "\\"])
    expect(pcreError(regex), regex).toContain("pcre2_compile() failed");
});

test("URLs", () => {
  expect(splitUrl("https://u:p@a.b:8443/x/y?q=1#f")).toEqual({
    scheme: "https",
    host: "a.b",
    port: "8443",
    path: "/x/y",
    fragment: "f",
  });
  expect(splitUrl("http://[::1]:80")).toEqual({ scheme: "http", host: "::1", port: "80" });
  expect(checkUrl("https://a")).toBeUndefined();
  for (const url of ["/", "/x", "a.b", "http:///x", ""]) expect(checkUrl(url), url).toBe("missing host in url");
  expect(checkUrl("//a/x")).toBe("missing scheme in url");
  expect(checkRedirectUri(" https://b.example.com")).toBe("cannot parse ' https://b.example.com'");
  expect(checkRedirectUri("https://b/#x")).toBe("fragment not allowed in 'https://b/#x'");
});
