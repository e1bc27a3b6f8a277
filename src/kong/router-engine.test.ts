import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allOf, header, host, pathExact, pathPrefix, printExpression } from "./expression.ts";
import { type RequestFields, RouterEngine, type Subsystem } from "./router-engine.ts";

const engine = RouterEngine.load();

function matches(expression: string, fields: RequestFields, subsystem: Subsystem = "http"): boolean {
  const matcher = engine.matcher(expression, subsystem);
  const context = engine.context(subsystem, fields);
  try {
    return matcher.matches(context);
  } finally {
    matcher.free();
    context.free();
  }
}

describe("checking", () => {
  test("says where an expression ends too early, as Kong 3.9 prints it", () => {
    expect(engine.check("http.path == ", "http")).toEqual({
      message: "expected rhs",
      line: 1,
      column: 14,
      text: " --> 1:14\n  |\n1 | http.path == \n  |              ^---\n  |\n  = expected rhs",
    });
  });

  test("marks the whole of a regular expression, as Kong 3.9 prints it", () => {
    expect(engine.check('(http.path ~ r#"^/a(?=b)"#)', "http")?.text).toBe(
      ' --> 1:14\n  |\n1 | (http.path ~ r#"^/a(?=b)"#)\n  |              ^-----------^\n  |\n  = regex parse error:\n    ^/a(?=b)\n       ^^^\nerror: look-around, including look-ahead and look-behind, is not supported',
    );
  });

  test("counts lines and columns", () => {
    expect(engine.check('http.path == "/a" &&\n  http.host = "x"', "http")).toMatchObject({ line: 2, column: 13 });
  });

  test("knows the fields of each subsystem", () => {
    expect(engine.check('http.nope == "x"', "http")).toEqual({
      message: "Unknown LHS field",
      text: "Unknown LHS field",
    });
    expect(engine.check('http.host == "x"', "stream")?.message).toBe("Unknown LHS field");
    expect(engine.check("net.dst.port == 1 && net.src.ip in 10.0.0.0/8", "stream")).toBeUndefined();
    expect(engine.check('net.dst.port == "1"', "stream")?.message).toContain("Type mismatch");
  });

  test("segments of the path: a number, a range that goes up, or len", () => {
    for (const good of ["0", "12", "0_2"])
      expect(engine.check(`http.path.segments.${good} == "a"`, "http")).toBeUndefined();
    expect(engine.check("http.path.segments.len == 2", "http")).toBeUndefined();
    for (const bad of ["2_1", "01", "x", "1_1"])
      expect(engine.check(`!(http.path.segments.${bad} == "a")`, "http")?.message).toBe(
        "illformed http.path.segments.* field",
      );
  });

  test("regular expressions: Rust's dialect", () => {
    expect(engine.checkRegex("^/a(?P<id>\\d+)/[^/]+$")).toBeUndefined();
    expect(engine.checkRegex('a"#"##b')).toBeUndefined();
    expect(engine.checkRegex("foo[[")?.message).toContain("unclosed character class");
    expect(engine.checkRegex("(a)\\1")?.message).toContain("backreferences are not supported");
  });
});

describe("matching", () => {
  test("hosts, paths and headers", () => {
    const text = printExpression(allOf(host("*.example.com"), pathPrefix("/b"), header("X-Y", "1"))!);
    const fields = { "http.host": "a.example.com", "http.path": "/b/c", "http.headers.x_y": "1" };
    expect(matches(text, fields)).toBe(true);
    expect(matches(text, { ...fields, "http.path": "/bc" })).toBe(false);
    expect(matches(text, { ...fields, "http.host": "example.com" })).toBe(false);
    expect(matches(text, { ...fields, "http.headers.x_y": undefined })).toBe(false);
  });

  test("several values of a header: all of them, unless the expression says any()", () => {
    const fields = { "http.headers.a": ["1", "2"] };
    expect(matches('http.headers.a == "2"', fields)).toBe(false);
    expect(matches('any(http.headers.a) == "2"', fields)).toBe(true);
  });

  test("without parentheses, || binds tighter than && to this router", () => {
    const fields = { "http.path": "/a", "http.host": "h" };
    expect(matches('http.path == "/a" || http.path == "/b" && http.host == "x"', fields)).toBe(false);
    expect(matches('http.path == "/a" || (http.path == "/b" && http.host == "x")', fields)).toBe(true);
  });

  test("ports and addresses", () => {
    const fields = { "net.dst.port": 9000, "net.src.ip": "10.1.2.3", "tls.sni": "x" };
    expect(matches("net.dst.port == 9000 && net.src.ip in 10.0.0.0/8", fields, "stream")).toBe(true);
    expect(matches("net.src.ip in fd00::/8", { "net.src.ip": "fd00::1" }, "stream")).toBe(true);
  });

  test("lives on after values that its engine cannot take", () => {
    const fields = { "net.src.ip": "nope", "net.dst.port": 1.5, "http.nope": "x", "no.field": 1, "http.path": "/" };
    expect(matches('http.path == "/"', fields)).toBe(true);
    expect(matches("net.dst.port == 80", { "http.path": "/", "net.dst.port": 80 }, "stream")).toBe(true);
    expect(() => engine.matcher("http.path ==", "http")).toThrow(RangeError);
    expect(matches('http.path == "/"', fields)).toBe(true);
  });

  test("every text that we print is taken and matches itself", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(matches(printExpression(pathExact(text)), { "http.path": text })).toBe(true);
      }),
    );
  });

  test("no text makes the engine fail", () => {
    const pieces = fc.constantFrom(
      "http.path",
      "==",
      "~",
      '"',
      "r#",
      "(",
      ")",
      "&&",
      "||",
      "!",
      "a",
      "\\",
      " ",
      "net.dst.port",
      "in",
      "10.0.0.0/8",
      "[",
      "😀",
      "\n",
    );
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        engine.check(parts.join(""), "http");
        engine.checkRegex(parts.join(""));
      }),
    );
  });
});

