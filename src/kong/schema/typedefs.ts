import {
  checkHost,
  checkHostWithPort,
  checkIp,
  checkIpOrCidr,
  checkRouteHost,
  checkSni,
  checkWildcardHost,
} from "./addresses.ts";
import type { Field } from "./field.ts";
import { array, foreign, integer, map, number, set, string } from "./notation.ts";
import { checkPath, checkRoutePath } from "./paths.ts";
import { checkCertificate, checkKey } from "./pem.ts";
import { checkCookieName, checkHeaderName, checkTag, checkUtf8Name } from "./texts.ts";
import { checkUrl } from "./urls.ts";

/** Fields that many kinds share. Each takes options that go on top. */
type Options = Omit<Partial<Field>, "type">;

export const PROTOCOLS = ["grpc", "grpcs", "http", "https", "tcp", "tls", "tls_passthrough", "udp"] as const;
export const HTTP_PROTOCOLS = ["grpc", "grpcs", "http", "https"] as const;

export const id = string({ uuid: true, auto: true });
export const timestamp = integer({ timestamp: true, auto: true });
export const timestampMs = number({ timestamp: true, auto: true });
export const utf8Name = (options: Options = {}) => string({ unique: true, check: checkUtf8Name, ...options });
export const tags = set(string({ required: true, check: checkTag }));

export const protocol = (options: Options = {}) => string({ oneOf: PROTOCOLS, ...options });
export const host = (options: Options = {}) => string({ check: checkHost, ...options });
export const hostWithPort = (options: Options = {}) => string({ check: checkHostWithPort, ...options });
export const wildcardHost = (options: Options = {}) => string({ check: checkWildcardHost, ...options });
export const sni = (options: Options = {}) => string({ check: checkSni, ...options });
export const port = (options: Options = {}) => integer({ between: [0, 65535], ...options });
export const ip = (options: Options = {}) => string({ check: checkIp, ...options });
export const ipOrCidr = string({ check: checkIpOrCidr });
/** In ms. */
export const timeout = (options: Options = {}) => integer({ between: [0, 2 ** 31 - 2], ...options });
export const url = (options: Options = {}) => string({ check: checkUrl, ...options });
export const headerName = (options: Options = {}) => string({ check: checkHeaderName, ...options });
export const cookieName = (options: Options = {}) => string({ check: checkCookieName, ...options });
export const httpMethod = string({ match: "^%u+$" });
export const path = (options: Options = {}) =>
  string({
    startsWith: "/",
    matchNone: [{ pattern: "//", err: "must not have empty segments" }],
    check: checkPath,
    ...options,
  });

export const certificate = (options: Options = {}) => string({ check: checkCertificate, ...options });
export const key = (options: Options = {}) => string({ check: checkKey, ...options });

export const routeHosts = array(
  string({
    matchAll: [{ pattern: "^[^*]*%*?[^*]*$", err: "invalid wildcard: must have at most one wildcard" }],
    matchAny: {
      patterns: ["^%*%.", "%.%*$", "^[^*]*$"],
      err: "invalid wildcard: must be placed at leftmost or rightmost label",
    },
    check: checkRouteHost,
  }),
);
export const routePath = string({
  matchAny: { patterns: ["^/", "^~/"], err: "should start with: / (fixed path) or ~/ (regex path)" },
  matchNone: [{ pattern: "//", err: "must not have empty segments" }],
  check: checkRoutePath,
});
export const headers = (keys: Field = headerName()) => map(keys, array(string()));

/** Lua snippets by the name of the field that they make. */
export const luaCode = map(string({ lenMin: 1 }), string({ lenMin: 1 }));

/** The protocols that a plugin runs for: any, or those of HTTP only. */
export const protocols = set(protocol(), { required: true, default: HTTP_PROTOCOLS });
export const httpProtocols = set(string({ oneOf: HTTP_PROTOCOLS }), { required: true, default: HTTP_PROTOCOLS });

/** A plugin that cannot be bound to these. */
export const noConsumer = foreign("consumers", { eq: null });
export const noService = foreign("services", { eq: null });
export const noRoute = foreign("routes", { eq: null });

/** A count of seconds that something lives. */
export const ttl = (options: Options = {}) => number({ between: [0, 100_000_000], ...options });
