import { createServer, Server } from "node:https";
import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";

export interface ListenAddress {
  /** "" for all addresses of the machine. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/** A certificate, with those behind it, and its key, in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A server that listens. */
export interface Listening {
  /** The port, also when the system chose it. */
  readonly port: number;
  /** Shows another certificate from the next connection on; only with TLS. Throws when the two do not belong together. */
  show(certificate: Certificate): void;
  /** Ends it at once, open connections included. */
  close(): Promise<void>;
}

const VERSIONS = { minVersion: "TLSv1.2", maxVersion: "TLSv1.3" } as const;
/** An idle connection lives longer than API servers keep it (90 s), so that a request never meets a closing one, ms. */
const KEEP_ALIVE = 120_000;

/** Starts to serve, over TLS if there is a certificate; rejects with what to do when the port cannot be had. `purpose` and `flag` are for that message. */
export function listen(
  app: Hono,
  address: ListenAddress,
  purpose: string,
  flag: string,
  certificate?: Certificate,
): Promise<Listening> {
  const server =
    certificate === undefined
      ? createAdaptorServer({ fetch: app.fetch })
      : createAdaptorServer({
          fetch: app.fetch,
          createServer,
          serverOptions: { ...VERSIONS, ...certificate, keepAliveTimeout: KEEP_ALIVE },
        });
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(new Error(explain(error, address, purpose, flag))));
    server.listen({ port: address.port, ...(address.host === "" ? {} : { host: address.host }) }, () => {
      const bound = server.address();
      resolve({
        port: typeof bound === "object" && bound !== null ? bound.port : address.port,
        show(shown) {
          if (server instanceof Server) server.setSecureContext({ ...VERSIONS, ...shown });
        },
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            if ("closeAllConnections" in server) server.closeAllConnections();
          }),
      });
    });
  });
}

function explain(error: NodeJS.ErrnoException, { host, port }: ListenAddress, purpose: string, flag: string): string {
  const where = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const why =
    error.code === "EADDRINUSE"
      ? "another program has this port"
      : error.code === "EACCES"
        ? "the system does not allow it"
        : error.message;
  return `cannot serve ${purpose} on ${where}: ${why}; choose another address with --${flag}`;
}