describe("expressions that are too large for the engine at once", () => {
  test("a route with 20,000 paths", () => {
    const paths = Array.from({ length: 20_000 }, (_, i) => `(http.path == "/${i}")`);
    const text = `(http.host == "h") && (${paths.join(" || ")})`;
    expect(engine.check(text, "http")).toBeUndefined();
    expect(matches(text, { "http.host": "h", "http.path": "/19999" })).toBe(true);
    expect(matches(text, { "http.host": "h", "http.path": "/20000" })).toBe(false);
    expect(matches(text, { "http.host": "x", "http.path": "/1" })).toBe(false);
    const broken = text.replace('"/12345"', "/12345");
    const column = broken.indexOf(" /12345") + 2;
    expect(engine.check(broken, "http")).toMatchObject({ message: "expected rhs", line: 1, column });
  });

  test("what is nested too deeply, or has no end, is refused, and the engine lives on", () => {
    const inner = 'http.path == "/"';
    expect(engine.check(`${"(".repeat(5000)}${inner}${")".repeat(5000)}`, "http")?.message).toBe(
      "nested more than 200 levels deep",
    );
    const many = Array.from({ length: 1000 }, () => inner).join(" || ");
    expect(engine.check(`(${many}`, "http")?.message).toBe("a string or a parenthesis has no other end");
    expect(engine.check(`${many} || http.path == "`, "http")?.message).toBe(
      "a string or a parenthesis has no other end",
    );
    expect(engine.check(`x(${many})`, "http")?.message).toBe("expected term");
    expect(engine.checkRegex("((a{1000}){1000}){1000}")?.message).toContain("exceeds size limit");
    expect(engine.checkRegex(`${"(".repeat(50_000)}${")".repeat(50_000)}`)?.message).toContain("nested");
    expect(engine.check(inner, "http")).toBeUndefined();
  });

  test("taken apart, they say and match the same", () => {
    const small = RouterEngine.withLimits({ depth: 200, joints: 1 });
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(
          'http.path == "/a"',
          'http.host == "h"',
          'http.path ^= "/(||"',
          'http.path == r#"&&)"#',
          'http.host != "\\")"',
          'http.no == "x"',
          "http.path ==",
        ),
        fc
          .tuple(tie("expression"), fc.constantFrom("&&", "||"), tie("expression"))
          .map(([a, joint, b]) => `${a} ${joint}\n${b}`),
        tie("expression").map((inner) => `(${inner})`),
        tie("expression").map((inner) => `!(${inner})`),
      ),
    }));
    fc.assert(
      fc.property(expression, (text) => {
        const [whole, apart] = [engine.check(text, "http"), small.check(text, "http")];
        // Of two things that are wrong, the one that is found first differs.
        expect(apart === undefined).toBe(whole === undefined);
        if (whole !== undefined) return;
        const [a, b] = [engine.matcher(text, "http"), small.matcher(text, "http")];
        for (const fields of [{ "http.path": "/a", "http.host": "h" }, { "http.path": "/b" }, { "http.host": "h" }]) {
          const [left, right] = [engine.context("http", fields), small.context("http", fields)];
          expect(b.matches(right), text).toBe(a.matches(left));
          left.free();
          right.free();
        }
        a.free();
        b.free();
      }),
      { numRuns: 500 },
    );
  });
});
