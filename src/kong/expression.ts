/** What a predicate compares with: `~` regular expression, `^=` prefix, `=^` suffix. */
export type Operator = "==" | "!=" | "~" | "^=" | "=^" | ">=" | ">" | "<=" | "<" | "contains" | "in" | "not in";

/** A router expression (Kong's flavour `expressions`) as a value; `printExpression` writes it. */
export type Expression =
  | { readonly kind: "test"; readonly field: string; readonly operator: Operator; readonly value: string | number }
  | { readonly kind: "all" | "any"; readonly members: readonly Expression[] }
  | { readonly kind: "not"; readonly member: Expression };

/** An expression, or nothing to say: empty groups vanish in the groups around them. */
export type Part = Expression | undefined;

/** All of the parts hold. Undefined when no part is left; a single part stands for itself. */
export function allOf(...parts: readonly Part[]): Part {
  return group("all", parts);
}

/** One of the parts holds. Undefined when no part is left; a single part stands for itself. */
export function anyOf(...parts: readonly Part[]): Part {
  return group("any", parts);
}

function group(kind: "all" | "any", parts: readonly Part[]): Part {
  const members = parts.filter((part) => part !== undefined);
  return members.length < 2 ? members[0] : { kind, members };
}

/** The opposite. */
export function not(member: Expression): Expression {
  if (member.kind === "not") return member.member;
  return member.kind === "test" && member.operator === "==" ? { ...member, operator: "!=" } : { kind: "not", member };
}

export function test(field: string, operator: Operator, value: string | number): Expression {
  return { kind: "test", field, operator, value };
}

/** A host name; `*.x` matches what ends in `.x`. A star elsewhere stays as it is. */
export function host(name: string): Expression {
  return name.startsWith("*") ? test("http.host", "=^", name.slice(1)) : test("http.host", "==", name);
}

export function pathExact(path: string): Expression {
  return test("http.path", "==", path);
}

/** The path begins with this text, in the middle of a segment too. */
export function pathStartsWith(text: string): Expression {
  return test("http.path", "^=", text);
}

/** Kubernetes' `Prefix`: whole segments. `path` has no slash at its end; "" and "/" match every path. */
export function pathPrefix(path: string): Expression {
  if (path === "" || path === "/") return pathStartsWith("/");
  return { kind: "any", members: [pathExact(path), pathStartsWith(`${path}/`)] };
}

/** The path matches a regular expression from its beginning: `^` is added where it is missing. */
export function pathRegex(regex: string): Expression {
  return test("http.path", "~", regex.startsWith("^") ? regex : `^${regex}`);
}

/** The field of a header: names in lower case, with `_` for `-`. */
export function headerField(name: string): string {
  return `http.headers.${name.toLowerCase().replaceAll("-", "_")}`;
}

export function header(name: string, value: string): Expression {
  return test(headerField(name), "==", value);
}

export function headerRegex(name: string, regex: string): Expression {
  return test(headerField(name), "~", regex);
}

export function query(name: string, value: string): Expression {
  return test(`http.queries.${name}`, "==", value);
}

export function queryRegex(name: string, regex: string): Expression {
  return test(`http.queries.${name}`, "~", regex);
}

export function method(name: string): Expression {
  return test("http.method", "==", name);
}

/** A name in TLS; `*.x` matches what ends in `.x`. */
export function sni(name: string): Expression {
  return name.startsWith("*") ? test("tls.sni", "=^", name.slice(1)) : test("tls.sni", "==", name);
}

export function destinationPort(port: number): Expression {
  return test("net.dst.port", "==", port);
}

/** Holds for every HTTP request: a route must have an expression. */
export const catchAll: Expression = {
  kind: "any",
  members: [test("net.protocol", "==", "http"), test("net.protocol", "==", "https")],
};

/** Writes an expression as KIC does (spec: ingress §7): the members of a group in parentheses each, a single one bare. */
export function printExpression(expression: Expression): string {
  if (expression.kind === "test") {
    const value = typeof expression.value === "number" ? String(expression.value) : quote(expression.value);
    return `${expression.field} ${expression.operator} ${value}`;
  }
  if (expression.kind === "not") return `!(${printExpression(expression.member)})`;
  const [only, ...rest] = expression.members;
  if (only === undefined) throw new RangeError("a router expression cannot be an empty group");
  if (rest.length === 0) return printExpression(only);
  const joint = expression.kind === "all" ? " && " : " || ";
  return expression.members.map((member) => `(${printExpression(member)})`).join(joint);
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  '"': '\\"',
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function quote(text: string): string {
  return `"${text.replace(/[\\"\n\r\t]/g, (character) => ESCAPES[character]!)}"`;
}
