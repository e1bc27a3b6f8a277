import { isIP } from "node:net";
import * as atc from "@kong/atc-router/atc-router_bg.js";
import { test as predicate, printExpression } from "./expression.ts";
import { chunks, type Piece, sizeOf, split } from "./expression-split.ts";
import { routerEngineBytes } from "./router-engine-bytes.ts";

/** Routes of protocol http(s) and grpc(s) see other fields than those of tcp, tls, tls_passthrough and udp. */
export type Subsystem = "http" | "stream";

/** Why an expression is refused. */
export interface ExpressionError {
  /** Short, without the place. */
  readonly message: string;
  /** From 1; absent when the expression can be parsed but does not fit the fields. */
  readonly line?: number;
  readonly column?: number;
  /** With the place marked, as Kong prints it. */
  readonly text: string;
}

/** What a request is matched by: field → value, several for headers and queries. Fields that no expression can use are left out. */
export type RequestFields = Readonly<Record<string, string | number | readonly string[] | undefined>>;

const STREAM_FIELDS: readonly (readonly [string, atc.FieldType])[] = [
  ["net.protocol", "String"],
  ["tls.sni", "String"],
  ["net.src.port", "Int"],
  ["net.dst.port", "Int"],
  ["net.src.ip", "IpAddr"],
  ["net.dst.ip", "IpAddr"],
];
const HTTP_FIELDS: readonly (readonly [string, atc.FieldType])[] = [
  ...STREAM_FIELDS,
  ["http.method", "String"],
  ["http.host", "String"],
  ["http.path", "String"],
  ["http.path.segments.*", "String"],
  ["http.path.segments.len", "Int"],
  ["http.headers.*", "String"],
  ["http.queries.*", "String"],
];
const TYPES: ReadonlyMap<string, atc.FieldType> = new Map(HTTP_FIELDS);
const FAMILY = /^http\.(?:headers|queries|path\.segments)\./;

const MATCHER_ID = "00000000-0000-4000-8000-000000000000";

/** Kong's own router engine (the package @kong/atc-router): the one that decides in a gateway decides here. */
export class RouterEngine {
  readonly #schemas: Readonly<Record<Subsystem, atc.Schema>>;
  readonly #limits: Limits;

  private constructor(limits: Limits) {
    this.#limits = limits;
    this.#schemas = { http: schemaOf(HTTP_FIELDS), stream: schemaOf(STREAM_FIELDS) };
  }

  static #loaded: RouterEngine | undefined;

  /** Loads the WebAssembly at the first call (some ms, 3 MB); there is one in a process, because the package's glue holds one. */
  static load(): RouterEngine {
    if (RouterEngine.#loaded === undefined) {
      const module = new WebAssembly.Module(routerEngineBytes());
      const instance = new WebAssembly.Instance(module, { "./atc-router_bg.js": { ...atc } });
      atc.__wbg_set_wasm(instance.exports);
      RouterEngine.#loaded = new RouterEngine(LIMITS);
    }
    return RouterEngine.#loaded;
  }

  /** For tests: an engine that takes expressions apart as if they were too large. */
  static withLimits(limits: Limits): RouterEngine {
    RouterEngine.load();
    return new RouterEngine(limits);
  }

  /** Undefined when Kong accepts the expression. About 10 µs. */
  check(expression: string, subsystem: Subsystem): ExpressionError | undefined {
    return this.#check({ text: expression, offset: 0 }, expression, subsystem);
  }

