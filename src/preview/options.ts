import { randomUUID } from "node:crypto";
import { type Clock, systemClock } from "../base/clock.ts";
import { type Log, silentLog } from "../base/log.ts";
import type { RouterFlavor } from "../kong/entities.ts";
import type { FaultSpec } from "./faults/fault.ts";
import type { RouteRow } from "./route-row.ts";

/** PEM texts with which a listener answers over TLS. */
export interface ListenerTls {
  readonly cert: string;
  readonly key: string;
  /** Clients must show a certificate of this authority. */
  readonly clientCa?: string;
}

/** One request that the proxy answered. */
export interface ServedRequest {
  readonly method: string;
  readonly scheme: "http" | "https";
  readonly host: string;
  /** Path and query as they came. */
  readonly target: string;
  /** 0 when the connection ended without an answer. */
  readonly status: number;
  /** The route's name, or its id where it has none; undefined when no route matched. */
  readonly route: string | undefined;
  readonly service: string | undefined;
  readonly consumer: string | undefined;
  /** From the head of the request to the end of the answer. */
  readonly ms: number;
}

/** What `startPreview` takes; a port of 0 or none is any free port. */
export interface PreviewOptions {
  /** Where everything listens; 127.0.0.1 unless given. */
  readonly host?: string;
  readonly adminPort?: number;
  readonly proxyPort?: number;
  readonly proxyTlsPort?: number;
  readonly statusPort?: number;
  /** The endpoint that takes faults and shows what was asked. */
  readonly controlPort?: number;
  /** The Admin API speaks TLS with this. */
  readonly adminTls?: ListenerTls;
  /** Every Admin API request must carry it as `Kong-Admin-Token`. */
  readonly adminToken?: string;
  readonly flavor?: RouterFlavor;
  /** The version of Kong whose behaviour it shows to programs. */
  readonly version?: string;
  /** `memory` takes writes as a gateway with a database does, and forgets them at the end. */
  readonly database?: "off" | "memory";
  /** The largest body of an Admin API request, bytes. */
  readonly maxBodySize?: number;
  readonly faults?: readonly FaultSpec[];
  /** Called after each configuration that was accepted. */
  readonly loaded?: (routes: readonly RouteRow[]) => void;
  /** Called after each request to the proxy. */
  readonly observe?: (request: ServedRequest) => void;
  readonly log?: Log;
  readonly clock?: Clock;
  /** Makes ids for entities that have no name to make one from. */
  readonly newId?: () => string;
  /** Gives 0 ≤ x < 1; decides where balancing starts. */
  readonly random?: () => number;
}

export interface Settings {
  readonly host: string;
  readonly flavor: RouterFlavor;
  readonly version: string;
  readonly database: "off" | "memory";
  readonly maxBodySize: number;
  readonly adminToken: string | undefined;
  readonly loaded: (routes: readonly RouteRow[]) => void;
  readonly observe: (request: ServedRequest) => void;
  readonly log: Log;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly random: () => number;
}

/** Kong's `nginx_admin_client_max_body_size` as it comes. */
const MAX_BODY_SIZE = 10 * 1024 * 1024;

/** The options with what was left out filled in. */
export function settingsOf(options: PreviewOptions): Settings {
  return {
    host: options.host ?? "127.0.0.1",
    flavor: options.flavor ?? "traditional_compatible",
    version: options.version ?? "3.9.1",
    database: options.database ?? "off",
    maxBodySize: options.maxBodySize ?? MAX_BODY_SIZE,
    adminToken: options.adminToken,
    loaded: options.loaded ?? (() => undefined),
    observe: options.observe ?? (() => undefined),
    log: options.log ?? silentLog,
    clock: options.clock ?? systemClock,
    newId: options.newId ?? randomUUID,
    random: options.random ?? Math.random,
  };
}
