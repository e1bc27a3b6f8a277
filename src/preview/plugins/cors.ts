import type { Exchange } from "../proxy/exchange.ts";
import { HeaderList } from "../proxy/header-list.ts";
import type { PluginCode } from "./plugin.ts";

interface Config {
  readonly origins?: readonly string[] | null;
  readonly methods?: readonly string[];
  readonly headers?: readonly string[] | null;
  readonly exposed_headers?: readonly string[] | null;
  readonly max_age?: number | null;
  readonly credentials?: boolean;
  readonly private_network?: boolean;
  readonly preflight_continue?: boolean;
}

const METHODS = ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "TRACE", "CONNECT"];
const PREFLIGHT = "cors.preflight";

/** https://developer.konghq.com/plugins/cors/ */
export const cors: PluginCode = {
  name: "cors",
  access(exchange, plugin) {
    const config = plugin.config as Config;
    const { request } = exchange;
    const asked = request.headers.get("access-control-request-method");
    if (request.method !== "OPTIONS" || !request.headers.has("origin") || asked === undefined) return undefined;
    exchange.notes.set(PREFLIGHT, true);
    if (config.preflight_continue === true) return undefined;
    const headers = new HeaderList();
    allowOrigin(exchange, config, headers);
    const listed = config.headers ?? [];
    const wished = request.headers.get("access-control-request-headers");
    if (listed.length > 0) headers.set("Access-Control-Allow-Headers", listed.join(","));
    else if (wished !== undefined) headers.set("Access-Control-Allow-Headers", wished);
    headers.set("Access-Control-Allow-Methods", (config.methods ?? METHODS).join(","));
    if (config.max_age != null) headers.set("Access-Control-Max-Age", String(config.max_age));
    if (config.private_network === true && request.headers.get("access-control-request-private-network") === "true")
      headers.set("Access-Control-Allow-Private-Network", "true");
    return { status: 200, headers: Object.fromEntries(headers.lines()), body: "" };
  },
  headerFilter(exchange, draft, plugin) {
    if (exchange.notes.has(PREFLIGHT)) return;
    const config = plugin.config as Config;
    allowOrigin(exchange, config, draft.headers);
    const exposed = config.exposed_headers ?? [];
    if (exposed.length > 0) draft.headers.set("Access-Control-Expose-Headers", exposed.join(","));
  },
};

function allowOrigin(exchange: Exchange, config: Config, headers: HeaderList): void {
  const origin = exchange.request.headers.get("origin");
  const all = isForAll(config.origins ?? []);
  if (all) headers.set("Access-Control-Allow-Origin", "*");
  else {
    varyByOrigin(headers);
    const allowed = allowedOrigin(config.origins ?? [], origin);
    if (allowed === undefined) headers.remove("Access-Control-Allow-Origin");
    else headers.set("Access-Control-Allow-Origin", allowed);
  }
  if (config.credentials !== true) return;
  // With credentials the star means nothing: the origin itself must stand there.
  if (all && origin === undefined) return;
  if (all && origin !== undefined) {
    varyByOrigin(headers);
    headers.set("Access-Control-Allow-Origin", origin);
  }
  headers.set("Access-Control-Allow-Credentials", "true");
}

function isForAll(origins: readonly string[]): boolean {
  return origins.length === 0 || (origins.length === 1 && origins[0] === "*");
}

const PLAIN = /^[A-Za-z0-9.:/-]+$/;

/** A single plain origin is named to every client; else the client's own, when it fits one of them. */
function allowedOrigin(origins: readonly string[], origin: string | undefined): string | undefined {
  const [only] = origins;
  if (origins.length === 1 && only !== undefined && PLAIN.test(only)) return only;
  if (origin === undefined) return undefined;
  return origins.some((pattern) => fits(pattern, origin)) ? origin : undefined;
}

function fits(pattern: string, origin: string): boolean {
  if (pattern === "*") return true;
  const given = withoutPort(origin);
  // A pattern that names no scheme is about the host.
  const subject = pattern.includes("/") ? given : given.replace(/^[a-z]+:\/\//i, "");
  if (PLAIN.test(pattern)) return withoutPort(pattern) === given || pattern === subject;
  try {
    const regex = new RegExp(`^(?:${pattern})$`);
    return regex.test(given) || regex.test(subject);
  } catch {
    return false;
  }
}

/** An origin without the port that its scheme means anyway. */
function withoutPort(origin: string): string {
  return origin.replace(/^(http:\/\/[^/]+):80$/, "$1").replace(/^(https:\/\/[^/]+):443$/, "$1");
}

function varyByOrigin(headers: HeaderList): void {
  const present = headers.all("vary").join(", ");
  if (/(^|,\s*)(origin|\*)(\s*,|$)/i.test(present)) return;
  headers.set("Vary", present === "" ? "Origin" : `${present}, Origin`);
}
