import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { HeaderList } from "./header-list.ts";
import { isGoodPath, normalizePath } from "./uri.ts";

/** A client's request, understood but not yet routed. */
export interface ClientRequest {
  readonly method: string;
  readonly scheme: "http" | "https";
  /** The port that it came in by. */
  readonly port: number;
  /** The name that the client asked for in TLS; "" without one. */
  readonly sni: string;
  readonly httpVersion: string;
  /** The path as it came. */
  readonly rawPath: string;
  /** What stands behind the first `?`; undefined without one. */
  readonly query: string | undefined;
  /** Normalised, as bytes. */
  readonly path: string;
  /** The Host header as it came; "" without one. */
  readonly hostHeader: string;
  /** The host that it is for: of the target or the header, lower case, without port. */
  readonly host: string;
  readonly clientIp: string;
  readonly clientPort: number;
  readonly headers: HeaderList;
  readonly message: IncomingMessage;
}

/** Why a request is not served at all. */
export interface BadRequest {
  readonly status: 400 | 405 | 414 | 494;
}

/** The largest request line, and the largest header line, bytes (nginx' `large_client_header_buffers 4 8k`). */
const LONGEST_LINE = 8 * 1024;

/** The name that a server without one gives itself when a client of HTTP/1.0 names none. */
const OWN_NAME = "kong";

/** Reads what Node parsed, as strictly as nginx. */
export function parseRequest(
  message: IncomingMessage,
  listener: { readonly scheme: "http" | "https"; readonly port: number; readonly sni: string },
): ClientRequest | BadRequest {
  const headers = HeaderList.fromRaw(message.rawHeaders);
  const hosts = headers.all("host");
  const method = message.method ?? "";
  if (`${method} ${message.url} HTTP/1.1\r\n`.length > LONGEST_LINE) return { status: 414 };
  if (headers.lines().some(([name, value]) => `${name}: ${value}\r\n`.length > LONGEST_LINE)) return { status: 494 };
  if (hosts.length > 1 || (hosts.length === 0 && message.httpVersion !== "1.0")) return { status: 400 };
  const hostHeader = hosts[0] ?? "";
  const headerHost = hostHeader === "" ? undefined : hostName(hostHeader);
  if (hosts.length === 1 && headerHost === undefined) return { status: 400 };
  const target = splitTarget(message.url ?? "");
  if (target === undefined) return { status: 400 };
  const targetHost = target.authority === undefined ? undefined : hostName(target.authority);
  if (target.authority !== undefined && targetHost === undefined) return { status: 400 };
  if (method === "TRACE" || method === "CONNECT") return { status: 405 };
  if (!isGoodPath(target.path)) return { status: 400 };
  return {
    method,
    ...listener,
    httpVersion: message.httpVersion,
    rawPath: target.path,
    query: target.query,
    path: normalizePath(target.path),
    hostHeader,
    host: targetHost ?? headerHost ?? OWN_NAME,
    clientIp: plainIp(message.socket.remoteAddress ?? "127.0.0.1"),
    clientPort: message.socket.remotePort ?? 0,
    headers,
    message,
  };
}

interface Target {
  readonly path: string;
  readonly query: string | undefined;
  readonly authority: string | undefined;
}

function splitTarget(url: string): Target | undefined {
  const absolute = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/?#]*)(.*)$/s.exec(url);
  const rest = absolute === null ? url : absolute[2]!;
  const mark = rest.indexOf("?");
  const path = mark < 0 ? rest : rest.slice(0, mark);
  const query = mark < 0 ? undefined : rest.slice(mark + 1);
  if (absolute !== null) return { path: path === "" ? "/" : path, query, authority: absolute[1]! };
  return path.startsWith("/") ? { path, query, authority: undefined } : undefined;
}

/** A host without its port, in lower case and without a dot at its end; undefined when it is none. */
function hostName(authority: string): string | undefined {
  const bracket = /^(\[[0-9A-Fa-f:.]*\])(?::\d*)?$/.exec(authority);
  if (bracket !== null) return bracket[1]!.toLowerCase();
  const name = /^([^:/?#\s\\@]*)(?::\d*)?$/.exec(authority)?.[1];
  if (name === undefined || name === "" || name.includes("..") || hasControl(name)) return undefined;
  return name.toLowerCase().replace(/\.$/, "");
}

function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) <= 0x20 || text.charCodeAt(i) === 0x7f) return true;
  return false;
}

function plainIp(ip: string): string {
  return ip.startsWith("::ffff:") && isIP(ip.slice(7)) === 4 ? ip.slice(7) : ip;
}
