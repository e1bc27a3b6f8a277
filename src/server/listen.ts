import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";

export interface ListenAddress {
  /** "" for all addresses of the machine. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/** A server that listens. */
export interface Listening {
  /** The port, also when the system chose it. */
  readonly port: number;
  /** Ends it at once, open connections included. */
  close(): Promise<void>;
}

/** Starts to serve; rejects with what to do when the port cannot be had. `purpose` and `flag` are for that message. */
export function listen(app: Hono, address: ListenAddress, purpose: string, flag: string): Promise<Listening> {
  const server = createAdaptorServer({ fetch: app.fetch });
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(new Error(explain(error, address, purpose, flag))));
    server.listen({ port: address.port, ...(address.host === "" ? {} : { host: address.host }) }, () => {
      const bound = server.address();
      resolve({
        port: typeof bound === "object" && bound !== null ? bound.port : address.port,
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
