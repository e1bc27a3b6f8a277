import { parseAddress } from "./addresses.ts";
import type { Field } from "./field.ts";
import { array, boolean, conditional, distinct, entity, foreign, integer, number, record, string } from "./notation.ts";
import {
  cookieName,
  headerName,
  headers,
  hostWithPort,
  id,
  path,
  sni,
  tags,
  timestamp,
  timestampMs,
} from "./typedefs.ts";

const HASH_SOURCES = ["none", "consumer", "ip", "header", "cookie", "path", "query_arg", "uri_capture"];
const hashOn = string({ default: "none", oneOf: HASH_SOURCES });
const checkType = string({ default: "http", oneOf: ["tcp", "http", "https", "grpc", "grpcs"] });
const seconds = number({ default: 0, between: [0, 65535] });
const count = integer({ default: 0, between: [0, 255] });
const statuses = (list: readonly number[]) => array(integer({ between: [100, 999] }), { default: list });

const BAD_ACTIVE = [429, 404, 500, 501, 502, 503, 504, 505];
const GOOD_PASSIVE = [200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 306, 307, 308];

/** A part of the health checks: its default is made of those of its fields. */
function part(fields: Readonly<Record<string, Field>>): Field {
  const defaults = Object.entries(fields).filter(([, field]) => field.default !== undefined);
  return record(fields, {
    required: true,
    default: Object.fromEntries(defaults.map(([name, field]) => [name, field.default!])),
  });
}

const healthchecks = record(
  {
    active: part({
      type: checkType,
      http_path: path({ default: "/" }),
      https_sni: sni({ required: false }),
      https_verify_certificate: boolean({ required: true, default: true }),
      timeout: number({ default: 1, between: [0, 65535] }),
      concurrency: integer({ default: 10, between: [1, 2 ** 31] }),
      headers: { ...headers(), required: false },
      healthy: part({ interval: seconds, successes: count, http_statuses: statuses([200, 302]) }),
      unhealthy: part({
        interval: seconds,
        http_failures: count,
        http_statuses: statuses(BAD_ACTIVE),
        timeouts: count,
        tcp_failures: count,
      }),
    }),
    passive: part({
      type: checkType,
      healthy: part({ successes: count, http_statuses: statuses(GOOD_PASSIVE) }),
      unhealthy: part({
        http_failures: count,
        http_statuses: statuses([429, 500, 503]),
        timeouts: count,
        tcp_failures: count,
      }),
    }),
    threshold: number({ default: 0, between: [0, 100] }),
  },
  {
    required: true,
    default: {
      active: {
        type: "http",
        http_path: "/",
        https_verify_certificate: true,
        timeout: 1,
        concurrency: 10,
        healthy: { interval: 0, successes: 0, http_statuses: [200, 302] },
        unhealthy: { interval: 0, http_failures: 0, http_statuses: BAD_ACTIVE, timeouts: 0, tcp_failures: 0 },
      },
      passive: {
        type: "http",
        healthy: { successes: 0, http_statuses: GOOD_PASSIVE },
        unhealthy: { http_failures: 0, http_statuses: [429, 500, 503], timeouts: 0, tcp_failures: 0 },
      },
    },
  },
);

const hashNeeds = (hash: string, value: string, field: string) =>
  conditional(hash, { match: `^${value}$` }, field, { required: true });
const fallbackOf = (value: string, allowed: readonly string[]) =>
  conditional("hash_on", { match: `^${value}$` }, "hash_fallback", { oneOf: allowed });

export const upstreams = entity(
  "upstreams",
  {
    id,
    created_at: timestamp,
    updated_at: timestamp,
    name: string({ required: true, unique: true, check: checkName }),
    algorithm: string({
      default: "round-robin",
      oneOf: ["consistent-hashing", "least-connections", "round-robin", "latency"],
    }),
    hash_on: hashOn,
    hash_fallback: hashOn,
    hash_on_header: headerName(),
    hash_fallback_header: headerName(),
    hash_on_cookie: cookieName(),
    hash_on_cookie_path: path({ default: "/" }),
    hash_on_query_arg: string(),
    hash_fallback_query_arg: string(),
    hash_on_uri_capture: string(),
    hash_fallback_uri_capture: string(),
    slots: integer({ default: 10_000, between: [10, 2 ** 16] }),
    healthchecks,
    tags,
    host_header: hostWithPort(),
    client_certificate: foreign("certificates"),
    use_srv_name: boolean({ default: false }),
  },
  {
    endpointKey: "name",
    checks: [
      hashNeeds("hash_on", "header", "hash_on_header"),
      hashNeeds("hash_fallback", "header", "hash_fallback_header"),
      hashNeeds("hash_on", "cookie", "hash_on_cookie"),
      hashNeeds("hash_fallback", "cookie", "hash_on_cookie"),
      fallbackOf("none", ["none"]),
      fallbackOf("cookie", ["none"]),
      fallbackOf("consumer", ["none", "ip", "header", "cookie", "path", "query_arg", "uri_capture"]),
      fallbackOf("ip", ["none", "consumer", "header", "cookie", "path", "query_arg", "uri_capture"]),
      fallbackOf("path", ["none", "consumer", "header", "cookie", "query_arg", "ip", "uri_capture"]),
      distinct("hash_on_header", "hash_fallback_header"),
      hashNeeds("hash_on", "query_arg", "hash_on_query_arg"),
      hashNeeds("hash_fallback", "query_arg", "hash_fallback_query_arg"),
      distinct("hash_on_query_arg", "hash_fallback_query_arg"),
      hashNeeds("hash_on", "uri_capture", "hash_on_uri_capture"),
      hashNeeds("hash_fallback", "uri_capture", "hash_fallback_uri_capture"),
      distinct("hash_on_uri_capture", "hash_fallback_uri_capture"),
    ],
  },
);

function checkName(name: string): string | undefined {
  const address = parseAddress(name);
  if (typeof address === "string") return `Invalid name ('${name}'); must be a valid hostname`;
  if (address.type !== "name") return "Invalid name; no ip addresses allowed";
  return address.port === undefined ? undefined : "Invalid name; no port allowed";
}

export const targets = entity(
  "targets",
  {
    id,
    created_at: timestampMs,
    updated_at: timestampMs,
    upstream: foreign("upstreams", { required: true, onDelete: "cascade" }),
    target: string({ required: true, check: checkTarget }),
    weight: integer({ default: 100, between: [0, 65535] }),
    tags,
  },
  { endpointKey: "target", cacheKey: ["upstream", "target"] },
);

function checkTarget(target: string): string | undefined {
  if (typeof parseAddress(target) !== "string") return undefined;
  return `Invalid target ('${target}'); not a valid hostname or ip address`;
}
