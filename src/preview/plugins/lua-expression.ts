/** A value of the small part of Lua that templates use: nil is undefined. */
export type LuaValue = undefined | boolean | number | string | LuaTable;

/** Something with fields; the look-up decides about case and the like. */
export interface LuaTable {
  readonly get: (key: string | number) => LuaValue;
}

/** The names that an expression can use. */
export type Names = Readonly<Record<string, LuaTable>>;

/** Works out an expression: literals, fields, `..`, arithmetic, comparisons, `and`, `or`, `not`, `#`, and the string methods lower, upper, sub, len. Throws a SyntaxError. */
export function evaluate(text: string, names: Names): LuaValue {
  const reader = new Reader(tokens(text), names);
  const value = reader.expression(0);
  reader.end();
  return value();
}

const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(\.\.|==|~=|<=|>=|[-+*/%<>#()[\].:,]))/y;

interface Token {
  readonly kind: "number" | "name" | "string" | "sign";
  readonly text: string;
}

function tokens(text: string): readonly Token[] {
  const out: Token[] = [];
  let at = 0;
  while (text.slice(at).trim() !== "") {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (found === null) throw new SyntaxError(`not understood: ${text.slice(at)}`);
    at = TOKEN.lastIndex;
    const [, number, name, string, sign] = found;
    if (number !== undefined) out.push({ kind: "number", text: number });
    else if (name !== undefined) out.push({ kind: "name", text: name });
    else if (string !== undefined) out.push({ kind: "string", text: unquoted(string) });
    else out.push({ kind: "sign", text: sign! });
  }
  return out;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/gs, (_all, char: string) => ESCAPES[char] ?? char);
}

/** Lua's order, from loose to tight; `..` binds to the right. */
const LEVELS: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  "<": 3,
  ">": 3,
  "<=": 3,
  ">=": 3,
  "~=": 3,
  "==": 3,
  "..": 4,
  "+": 5,
  "-": 5,
  "*": 6,
  "/": 6,
  "%": 6,
};
const UNARY = 7;
/** Nested deeper than this it is no template. */
const MAX_DEPTH = 100;

type Later = () => LuaValue;

class Reader {
  readonly #tokens: readonly Token[];
  readonly #names: Names;
  #at = 0;
  #depth = 0;

  constructor(list: readonly Token[], names: Names) {
    this.#tokens = list;
    this.#names = names;
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw new SyntaxError(`not expected: ${this.#tokens[this.#at]!.text}`);
  }

  expression(level: number): Later {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new SyntaxError("nested too deep");
    let left = this.#unary();
    for (;;) {
      const operator = this.#peek();
      const own = operator === undefined ? undefined : LEVELS[operator];
      if (operator === undefined || own === undefined || own <= level) break;
      this.#at += 1;
      const right = this.expression(operator === ".." ? own - 1 : own);
      left = binary(operator, left, right);
    }
    this.#depth -= 1;
    return left;
  }

  #unary(): Later {
    for (const operator of ["not", "-", "#"]) {
      if (!this.#take(operator)) continue;
      const of = this.expression(UNARY);
      if (operator === "not") return () => !truthy(of());
      if (operator === "#") return () => Buffer.byteLength(text(of()));
      return () => -number(of());
    }
    return this.#suffixed(this.#primary());
  }

  #primary(): Later {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new SyntaxError("the expression breaks off");
    this.#at += 1;
    if (token.kind === "number") return () => Number(token.text);
    if (token.kind === "string") return () => token.text;
    if (token.text === "(") {
      const inner = this.expression(0);
      this.#expect(")");
      return inner;
    }
    if (token.kind !== "name") throw new SyntaxError(`not expected: ${token.text}`);
    if (token.text === "nil") return () => undefined;
    if (token.text === "true" || token.text === "false") return () => token.text === "true";
    if (token.text === "tostring" || token.text === "tonumber") return this.#call(token.text);
    const value = Object.hasOwn(this.#names, token.text) ? this.#names[token.text] : undefined;
    return () => value;
  }

