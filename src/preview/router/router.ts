import type { ClientRequest } from "../proxy/parse-request.ts";
import type { RouteEntity } from "../runtime/types.ts";

/** What a route's regular expression caught, as text. */
export interface Captures {
  /** From 1 on at index 0; "" for a group that took no part. */
  readonly unnamed: readonly string[];
  readonly named: Readonly<Record<string, string>>;
}

export const NO_CAPTURES: Captures = { unnamed: [], named: {} };

/** The route a request goes to. */
export interface Found {
  readonly route: RouteEntity;
  /** The part of the path that the route matched, as bytes; undefined when it does not look at the path. */
  readonly prefix: string | undefined;
  readonly captures: Captures;
}

/** Finds routes; made anew for each configuration. */
export interface Router {
  find(request: ClientRequest): Found | undefined;
  /** Gives back what is held outside of JavaScript, where there is any. */
  free?(): void;
}

/** The port in a Host header such as `a.example:8080`, and the host before it; brackets are left alone, as Kong leaves them. */
export function splitHostPort(header: string): { readonly host: string; readonly port: number | undefined } {
  const colon = header.indexOf(":");
  if (colon < 0) return { host: header, port: undefined };
  const port = header.slice(colon + 1);
  return /^\d+$/.test(port) ? { host: header.slice(0, colon), port: Number(port) } : { host: header, port: undefined };
}

/** A header's name as routes name it: lower case, underscores for dashes. */
export function fieldName(header: string): string {
  return header.toLowerCase().replaceAll("-", "_");
}

const STREAM = new Set(["tcp", "udp", "tls", "tls_passthrough"]);

/** True for routes of the stream subsystem, which this gateway does not serve. */
export function isStreamRoute(route: RouteEntity): boolean {
  return route.protocols.some((protocol) => STREAM.has(protocol));
}