  /** The engine is given pieces that it can chew; places are told in the whole. */
  #check(piece: Piece, whole: string, subsystem: Subsystem): ExpressionError | undefined {
    const parts = partsOf(piece, this.#limits);
    if (typeof parts === "object") {
      if ("message" in parts) return errorAt(whole, parts.at, undefined, parts.message);
      for (const part of parts.pieces) {
        const error = this.#check(part, whole, subsystem);
        if (error !== undefined) return error;
      }
      return undefined;
    }
    const result = atc.Parser.parse(piece.text, this.#schemas[subsystem]);
    if (result.status === "parseError") return parseError(result.parseError, piece, whole);
    if (result.status === "validationError") return { message: result.validationError, text: result.validationError };
    const bad = [...fieldsOf(result.expression)].find((field) => !isSegmentField(field));
    const message = "illformed http.path.segments.* field";
    return bad === undefined ? undefined : { message, text: message };
  }

  /** Undefined when the router takes the regular expression (Rust's dialect: no look-around, no back-references). */
  checkRegex(regex: string): ExpressionError | undefined {
    // A raw literal where it can be, so that the message shows the expression as it was written.
    const literal = regex.includes('"#') ? undefined : `http.path ~ r#"${regex}"#`;
    return this.check(literal ?? printExpression(predicate("http.path", "~", regex)), "http");
  }

  /** One expression, ready to be matched. Throws a RangeError on an expression that `check` refuses. Release it with `free`. */
  matcher(expression: string, subsystem: Subsystem): Matcher {
    const error = this.check(expression, subsystem);
    if (error !== undefined) throw new RangeError(error.text);
    return new Matcher(this.#parts({ text: expression, offset: 0 }, subsystem));
  }

  #parts(piece: Piece, subsystem: Subsystem): MatcherPart {
    const parts = partsOf(piece, this.#limits);
    if (typeof parts === "object" && !("message" in parts)) {
      return { kind: parts.kind, members: parts.pieces.map((part) => this.#parts(part, subsystem)) };
    }
    const router = new atc.Router(this.#schemas[subsystem]);
    const refused = router.addMatcher(0, MATCHER_ID, piece.text);
    if (refused !== undefined) throw new RangeError(refused);
    return { kind: "router", router };
  }

  /** What one request holds, for any number of matchers of the same subsystem. Release it with `free`. */
  context(subsystem: Subsystem, fields: RequestFields): Context {
    const context = new atc.Context(this.#schemas[subsystem]);
    for (const [field, value] of Object.entries(fields)) {
      const type = TYPES.get(field) ?? (FAMILY.test(field) ? "String" : undefined);
      if (value === undefined || type === undefined || (subsystem === "stream" && field.startsWith("http."))) continue;
      for (const one of typeof value === "object" ? value : [value]) addValue(context, field, type, one);
    }
    return new Context(context);
  }
}

/** Made by `RouterEngine.context`. */
export class Context {
  readonly handle: atc.Context;

  constructor(handle: atc.Context) {
    this.handle = handle;
  }

  free(): void {
    this.handle.free();
  }
}

type MatcherPart =
  | { readonly kind: "router"; readonly router: atc.Router }
  | { readonly kind: "any" | "all" | "not" | "inner"; readonly members: readonly MatcherPart[] };

/** Made by `RouterEngine.matcher`. */
export class Matcher {
  readonly #part: MatcherPart;

  constructor(part: MatcherPart) {
    this.#part = part;
  }

  matches(context: Context): boolean {
    return holds(this.#part, context.handle);
  }

  free(): void {
    release(this.#part);
  }
}

function holds(part: MatcherPart, context: atc.Context): boolean {
  if (part.kind === "router") return part.router.execute(context);
  if (part.kind === "any") return part.members.some((member) => holds(member, context));
  const all = part.members.every((member) => holds(member, context));
  return part.kind === "not" ? !all : all;
}

function release(part: MatcherPart): void {
  if (part.kind === "router") part.router.free();
  else for (const member of part.members) release(member);
}

/** What the engine can chew at once: its stack is small, and overflowing it once spoils it for good. */
export interface Limits {
  readonly depth: number;
  readonly joints: number;
}

// Measured: it falls at 450 levels, or at 1,600 joints.
const LIMITS: Limits = { depth: 200, joints: 500 };

/** An expression shorter than this cannot be beyond the limits. */
const SHORT = 400;

type Parts =
  | { readonly kind: "any" | "all" | "not" | "inner"; readonly pieces: readonly Piece[] }
  | { readonly message: string; readonly at: number };

/** How a piece has to be taken apart; undefined when it can be taken as it is. */
function partsOf({ text, offset }: Piece, limits: Limits): Parts | undefined {
  if (limits === LIMITS && text.length < SHORT) return undefined;
  const size = sizeOf(text);
  if (size.depth > limits.depth) return { message: `nested more than ${limits.depth} levels deep`, at: offset };
  if (size.joints <= limits.joints) return undefined;
  if (!size.balanced) return { message: "a string or a parenthesis has no other end", at: offset + size.at };
  const parts = split(text);
  if (parts.kind === "leaf") return { message: "expected term", at: offset };
  const pieces =
    parts.kind === "any" || parts.kind === "all" ? chunks(text, parts.pieces, limits.joints) : parts.pieces;
  return { kind: parts.kind, pieces: pieces.map((piece) => ({ text: piece.text, offset: offset + piece.offset })) };
}

/** The engine traps, for good, on a value of the wrong type: what does not fit is left out, as if the request did not have it. */
function addValue(context: atc.Context, field: string, type: atc.FieldType, value: string | number): void {
  if (type === "Int") {
    if (Number.isSafeInteger(value)) context.addValue(field, { Int: Number(value) });
  } else if (type === "IpAddr") {
    const address = String(value).replace(/%.*$/, "");
    if (isIP(address) !== 0) context.addValue(field, { IpAddr: address });
  } else {
    context.addValue(field, { String: String(value) });
  }
}

function schemaOf(fields: readonly (readonly [string, atc.FieldType])[]): atc.Schema {
  const schema = new atc.Schema();
  for (const [field, type] of fields) schema.addField(field, type);
  return schema;
}

function* fieldsOf(ast: atc.Ast): Generator<string> {
  if ("Predicate" in ast) yield ast.Predicate.lhs.var_name;
  else if ("Not" in ast.Logical) yield* fieldsOf(ast.Logical.Not);
  else for (const part of "And" in ast.Logical ? ast.Logical.And : ast.Logical.Or) yield* fieldsOf(part);
}

/** Kong takes `len`, a number, or a range `0_2` whose first number is less than its last. */
function isSegmentField(field: string): boolean {
  const prefix = "http.path.segments.";
  if (!field.startsWith(prefix)) return true;
  const match = /^(0|[1-9]\d*)(?:_([1-9]\d*))?$/.exec(field.slice(prefix.length));
  if (match === null) return field === `${prefix}len`;
  return match[2] === undefined || Number(match[1]) < Number(match[2]);
}

function parseError(error: atc.ParseError, piece: Piece, whole: string): ExpressionError {
  const message = (error.variant.customError ?? error.variant.parsingError ?? "").replace(/^parsing error: /, "");
  const { span, pos } = error.lineCol;
  const [line, column] = span?.[0] ?? pos ?? [1, 1];
  const width = span === undefined || span[0][0] !== span[1][0] ? undefined : span[1][1] - span[0][1];
  return errorAt(whole, offsetIn(piece.text, line, column) + piece.offset, width, message);
}

/** Lines and columns count characters from 1. */
function offsetIn(text: string, line: number, column: number): number {
  const lines = text.split("\n");
  const before = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  return before + [...(lines[line - 1] ?? "")].slice(0, column - 1).join("").length;
}

/** `width`: how many characters are meant; undefined for a place between characters. */
function errorAt(whole: string, offset: number, width: number | undefined, message: string): ExpressionError {
  const before = whole.slice(0, offset).split("\n");
  const line = before.length;
  const column = [...before[line - 1]!].length + 1;
  const mark = width === undefined ? "^---" : width < 2 ? "^" : `^${"-".repeat(width - 2)}^`;
  const gutter = " ".repeat(String(line).length);
  const text = [
    `${gutter}--> ${line}:${column}`,
    `${gutter} |`,
    `${line} | ${whole.split("\n")[line - 1] ?? ""}`,
    `${gutter} | ${" ".repeat(column - 1)}${mark}`,
    `${gutter} |`,
    `${gutter} = ${message}`,
  ].join("\n");
  return { message, line, column, text };
}