  #call(name: string): Later {
    this.#expect("(");
    const argument = this.expression(0);
    this.#expect(")");
    if (name === "tostring") return () => shown(argument() ?? "nil");
    return () => {
      const value = Number(argument());
      return Number.isNaN(value) ? undefined : value;
    };
  }

  #suffixed(value: Later): Later {
    if (this.#take(".")) {
      const field = this.#name();
      return this.#suffixed(() => fieldOf(value(), field));
    }
    if (this.#take("[")) {
      const key = this.expression(0);
      this.#expect("]");
      return this.#suffixed(() => fieldOf(value(), key()));
    }
    if (this.#take(":")) {
      const method = this.#name();
      const args = this.#arguments();
      return this.#suffixed(() =>
        stringMethod(
          method,
          text(value()),
          args.map((a) => number(a())),
        ),
      );
    }
    return value;
  }

  #arguments(): readonly Later[] {
    this.#expect("(");
    const out: Later[] = [];
    if (this.#take(")")) return out;
    do out.push(this.expression(0));
    while (this.#take(","));
    this.#expect(")");
    return out;
  }

  #name(): string {
    const token = this.#tokens[this.#at++];
    if (token?.kind !== "name") throw new SyntaxError("a name is missing");
    return token.text;
  }

  /** The text of the next sign or word; strings are none. */
  #peek(): string | undefined {
    const token = this.#tokens[this.#at];
    return token === undefined || token.kind === "string" ? undefined : token.text;
  }

  #take(wanted: string): boolean {
    if (this.#peek() !== wanted) return false;
    this.#at += 1;
    return true;
  }

  #expect(wanted: string): void {
    if (!this.#take(wanted)) throw new SyntaxError(`${wanted} is missing`);
  }
}

function binary(operator: string, left: Later, right: Later): Later {
  switch (operator) {
    case "or":
      return () => {
        const value = left();
        return truthy(value) ? value : right();
      };
    case "and":
      return () => {
        const value = left();
        return truthy(value) ? right() : value;
      };
    case "..":
      return () => text(left()) + text(right());
    case "==":
      return () => left() === right();
    case "~=":
      return () => left() !== right();
    default:
      return () => arithmetic(operator, left(), right());
  }
}

function arithmetic(operator: string, a: LuaValue, b: LuaValue): LuaValue {
  if (["<", ">", "<=", ">="].includes(operator)) {
    const both = typeof a === "string" && typeof b === "string";
    const [x, y] = both ? [a, b] : [number(a), number(b)];
    return operator === "<" ? x < y : operator === ">" ? x > y : operator === "<=" ? x <= y : x >= y;
  }
  const [x, y] = [number(a), number(b)];
  if (operator === "+") return x + y;
  if (operator === "-") return x - y;
  if (operator === "*") return x * y;
  return operator === "/" ? x / y : x - Math.floor(x / y) * y;
}

function fieldOf(value: LuaValue, key: LuaValue): LuaValue {
  if (typeof value !== "object") throw new SyntaxError("only tables have fields");
  return typeof key === "string" || typeof key === "number" ? value.get(key) : undefined;
}

function stringMethod(method: string, subject: string, args: readonly number[]): LuaValue {
  switch (method) {
    case "lower":
      return subject.toLowerCase();
    case "upper":
      return subject.toUpperCase();
    case "len":
      return Buffer.byteLength(subject);
    case "sub": {
      // From 1, both ends included, negative numbers from the end.
      const place = (n: number): number => (n < 0 ? subject.length + n + 1 : n);
      return subject.slice(Math.max(1, place(args[0] ?? 1)) - 1, Math.max(0, place(args[1] ?? -1)));
    }
    default:
      throw new SyntaxError(`the method ${method} is not known here`);
  }
}

function truthy(value: LuaValue): boolean {
  return value !== undefined && value !== false;
}

function text(value: LuaValue): string {
  if (typeof value === "string" || typeof value === "number") return shown(value);
  throw new SyntaxError("only text and numbers can be joined");
}

function number(value: LuaValue): number {
  const found = typeof value === "string" ? Number(value) : value;
  if (typeof found !== "number" || Number.isNaN(found)) throw new SyntaxError("a number is missing");
  return found;
}

/** A value as text. */
export function shown(value: LuaValue): string {
  return typeof value === "object" ? "table" : String(value);
}
