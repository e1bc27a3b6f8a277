import fc from "fast-check";
import { describe, expect, test as it } from "vitest";
import * as e from "./expression.ts";

const print = (part: e.Part) => e.printExpression(part!);

describe("printing, with texts that KIC wrote", () => {
  it("puts the members of a group in parentheses, and a single one bare", () => {
    expect(print(e.allOf(e.host("a.com"), e.pathPrefix("/b")))).toBe(
      '(http.host == "a.com") && ((http.path == "/b") || (http.path ^= "/b/"))',
    );
    expect(print(e.allOf(e.anyOf(e.host("a.com")), undefined))).toBe('http.host == "a.com"');
  });

  it("keeps each group of a large expression together", () => {
    const headers = e.allOf(e.headerRegex("X-A", "1"), e.anyOf(e.header("X-B", "2"), e.header("X-B", "3")));
    const expression = e.allOf(
      e.anyOf(e.host("al.example.com"), e.host("*.wild.example.com")),
      e.pathPrefix("/"),
      headers,
      e.anyOf(e.method("GET"), e.method("POST")),
      e.sni("s.example.com"),
    );
    expect(print(expression)).toBe(
      '((http.host == "al.example.com") || (http.host =^ ".wild.example.com")) && (http.path ^= "/") && ((http.headers.x_a ~ "1") && ((http.headers.x_b == "2") || (http.headers.x_b == "3"))) && ((http.method == "GET") || (http.method == "POST")) && (tls.sni == "s.example.com")',
    );
  });

  it("adds the anchor of a path's regular expression only where it is missing", () => {
    expect(print(e.pathRegex("/re/\\d"))).toBe('http.path ~ "^/re/\\\\d"');
    expect(print(e.pathRegex("^/re"))).toBe('http.path ~ "^/re"');
  });

  it("writes numbers bare, queries as they are, and the catch-all", () => {
    expect(print(e.allOf(e.sni("h"), e.destinationPort(9000)))).toBe('(tls.sni == "h") && (net.dst.port == 9000)');
    expect(print(e.queryRegex("Age", "^[0-9]+$"))).toBe('http.queries.Age ~ "^[0-9]+$"');
    expect(print(e.catchAll)).toBe('(net.protocol == "http") || (net.protocol == "https")');
  });

  it("turns a test of equality around, and puts a mark before everything else", () => {
    expect(print(e.allOf(e.host("*.a.com"), e.not(e.host("x.a.com")), e.not(e.host("*.b.a.com"))))).toBe(
      '(http.host =^ ".a.com") && (http.host != "x.a.com") && (!(http.host =^ ".b.a.com"))',
    );
    expect(print(e.not(e.not(e.host("*.a.com"))))).toBe('http.host =^ ".a.com"');
  });

  it("escapes what a string literal cannot hold", () => {
    expect(print(e.pathExact('a"b\\c\nd\re\tf'))).toBe('http.path == "a\\"b\\\\c\\nd\\re\\tf"');
  });
});

it("leaves nothing of parts that say nothing", () => {
  expect(e.allOf()).toBeUndefined();
  expect(e.anyOf(undefined, e.allOf(undefined))).toBeUndefined();
});

it("refuses to write an empty group", () => {
  expect(() => e.printExpression({ kind: "all", members: [] })).toThrow(RangeError);
});

it("reads back what it wrote: the literal of any text", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const literal = e.printExpression(e.pathExact(text)).slice('http.path == "'.length, -1);
      const back = literal.replace(/\\(.)/g, (_, c: string) => ({ n: "\n", r: "\r", t: "\t" })[c] ?? c);
      expect(back).toBe(text);
    }),
  );
});
