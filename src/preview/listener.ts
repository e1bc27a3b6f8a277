import { createServer, type Server, type Socket } from "node:net";

/** What a new connection meets. */
export type Reception = "serve" | "close" | "hold";

/** A port that can be closed and opened again under the same number, and knows every connection it accepted. */
export class Listener {
  readonly #host: string;
  readonly #receive: () => Reception;
  readonly #serve: (socket: Socket) => void;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port: number;
  /** Opening and closing wait for each other. */
  #turn: Promise<void> = Promise.resolve();

  /** `serve` gets the raw connection. */
  constructor(host: string, port: number, receive: () => Reception, serve: (socket: Socket) => void) {
    this.#host = host;
    this.#port = port;
    this.#receive = receive;
    this.#serve = serve;
  }

  /** The port; 0 until it was opened for the first time, unless one was given. */
  get port(): number {
    return this.#port;
  }

  /** Starts to accept; throws when the port is taken. */
  open(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#server !== undefined) return;
      const server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen({ host: this.#host, port: this.#port, backlog: 1024 }, () => {
          server.off("error", reject);
          resolve();
        });
      });
      const address = server.address();
      if (address !== null && typeof address === "object") this.#port = address.port;
      this.#server = server;
    });
  }

  /** Refuses new connections and cuts the open ones. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      const server = this.#server;
      this.#server = undefined;
      if (server === undefined) return;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      this.cut();
      await closed;
    });
  }

  /** Cuts the open connections. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    // A client that goes away in the middle is no fault of the gateway.
    socket.on("error", () => socket.destroy());
    const reception = this.#receive();
    if (reception === "serve") this.#serve(socket);
    else if (reception === "close") socket.destroy();
    else socket.resume();
  }

  #inTurn(run: () => Promise<void>): Promise<void> {
    const next = this.#turn.then(run, run);
    this.#turn = next.catch(() => undefined);
    return next;
  }
}
