import { describe, expect, it } from "vitest";
import { ingressExpression } from "./expression.ts";

const of = (host: string, paths: readonly (readonly [string, string])[], annotations: Record<string, string> = {}) =>
  ingressExpression({ host, paths: paths.map(([type, path]) => ({ type, path })), annotations });

describe("expressions of an Ingress", () => {
  it("has the priority of the specification's example", () => {
    expect(of("", [["Exact", "/beta"]])).toEqual({ expression: 'http.path == "/beta"', priority: 54975581454341 });
  });

  it("writes hosts, paths, headers, methods and SNIs in this order", () => {
    const { expression } = of("a.com", [["Prefix", "/b"]], {
      "konghq.com/methods": "get,bad method",
      "konghq.com/snis": "s.com,*.no",
      "konghq.com/headers.X-B": "1,~*2",
      "konghq.com/headers.host": "ignored",
    });
    expect(expression).toBe(
      '(http.host == "a.com") && ((http.path == "/b") || (http.path ^= "/b/")) && ((http.headers.x_b == "1") || (http.headers.x_b ~ "2")) && (http.method == "GET") && (tls.sni == "s.com")',
    );
  });

  it("counts what is asked for in the priority, also if nothing in the list is right", () => {
    const plain = of("a.com", [["Prefix", "/"]]).priority;
    for (const annotation of ["methods", "snis", "host-aliases"]) {
      const wrong = of("a.com", [["Prefix", "/"]], { [`konghq.com/${annotation}`]: "b d" });
      expect(wrong.expression).toBe('(http.host == "a.com") && (http.path ^= "/")');
      expect(wrong.priority - plain).toBe(annotation === "host-aliases" ? 0 : 2 ** 41);
    }
  });

  it("cuts the star of a wildcard host and leaves the dot", () => {
    expect(of("*.a.com", [["Prefix", "/"]]).expression).toBe('(http.host =^ ".a.com") && (http.path ^= "/")');
  });

  it("anchors regular expressions, and takes an empty one for the root", () => {
    expect(of("", [["ImplementationSpecific", "/~/a\\d"]]).expression).toBe('http.path ~ "^/a\\\\d"');
    expect(of("", [["ImplementationSpecific", "/~^/a"]]).expression).toBe('http.path ~ "^/a"');
    expect(of("", [["ImplementationSpecific", "/~"]]).expression).toBe('http.path ~ "^/"');
  });

  it("counts an empty regex prefix as the usual one", () => {
    expect(of("", [["ImplementationSpecific", "/~/a"]], { "konghq.com/regex-prefix": "" }).expression).toBe(
      'http.path ~ "^/a"',
    );
  });

  it("ranks a plain host above a wildcard one, and a longer path above a shorter one", () => {
    const plain = of("a.com", [["Prefix", "/"]]).priority;
    expect(plain - of("*.a.com", [["Prefix", "/"]]).priority).toBe(2 ** 32);
    expect(of("a.com", [["Prefix", "/ab"]]).priority - plain).toBe(3);
  });

  it("counts bytes, not characters", () => {
    expect(of("", [["Exact", "/ä"]]).priority - of("", [["Exact", "/a"]]).priority).toBe(1);
  });
});
