import { createServer, type IncomingMessage, type Server, ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import { createSecureContext, type SecureContext, type TLSSocket } from "node:tls";
import type { Faults } from "../faults/faults.ts";
import { ownPage } from "./own-page.ts";
import { type Arrival, type PipelineTools, serve } from "./pipeline.ts";

export interface ProxyServerOptions {
  readonly tools: PipelineTools;
  readonly faults: Faults;
  /** The port that clients see. */
  readonly port: () => number;
  readonly count: () => void;
}

const HTTP = { requireHostHeader: false, keepAliveTimeout: 60_000, headersTimeout: 60_000, maxHeaderSize: 32 * 1024 };

/** The plain listener's HTTP server; it listens nowhere by itself. */
export function createProxyServer(options: ProxyServerOptions): Server {
  const server = createServer({ ...HTTP, shouldUpgradeCallback: asksForWebSocket });
  attach(server, options, "http");
  return server;
}

/** The same behind TLS; a client that asks for a name without a certificate gets the one for `localhost`. */
export function createProxyTlsServer(
  options: ProxyServerOptions,
  fallback: { readonly cert: string; readonly key: string },
  contextFor: (serverName: string) => SecureContext | undefined,
): Server {
  const own = createSecureContext(fallback);
  const server = createTlsServer({
    ...HTTP,
    ...fallback,
    shouldUpgradeCallback: asksForWebSocket,
    SNICallback: (name, done) => done(null, contextFor(name) ?? own),
  });
  attach(server, options, "https");
  // A client that breaks off its handshake is its own affair.
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  return server;
}

const PARSER_ERRORS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 494,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

function attach(server: Server, options: ProxyServerOptions, scheme: "http" | "https"): void {
  const name = scheme === "http" ? "proxy" : "proxyTls";
  const arrivalOf = (message: IncomingMessage) => ({
    scheme,
    port: options.port(),
    sni: scheme === "http" ? "" : sniOf(message.socket as TLSSocket),
  });
  server.on("request", (message, res) => {
    options.count();
    const fault = options.faults.take("status", name, { method: message.method ?? "", path: message.url ?? "" });
    if (fault !== undefined) {
      const retry = fault.retryAfter === undefined ? {} : { "Retry-After": String(fault.retryAfter) };
      res.writeHead(fault.status, { "Content-Type": "text/plain; charset=utf-8", ...retry });
      res.end(fault.body ?? "fault on command\n");
    } else serveLate(() => serveSafely(message, res, arrivalOf(message)), message);
  });
  const serveSafely = (message: IncomingMessage, res: ServerResponse, arrival: Arrival): void => {
    serve(options.tools, message, res, arrival).catch((error: unknown) => {
      // A configuration that cannot be served is a fault of this program: the client sees it, and the log says it.
      options.tools.settings.log.error("A request met a fault of the preview gateway's own", { error });
      if (res.headersSent || res.socket === null) res.destroy();
      else res.socket.end(ownPage(500, options.tools.settings));
    });
  };
  const serveLate = (run: () => void, message: IncomingMessage): void => {
    const about = { method: message.method ?? "", path: message.url ?? "" };
    const slow = options.faults.take("slow-headers", name, about);
    if (slow === undefined) run();
    else options.tools.settings.clock.after(slow.delay, run);
  };
  server.on("upgrade", (message: IncomingMessage, socket: Socket, head: Buffer) => {
    options.count();
    const res = new ServerResponse(message);
    res.shouldKeepAlive = false;
    res.assignSocket(socket);
    res.on("finish", () => socket.end());
    serveSafely(message, res, { ...arrivalOf(message), upgrade: { socket, head } });
  });
  server.on("connect", (_message, socket) => void socket.end(ownPage(405, options.tools.settings)));
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (error.code === "ECONNRESET" || !socket.writable) socket.destroy();
    else socket.end(ownPage(PARSER_ERRORS[error.code ?? ""] ?? 400, options.tools.settings));
  });
}

function sniOf(socket: TLSSocket): string {
  return typeof socket.servername === "string" ? socket.servername : "";
}

function asksForWebSocket(message: IncomingMessage): boolean {
  return message.headers.upgrade?.toLowerCase() === "websocket";
}
