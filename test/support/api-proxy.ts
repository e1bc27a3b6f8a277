import type { IncomingMessage, ServerResponse } from "node:http";
import { Agent, createServer, request, type Server } from "node:https";
import type { Socket } from "node:net";
import type { IssuedCertificate } from "./certificates.ts";

export interface ApiProxyOptions {
  /** The API server's URL. */
  readonly target: string;
  /** Of its certificate. */
  readonly ca: string;
  readonly serving: IssuedCertificate;
}

/** A request that may change something. */
export interface ProxiedWrite {
  /** Monotonic ms, when it began to come. */
  readonly at: number;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** As soon as it has come whole; only then it is among the writes. */
  readonly body: string;
  /** Of the answer; 0 as long as there is none. */
  status: number;
}

/** Stands on 127.0.0.1 between controllers and an API server: passes requests on with their credentials, keeps the writes, and cuts watches. */
export class ApiProxy {
  readonly writes: ProxiedWrite[] = [];
  /** Such requests get no answer: their connections break. */
  refuses: (request: { readonly method: string; readonly target: string }) => boolean = () => false;
  readonly #target: URL;
  readonly #agent: Agent;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #watches = new Set<Socket>();

  constructor({ target, ca, serving }: ApiProxyOptions) {
    this.#target = new URL(target);
    this.#agent = new Agent({ ca, keepAlive: true });
    this.#server = createServer({ key: serving.key, cert: serving.cert }, (asked, answer) => this.#pass(asked, answer));
    this.#server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as { readonly port: number }).port}`;
  }

  /** How many watches there are now. */
  get watches(): number {
    return this.#watches.size;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(0, "127.0.0.1", resolve);
    });
  }

  /** Cuts the connections of all watches; everything else goes on. */
  cutWatches(): void {
    for (const socket of this.#watches) socket.destroy();
    this.#watches.clear();
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    this.#agent.destroy();
    await closed;
  }

  #pass(asked: IncomingMessage, answer: ServerResponse): void {
    const { method = "GET", url = "/", headers } = asked;
    const isWatch = /[?&]watch=(true|1)/.test(url);
    const { socket } = asked;
    if (this.refuses({ method, target: url })) {
      socket.destroy();
      return;
    }
    if (isWatch) {
      this.#watches.add(socket);
      answer.on("close", () => this.#watches.delete(socket));
    }
    const write = method === "GET" ? undefined : this.#keep(asked, method, url);
    const { hostname, port } = this.#target;
    const passed = request({ hostname, port, method, path: url, headers, agent: this.#agent });
    passed.on("response", (got) => {
      if (write !== undefined) write.status = got.statusCode ?? 0;
      answer.writeHead(got.statusCode ?? 502, got.headers);
      // A watch may be quiet for long after its head.
      answer.flushHeaders();
      got.pipe(answer);
      got.on("error", () => answer.destroy());
    });
    // As if there were nothing in between: no answer is a broken connection.
    passed.on("error", () => socket.destroy());
    answer.on("close", () => {
      if (!answer.writableFinished) passed.destroy();
    });
    asked.on("error", () => passed.destroy());
    asked.pipe(passed);
  }

  #keep(asked: IncomingMessage, method: string, target: string): ProxiedWrite {
    const write = { at: performance.now(), method, target, body: "", status: 0 };
    const chunks: Buffer[] = [];
    asked.on("data", (chunk: Buffer) => chunks.push(chunk));
    asked.on("end", () => {
      write.body = Buffer.concat(chunks).toString("utf8");
      this.writes.push(write);
    });
    return write;
  }
}
