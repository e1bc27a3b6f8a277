import { isIP } from "node:net";
import * as atc from "@kong/atc-router/atc-router_bg.js";
import { test as predicate, printExpression } from "./expression.ts";
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

  private constructor() {
    this.#schemas = { http: schemaOf(HTTP_FIELDS), stream: schemaOf(STREAM_FIELDS) };
  }

  static #loaded: RouterEngine | undefined;

  /** Loads the WebAssembly at the first call (some ms, 3 MB); there is one in a process, because the package's glue holds one. */
  static load(): RouterEngine {
    if (RouterEngine.#loaded === undefined) {
      const module = new WebAssembly.Module(routerEngineBytes());
      const instance = new WebAssembly.Instance(module, { "./atc-router_bg.js": { ...atc } });
      atc.__wbg_set_wasm(instance.exports);
      RouterEngine.#loaded = new RouterEngine();
    }
    return RouterEngine.#loaded;
  }

  /** Undefined when Kong accepts the expression. About 10 µs. */
  check(expression: string, subsystem: Subsystem): ExpressionError | undefined {
    const result = atc.Parser.parse(expression, this.#schemas[subsystem]);
    if (result.status === "parseError") return parseError(expression, result.parseError);
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
    const router = new atc.Router(this.#schemas[subsystem]);
    const refused = router.addMatcher(0, MATCHER_ID, expression);
    if (refused !== undefined) throw new RangeError(refused);
    return new Matcher(router);
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

/** Made by `RouterEngine.matcher`. */
export class Matcher {
  readonly #router: atc.Router;

  constructor(router: atc.Router) {
    this.#router = router;
  }

  matches(context: Context): boolean {
    return this.#router.execute(context.handle);
  }

  free(): void {
    this.#router.free();
  }
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

function parseError(expression: string, error: atc.ParseError): ExpressionError {
  const message = (error.variant.customError ?? error.variant.parsingError ?? "").replace(/^parsing error: /, "");
  const { span, pos } = error.lineCol;
  const [line, column] = span?.[0] ?? pos ?? [1, 1];
  const width = span === undefined || span[0][0] !== span[1][0] ? undefined : span[1][1] - span[0][1];
  const mark = width === undefined ? "^---" : width < 2 ? "^" : `^${"-".repeat(width - 2)}^`;
  const gutter = " ".repeat(String(line).length);
  const source = expression.split("\n")[line - 1] ?? "";
  const text = [
    `${gutter}--> ${line}:${column}`,
    `${gutter} |`,
    `${line} | ${source}`,
    `${gutter} | ${" ".repeat(column - 1)}${mark}`,
    `${gutter} |`,
    `${gutter} = ${message}`,
  ].join("\n");
  return { message, line, column, text };
}
