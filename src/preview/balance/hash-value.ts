import { cookieOf } from "../plugins/query.ts";
import type { Exchange } from "../proxy/exchange.ts";
import type { UpstreamEntity } from "../runtime/types.ts";

/** What consistent hashing hashes for a request; "" when neither the wish nor the fallback gives anything. */
export function hashValue(exchange: Exchange, upstream: UpstreamEntity): string {
  const first = inputOf(exchange, upstream.hash_on, {
    header: upstream.hash_on_header,
    query: upstream.hash_on_query_arg,
    capture: upstream.hash_on_uri_capture,
    upstream,
  });
  if (first !== undefined && first !== "") return first;
  const second = inputOf(exchange, upstream.hash_fallback, {
    header: upstream.hash_fallback_header,
    query: upstream.hash_fallback_query_arg,
    capture: upstream.hash_fallback_uri_capture,
    upstream,
  });
  return second ?? "";
}

interface Names {
  readonly header: string | null | undefined;
  readonly query: string | null | undefined;
  readonly capture: string | null | undefined;
  readonly upstream: UpstreamEntity;
}

function inputOf(exchange: Exchange, on: string, names: Names): string | undefined {
  const { request } = exchange;
  switch (on) {
    case "consumer":
      return exchange.consumer?.id ?? exchange.credentialId;
    case "ip":
      return request.clientIp;
    case "path":
      return request.path;
    case "header":
      // Kong asks nginx for the variable `http_<name>`, which no name with a dash has (facts: routing.md, surprise 11).
      return names.header == null || names.header.includes("-")
        ? undefined
        : request.headers.all(names.header).join(", ") || undefined;
    case "query_arg":
      return names.query == null ? undefined : sorted(new URLSearchParams(request.query ?? "").getAll(names.query));
    case "uri_capture":
      return names.capture == null ? undefined : captured(exchange, names.capture);
    case "cookie":
      return cookieValue(exchange, names.upstream);
    default:
      return undefined;
  }
}

/** Several values count alike in every order. */
function sorted(values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : [...values].sort().join(",");
}

function captured(exchange: Exchange, name: string): string | undefined {
  const { unnamed, named } = exchange.captures;
  return Object.hasOwn(named, name) ? named[name] : unnamed[Number(name) - 1];
}

/** The cookie's value; a client without one is given one. */
function cookieValue(exchange: Exchange, upstream: UpstreamEntity): string | undefined {
  const name = upstream.hash_on_cookie;
  if (name == null) return undefined;
  const given = cookieOf(exchange.request.headers.all("cookie"), name);
  if (given !== undefined) return given;
  const made = exchange.newId();
  const path = upstream.hash_on_cookie_path ?? "/";
  // The attribute is `SameSite`; Kong spells it like this.
  exchange.responseHeaders.push(["Set-Cookie", `${name}=${made}; Path=${path}; Same-Site=Lax; HttpOnly`]);
  return made;
}
