import type { Exchange } from "../proxy/exchange.ts";
import { escapePath, toBytes } from "../proxy/uri.ts";
import { transformBody } from "./body-transform.ts";
import type { LuaTable, Names } from "./lua-expression.ts";
import type { PluginAnswer, PluginCode } from "./plugin.ts";
import { type Argument, nameAndValue, parseArguments, printArguments } from "./query.ts";
import { render } from "./template.ts";

type Section = Readonly<Record<"headers" | "querystring" | "body", readonly string[] | null | undefined>>;

interface Config {
  readonly http_method?: string | null;
  readonly remove?: Section;
  readonly rename?: Section;
  readonly replace?: Section & { readonly uri?: string | null };
  readonly add?: Section;
  readonly append?: Section;
}

/** One entry `name:value` with its template filled in. */
export type Pair = readonly [string, string];

/** What one kind of thing is changed by, in the order in which it happens. */
export interface Steps {
  readonly remove: readonly Pair[];
  readonly rename: readonly Pair[];
  readonly replace: readonly Pair[];
  readonly add: readonly Pair[];
  readonly append: readonly Pair[];
}

/** https://developer.konghq.com/plugins/request-transformer/ */
export const requestTransformer: PluginCode = {
  name: "request-transformer",
  async access(exchange, plugin): Promise<PluginAnswer | undefined> {
    const config = plugin.config as Config;
    const names = namesOf(exchange);
    try {
      const uri = config.replace?.uri;
      const path = uri == null || uri === "" ? undefined : render(uri, names);
      const headers = stepsOf(config, "headers", names);
      const query = stepsOf(config, "querystring", names);
      const body = stepsOf(config, "body", names);
      if (path !== undefined) exchange.upstream.path = escapePath(toBytes(path));
      if (hasAny(body)) await transformBody(exchange, body);
      if (config.http_method != null) await changeMethod(exchange, config.http_method.toUpperCase());
      transformHeaders(exchange, headers);
      if (hasAny(query)) transformQuery(exchange, query);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return { status: 500, error: "An unexpected error occurred" };
    }
    return undefined;
  },
};

function stepsOf(config: Config, kind: keyof Section, names: Names): Steps {
  const filled = (section: Section | undefined): readonly Pair[] =>
    (section?.[kind] ?? []).map((text) => {
      const [name, value] = nameAndValue(text);
      return [name, value === "" ? value : render(value, names)];
    });
  return {
    remove: filled(config.remove),
    rename: filled(config.rename),
    replace: filled(config.replace),
    add: filled(config.add),
    append: filled(config.append),
  };
}

function hasAny(steps: Steps): boolean {
  return Object.values(steps).some((list: readonly Pair[]) => list.length > 0);
}

function namesOf(exchange: Exchange): Names {
  const { request, upstream, captures } = exchange;
  const query = new URLSearchParams(request.query ?? "");
  const headers: LuaTable = {
    get: (key) => upstream.headers.get(String(key).replaceAll("_", "-")) ?? upstream.headers.get(String(key)),
  };
  const args: LuaTable = { get: (key) => query.get(String(key)) ?? undefined };
  const caught: LuaTable = {
    get: (key) => (typeof key === "number" ? captures.unnamed[key - 1] : captures.named[key]),
  };
  return { headers, query_params: args, uri_captures: caught, shared: { get: () => undefined } };
}

function transformHeaders(exchange: Exchange, steps: Steps): void {
  const { upstream } = exchange;
  const { headers } = upstream;
  for (const [name] of steps.remove) headers.remove(name);
  for (const [from, to] of steps.rename) {
    const values = headers.all(from);
    if (values.length === 0) continue;
    headers.remove(from);
    headers.remove(to);
    for (const value of values) headers.add(to, value);
  }
  for (const [name, value] of steps.replace) {
    if (name.toLowerCase() === "host") upstream.host = value;
    else if (headers.has(name)) headers.set(name, value);
  }
  for (const [name, value] of steps.add)
    if (name.toLowerCase() !== "host" && !headers.has(name)) headers.set(name, value);
  for (const [name, value] of steps.append) if (name.toLowerCase() !== "host") headers.add(name, value);
}

function transformQuery(exchange: Exchange, steps: Steps): void {
  const { upstream } = exchange;
  let list = parseArguments(upstream.query);
  const has = (name: string): boolean => list.some(([n]) => n === name);
  for (const [name] of steps.remove) list = list.filter(([n]) => n !== name);
  for (const [from, to] of steps.rename) {
    const values = list.filter(([n]) => n === from);
    if (values.length === 0) continue;
    list = list.filter(([n]) => n !== from && n !== to);
    list = [...list, ...values.map(([, value]): Argument => [to, value])];
  }
  for (const [name, value] of steps.replace) {
    const at = list.findIndex(([n]) => n === name);
    if (at >= 0) list = list.flatMap((one, i) => (i === at ? [[name, value] as const] : one[0] === name ? [] : [one]));
  }
  for (const [name, value] of steps.add) if (!has(name)) list = [...list, [name, value]];
  for (const [name, value] of steps.append) list = [...list, [name, value]];
  upstream.query = printArguments(list);
}

/** With a method that has no body, the fields of a form go to the query. */
async function changeMethod(exchange: Exchange, method: string): Promise<void> {
  const { upstream, request } = exchange;
  upstream.method = method;
  const type = request.headers.get("content-type") ?? "";
  if (!["GET", "HEAD", "TRACE"].includes(method) || !type.includes("application/x-www-form-urlencoded")) return;
  const form = parseArguments((await upstream.body.read())?.toString("utf8"));
  if (form.length > 0) upstream.query = printArguments([...parseArguments(upstream.query), ...form]);
}
