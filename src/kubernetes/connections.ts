import { Agent, type Dispatcher, ProxyAgent } from "undici";
import type { AccessSettings, TlsSettings } from "./access.ts";
import { type Environment, proxyFor } from "./proxy.ts";

/** Requests and watches use sockets of their own, so that neither waits for the other. */
export interface Connections {
  readonly requests: Dispatcher;
  readonly watches: Dispatcher;
}

/** How many requests are on the wire at once; watches are not counted. */
const MAX_REQUESTS = 16;

/** Holds the connections to one server, and makes new ones when certificates or the proxy change. */
export class ConnectionPool {
  readonly #server: URL;
  readonly #env: Environment;
  #tls: TlsSettings | undefined;
  #proxy: string | undefined;
  #current: Connections | undefined;
  readonly #old = new Set<Dispatcher>();

  constructor(server: URL, env: Environment) {
    this.#server = server;
    this.#env = env;
  }

  /** The connections for these settings; those for former ones are closed once their requests and watches have ended. */
  get(settings: AccessSettings): Connections {
    if (this.#current !== undefined && this.#tls === settings.tls && this.#proxy === settings.proxy)
      return this.#current;
    this.#retire();
    this.#tls = settings.tls;
    this.#proxy = settings.proxy;
    const proxy = settings.proxy ?? proxyFor(this.#server, this.#env);
    this.#current = {
      requests: dispatcher(settings.tls, proxy, { connections: MAX_REQUESTS }),
      watches: dispatcher(settings.tls, proxy, {}),
    };
    return this.#current;
  }

  /** Ends everything at once. */
  async destroy(): Promise<void> {
    this.#retire();
    await Promise.all([...this.#old].map((old) => old.destroy()));
  }

  #retire(): void {
    for (const old of this.#current === undefined ? [] : [this.#current.requests, this.#current.watches]) {
      this.#old.add(old);
      void old.close().finally(() => this.#old.delete(old));
    }
    this.#current = undefined;
  }
}

/** Time limits are the client's own (by its clock): undici's would end watches. */
const NO_TIMEOUTS = { headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 30_000 };

function dispatcher(
  tls: TlsSettings,
  proxy: string | undefined,
  limits: { readonly connections?: number },
): Dispatcher {
  const connect = {
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
    rejectUnauthorized: tls.insecure !== true,
    timeout: 10_000,
    // The kernel finds dead peers of idle sockets.
    keepAliveInitialDelay: 15_000,
  };
  if (proxy === undefined) return new Agent({ ...NO_TIMEOUTS, ...limits, connect });
  return new ProxyAgent({ ...NO_TIMEOUTS, ...limits, uri: proxy, requestTls: connect });
}
