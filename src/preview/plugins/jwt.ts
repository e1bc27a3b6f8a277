import { constants, createHmac, createPublicKey, type KeyObject, timingSafeEqual, verify } from "node:crypto";
import type { Exchange } from "../proxy/exchange.ts";
import { authenticated, consumerOf, withAnonymous } from "./authentication.ts";
import type { PluginAnswer, PluginCode, PluginTools } from "./plugin.ts";
import { cookieOf } from "./query.ts";

interface Config {
  readonly uri_param_names?: readonly string[];
  readonly cookie_names?: readonly string[];
  readonly header_names?: readonly string[];
  readonly key_claim_name?: string;
  readonly secret_is_base64?: boolean;
  readonly claims_to_verify?: readonly string[] | null;
  readonly anonymous?: string | null;
  readonly run_on_preflight?: boolean;
  readonly maximum_expiration?: number;
  readonly realm?: string | null;
}

/** https://developer.konghq.com/plugins/jwt/ */
export const jwt: PluginCode = {
  name: "jwt",
  access(exchange, plugin, tools) {
    const config = plugin.config as Config;
    if (config.run_on_preflight === false && exchange.request.method === "OPTIONS") return undefined;
    return withAnonymous(exchange, tools, config.anonymous, () => authenticate(exchange, config, tools));
  },
};

type Claims = Readonly<Record<string, unknown>>;

function authenticate(exchange: Exchange, config: Config, tools: PluginTools): PluginAnswer | undefined {
  const tokens = tokensOf(exchange, config);
  if (tokens.length > 1) return refuse(config, { message: "Multiple tokens provided" });
  const token = tokens[0];
  if (token === undefined) return refuse(config, { message: "Unauthorized" }, "");
  const decoded = decode(token);
  if (typeof decoded === "string") return refuse(config, { message: `Bad token; ${decoded}` });
  const name = config.key_claim_name ?? "iss";
  const key = decoded.claims[name] ?? decoded.header[name];
  if (key === undefined || key === null) return refuse(config, { message: `No mandatory '${name}' in claims` });
  if (key === "") return refuse(config, { message: `Invalid '${name}' in claims` });
  const credential = tools.credentials.find("jwt_secrets", String(key));
  if (credential === undefined) return refuse(config, { message: `No credentials found for given '${name}'` });
  const algorithm = String(credential["algorithm"] ?? "HS256");
  if (decoded.header["alg"] !== algorithm) return refuse(config, { message: "Invalid algorithm" });
  const secret = algorithm.startsWith("HS") ? credential["secret"] : credential["rsa_public_key"];
  if (typeof secret !== "string") return refuse(config, { message: "Invalid key/secret" });
  const value = config.secret_is_base64 === true ? Buffer.from(secret, "base64") : Buffer.from(secret, "utf8");
  if (!isSigned(algorithm, value, decoded.signed, decoded.signature))
    return refuse(config, { message: "Invalid signature" });
  const now = exchange.now() / 1000;
  const wrong = wrongClaims(decoded.claims, config, now);
  if (wrong !== undefined) return refuse(config, wrong);
  const consumer = consumerOf(credential, tools);
  if (consumer === undefined)
    return refuse(config, { message: `Could not find consumer for '${name}=${String(key)}'` });
  authenticated(exchange, consumer, { id: credential.id, identifier: String(credential["key"]) });
  return undefined;
}

function refuse(config: Config, json: unknown, error = 'error="invalid_token"'): PluginAnswer {
  const realm = config.realm == null ? "" : `realm="${config.realm}"`;
  const parts = [realm, error].filter((part) => part !== "").join(", ");
  return { status: 401, json, headers: { "WWW-Authenticate": parts === "" ? "Bearer" : `Bearer ${parts}` } };
}

/** Tokens in the query, in cookies, in headers; each once. */
function tokensOf(exchange: Exchange, config: Config): readonly string[] {
  const { request } = exchange;
  const query = new URLSearchParams(request.query ?? "");
  const found = new Set<string>();
  for (const name of config.uri_param_names ?? ["jwt"]) for (const value of query.getAll(name)) found.add(value);
  for (const name of config.cookie_names ?? []) {
    const value = cookieOf(request.headers.all("cookie"), name);
    if (value !== undefined && value !== "") found.add(value);
  }
  for (const name of config.header_names ?? ["authorization"]) {
    const value = /^\s*bearer\s+(.+)/i.exec(request.headers.get(name) ?? "")?.[1];
    if (value !== undefined) found.add(value);
  }
  return [...found];
}

interface Decoded {
  readonly header: Claims;
  readonly claims: Claims;
  readonly signed: string;
  readonly signature: Buffer;
}

function decode(token: string): Decoded | string {
  const [header, claims, signature, ...more] = token.split(".");
  if (header === undefined || claims === undefined || signature === undefined || more.length > 0)
    return "invalid token";
  const [head, body] = [parsed(header), parsed(claims)];
  if (head === undefined || body === undefined) return "invalid JSON";
  if (head["typ"] !== undefined && String(head["typ"]).toUpperCase() !== "JWT") return "invalid typ";
  if (typeof head["alg"] !== "string" || !ALGORITHMS.has(head["alg"])) return "invalid alg";
  return { header: head, claims: body, signed: `${header}.${claims}`, signature: Buffer.from(signature, "base64url") };
}

function parsed(part: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Claims) : undefined;
  } catch {
    return undefined;
  }
}

const ALGORITHMS = new Set(
  ["HS", "RS", "ES", "PS"].flatMap((kind) => ["256", "384", "512"].map((bits) => kind + bits)).concat("EdDSA"),
);

function isSigned(algorithm: string, secret: Buffer, signed: string, signature: Buffer): boolean {
  const digest = `sha${algorithm.slice(2)}`;
  if (algorithm.startsWith("HS")) {
    const made = createHmac(digest, secret).update(signed).digest();
    return made.length === signature.length && timingSafeEqual(made, signature);
  }
  let key: KeyObject;
  try {
    key = createPublicKey(secret);
  } catch {
    return false;
  }
  const data = Buffer.from(signed);
  if (algorithm === "EdDSA") return verify(null, data, key, signature);
  if (algorithm.startsWith("ES")) return verify(digest, data, { key, dsaEncoding: "ieee-p1363" }, signature);
  if (algorithm.startsWith("RS")) return verify(digest, data, key, signature);
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return verify(digest, data, { key, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }, signature);
}

/** What is wrong with the registered claims, by claim; undefined when nothing is. */
function wrongClaims(claims: Claims, config: Config, now: number): Readonly<Record<string, string>> | undefined {
  const wrong: Record<string, string> = {};
  for (const name of config.claims_to_verify ?? []) {
    const value = claims[name];
    if (typeof value !== "number") wrong[name] = "must be a number";
    else if (name === "nbf" && value > now) wrong[name] = "token not valid yet";
    else if (name === "exp" && value <= now) wrong[name] = "token expired";
  }
  if (Object.keys(wrong).length > 0) return wrong;
  const most = config.maximum_expiration ?? 0;
  const exp = claims["exp"];
  if (most > 0 && !(typeof exp === "number" && exp - now <= most)) return { exp: "exceeds maximum allowed expiration" };
  return undefined;
}
