import type { Exchange } from "../proxy/exchange.ts";
import { authenticated, consumerOf, withAnonymous } from "./authentication.ts";
import type { PluginAnswer, PluginCode } from "./plugin.ts";
import { removeArgument } from "./query.ts";

interface Config {
  readonly key_names?: readonly string[];
  readonly hide_credentials?: boolean;
  readonly anonymous?: string | null;
  readonly key_in_header?: boolean;
  readonly key_in_query?: boolean;
  readonly key_in_body?: boolean;
  readonly run_on_preflight?: boolean;
  readonly realm?: string | null;
}

/** https://developer.konghq.com/plugins/key-auth/ */
export const keyAuth: PluginCode = {
  name: "key-auth",
  async access(exchange, plugin, tools) {
    const config = plugin.config as Config;
    if (config.run_on_preflight === false && exchange.request.method === "OPTIONS") return undefined;
    const body = config.key_in_body === true ? await formOf(exchange) : undefined;
    return withAnonymous(exchange, tools, config.anonymous, () => {
      const shown = keyOf(exchange, config, body);
      if (shown === "several") return refuse(config, "Duplicate API key found");
      if (shown === undefined) return refuse(config, "No API key found in request");
      const credential = tools.credentials.find("keyauth_credentials", shown);
      const consumer = credential === undefined ? undefined : consumerOf(credential, tools);
      if (credential === undefined || consumer === undefined) return refuse(config, "Unauthorized");
      authenticated(exchange, consumer, { id: credential.id, identifier: credential.id });
      return undefined;
    });
  },
};

/** The first key found under one of the names; it is taken out of what goes upstream when credentials are hidden. */
function keyOf(exchange: Exchange, config: Config, body: URLSearchParams | undefined): string | "several" | undefined {
  const { request, upstream } = exchange;
  const query = new URLSearchParams(request.query ?? "");
  for (const name of config.key_names ?? ["apikey"]) {
    const places: readonly (() => readonly string[])[] = [
      () => (config.key_in_header === false ? [] : request.headers.all(name)),
      () => (config.key_in_query === false ? [] : query.getAll(name)),
      () => body?.getAll(name) ?? [],
    ];
    const values = places.map((place) => place()).find((found) => found.length > 0) ?? [];
    if (values.length > 1) return "several";
    const value = values[0];
    if (value === undefined || value === "") continue;
    if (config.hide_credentials === true) {
      upstream.headers.remove(name);
      upstream.query = removeArgument(upstream.query, name);
      if (body?.has(name)) {
        body.delete(name);
        upstream.body.replace(Buffer.from(body.toString()));
      }
    }
    return value;
  }
  return undefined;
}

async function formOf(exchange: Exchange): Promise<URLSearchParams | undefined> {
  const type = exchange.request.headers.get("content-type") ?? "";
  const body = await exchange.upstream.body.read();
  if (body === undefined) return undefined;
  if (type.includes("application/x-www-form-urlencoded")) return new URLSearchParams(body.toString("utf8"));
  if (!type.includes("application/json")) return undefined;
  return jsonFields(body);
}

function jsonFields(body: Buffer): URLSearchParams | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  return new URLSearchParams(Object.entries(value).flatMap(([k, v]) => (typeof v === "string" ? [[k, v]] : [])));
}

function refuse(config: Config, error: string): PluginAnswer {
  const realm = config.realm == null ? "" : ` realm="${config.realm}"`;
  return { status: 401, error, headers: { "WWW-Authenticate": `Key${realm}` } };
}
