import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Exchange } from "../proxy/exchange.ts";
import { authenticated, consumerOf, withAnonymous } from "./authentication.ts";
import type { PluginAnswer, PluginCode, PluginTools } from "./plugin.ts";

interface Config {
  readonly hide_credentials?: boolean;
  readonly clock_skew?: number;
  readonly anonymous?: string | null;
  readonly validate_request_body?: boolean;
  readonly enforce_headers?: readonly string[];
  readonly algorithms?: readonly string[];
  readonly realm?: string | null;
}

const NOT_VERIFIED = "HMAC signature cannot be verified";
const NOT_THE_SAME = "HMAC signature does not match";
const NO_DATE = `${NOT_VERIFIED}, a valid date or x-date header is required for HMAC Authentication`;

/** https://developer.konghq.com/plugins/hmac-auth/ */
export const hmacAuth: PluginCode = {
  name: "hmac-auth",
  async access(exchange, plugin, tools) {
    const config = plugin.config as Config;
    const body = config.validate_request_body === true ? await exchange.upstream.body.read() : undefined;
    return withAnonymous(exchange, tools, config.anonymous, () => authenticate(exchange, config, tools, body));
  },
};

interface Signature {
  readonly username: string;
  readonly algorithm: string;
  readonly headers: readonly string[];
  readonly signature: string;
}

function authenticate(
  exchange: Exchange,
  config: Config,
  tools: PluginTools,
  body: Buffer | undefined,
): PluginAnswer | undefined {
  const { headers } = exchange.request;
  const refuse = (error: string): PluginAnswer => {
    const realm = config.realm == null ? "" : ` realm="${config.realm}"`;
    return { status: 401, error, headers: { "WWW-Authenticate": `hmac${realm}` } };
  };
  if (!headers.has("authorization") && !headers.has("proxy-authorization")) return refuse("Unauthorized");
  if (!isTimely(exchange, config.clock_skew ?? 300)) return refuse(NO_DATE);
  const shown = signatureOf(exchange, config.hide_credentials === true);
  if (shown === undefined) return refuse(NOT_VERIFIED);
  const signed = new Set(shown.headers);
  if (!(config.enforce_headers ?? []).every((name) => signed.has(name.toLowerCase()))) return refuse(NOT_VERIFIED);
  if (!(config.algorithms ?? ["hmac-sha1", "hmac-sha256", "hmac-sha384", "hmac-sha512"]).includes(shown.algorithm))
    return refuse(NOT_VERIFIED);
  const credential = tools.credentials.find("hmacauth_credentials", shown.username);
  const consumer = credential === undefined ? undefined : consumerOf(credential, tools);
  if (credential === undefined || consumer === undefined) return refuse(NOT_VERIFIED);
  const wanted = createHmac(shown.algorithm.slice("hmac-".length), String(credential["secret"] ?? ""))
    .update(signingText(exchange, shown.headers))
    .digest();
  const given = Buffer.from(shown.signature, "base64");
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return refuse(NOT_THE_SAME);
  if (config.validate_request_body === true && !isDigest(headers.get("digest"), body)) return refuse(NOT_THE_SAME);
  authenticated(exchange, consumer, { id: credential.id, identifier: shown.username });
  return undefined;
}

/** True when `x-date`, or else `date`, is no further from now than this many seconds. */
function isTimely(exchange: Exchange, skew: number): boolean {
  return ["x-date", "date"].some((name) => {
    const at = Date.parse(exchange.request.headers.get(name) ?? "");
    return Math.abs(exchange.now() - at) <= skew * 1000;
  });
}

function signatureOf(exchange: Exchange, hide: boolean): Signature | undefined {
  for (const name of ["proxy-authorization", "authorization"]) {
    const text = exchange.request.headers.get(name);
    if (text === undefined || !/^\s*hmac\s/i.test(text)) continue;
    if (hide) exchange.upstream.headers.remove(name);
    const fields = new Map([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, field, value]) => [field!, value!]));
    const [username, signature] = [fields.get("username"), fields.get("signature")];
    const algorithm = fields.get("algorithm") ?? "hmac-sha1";
    if (username === undefined || signature === undefined) continue;
    const headers = (fields.get("headers") ?? "date").toLowerCase().split(" ");
    return { username, signature, algorithm, headers };
  }
  return undefined;
}

function signingText(exchange: Exchange, names: readonly string[]): string {
  const { request } = exchange;
  const target = request.query === undefined ? request.rawPath : `${request.rawPath}?${request.query}`;
  const lines = names.map((name) => {
    if (name === "request-line") return `${request.method} ${target} HTTP/${request.httpVersion}`;
    if (name === "@request-target") return `${name}: ${request.method.toLowerCase()} ${target}`;
    const values = request.headers.all(name);
    return values.length === 0 ? `${name}:` : `${name}: ${values.join(", ")}`;
  });
  return lines.join("\n");
}

/** A digest that is not there says nothing against a request without a body. */
function isDigest(header: string | undefined, body: Buffer | undefined): boolean {
  const content = body ?? Buffer.alloc(0);
  if (header === undefined) return content.length === 0;
  const digest = createHash("sha256").update(content).digest("base64");
  return header === `SHA-256=${digest}`;
}
