import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../base/clock.ts";
import type { FileReader } from "./access-material.ts";
import { AdminClient } from "./admin-client.ts";
import { type AdminAccess, adminEndpoint } from "./admin-endpoint.ts";

/** For tests: a small HTTP server that answers as a test says, and a client for it. */

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** Writes the answer itself, or returns `[status, body]`. */
export type Answering = (
  asked: Asked,
  response: ServerResponse,
) => readonly [number, unknown, Record<string, string>?] | undefined;

export class StandIn {
  readonly asked: Asked[] = [];
  readonly #server: Server;
  answering: Answering;

  private constructor(answering: Answering) {
    this.answering = answering;
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { method = "", url = "", headers } = request;
        const asked = { method, url, headers, body: Buffer.concat(chunks).toString() };
        this.asked.push(asked);
        const answer = this.answering(asked, response);
        if (answer === undefined) return;
        const [status, body, more = {}] = answer;
        response.writeHead(status, { "content-type": "application/json", ...more });
        response.end(typeof body === "string" ? body : JSON.stringify(body));
      });
    });
  }

  static async start(answering: Answering): Promise<StandIn> {
    const standIn = new StandIn(answering);
    await new Promise<void>((resolve) => standIn.#server.listen(0, "127.0.0.1", resolve));
    return standIn;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** `METHOD /path` of every request so far. */
  get lines(): readonly string[] {
    return this.asked.map(({ method, url }) => `${method} ${url}`);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export const PLAIN_ACCESS: AdminAccess = {
  tls: { verify: true, serverName: undefined, ca: undefined, client: undefined },
  headers: [],
  token: undefined,
  workspace: "",
};

export const NO_FILES: FileReader = {
  read: (path) => Promise.reject(new Error(`no file ${path}`)),
  stamp: (path) => Promise.reject(new Error(`no file ${path}`)),
};

export function clientFor(url: string, clock: Clock, access: Partial<AdminAccess> = {}, files = NO_FILES): AdminClient {
  return new AdminClient({
    endpoint: adminEndpoint(url),
    access: { ...PLAIN_ACCESS, ...access },
    userAgent: "kong-ingress-controller/0.0.0",
    clock,
    files,
    proxyFor: () => undefined,
  });
}

/** What a gateway says of itself, as far as it is read. */
export function rootAnswer(changed: { readonly version?: string; readonly configuration?: object } = {}): object {
  return {
    version: changed.version ?? "3.9.1",
    node_id: "11111111-1111-4111-8111-111111111111",
    configuration: {
      database: "off",
      router_flavor: "traditional_compatible",
      nginx_admin_client_max_body_size: "10m",
      ...changed.configuration,
    },
  };
}
