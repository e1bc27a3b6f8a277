import type { Captures } from "../router/router.ts";
import { NO_CAPTURES } from "../router/router.ts";
import type { ConsumerEntity, RouteEntity, ServiceEntity } from "../runtime/types.ts";
import type { RequestBody } from "./body.ts";
import type { HeaderList } from "./header-list.ts";
import type { ClientRequest } from "./parse-request.ts";

/** What goes upstream; plugins change it. */
export interface UpstreamRequest {
  method: string;
  /** Escaped, without the query. */
  path: string;
  /** What stands behind the `?`; undefined without one. */
  query: string | undefined;
  headers: HeaderList;
  /** Set when a plugin chose the Host header itself. */
  host: string | undefined;
  body: RequestBody;
}

/** One request on its way through the gateway. */
export interface Exchange {
  readonly request: ClientRequest;
  /** 32 hex digits. */
  readonly requestId: string;
  readonly newId: () => string;
  /** ms since 1970. */
  readonly now: () => number;
  /** Another number each time, and whose numbers they are. */
  readonly serial: () => { readonly nodeId: string; readonly number: number };
  route: RouteEntity | undefined;
  service: ServiceEntity | undefined;
  captures: Captures;
  /** What of the path the route matched, as bytes. */
  prefix: string | undefined;
  readonly upstream: UpstreamRequest;
  consumer: ConsumerEntity | undefined;
  /** The credential that the client showed. */
  credentialId: string | undefined;
  /** The ACL groups that an authentication plugin found, where they do not come from the consumer. */
  groups: readonly string[] | undefined;
  /** Header lines that whatever answer goes out gets besides its own; one of the same name replaces, but for Set-Cookie. */
  readonly responseHeaders: [string, string][];
  /** What plugins keep from one phase to the next. */
  readonly notes: Map<string, unknown>;
}

export function newExchange(
  request: ClientRequest,
  body: RequestBody,
  upstreamHeaders: HeaderList,
  facts: Pick<Exchange, "requestId" | "newId" | "now" | "serial">,
): Exchange {
  return {
    request,
    ...facts,
    route: undefined,
    service: undefined,
    captures: NO_CAPTURES,
    prefix: undefined,
    upstream: {
      method: request.method,
      path: "/",
      query: request.query,
      headers: upstreamHeaders,
      host: undefined,
      body,
    },
    consumer: undefined,
    credentialId: undefined,
    groups: undefined,
    responseHeaders: [],
    notes: new Map(),
  };
}
