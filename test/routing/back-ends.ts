import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer as createNetServer, type Server as NetServer, type Socket } from "node:net";
import { selfSigned } from "../../src/preview/tls/self-signed.ts";

/** One request that an echo got. */
export interface Echoed {
  /** The name of the echo's port: `UPSTREAM_PORT_2`. */
  readonly to: string;
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface BackEnds {
  /** By the names that the recording uses. */
  readonly places: Readonly<Record<string, string | number>>;
  /** What the echoes got since the last call. */
  take(): readonly Echoed[];
  close(): Promise<void>;
}

/** Where a target stands on the ring of consistent hashing depends on its port: these are the recording's. */
const RECORDED: Readonly<Record<string, number>> = {
  UPSTREAM_PORT: 29080,
  UPSTREAM_PORT_2: 29081,
  UPSTREAM_PORT_3: 29082,
};

/** Starts the echoes and the back ends that fail, as the recording had them. */
export async function startBackEnds(): Promise<BackEnds> {
  const seen: Echoed[] = [];
  const servers: (Server | NetServer)[] = [];
  const sockets = new Set<Socket>();
  const places: Record<string, string | number> = { UPSTREAM_HOST: "127.0.0.1" };
  const listen = async (name: string, server: Server | NetServer): Promise<void> => {
    server.on("connection", (socket: Socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket)).on("error", () => socket.destroy());
    });
    servers.push(server);
    places[name] = await open(server, RECORDED[name] ?? 0);
  };
  const answer = (to: string) => (req: IncomingMessage, res: ServerResponse) => {
    echo(to, seen, req, res);
  };
  for (const name of ["UPSTREAM_PORT", "UPSTREAM_PORT_2", "UPSTREAM_PORT_3"]) {
    const server = createServer({ keepAliveTimeout: 60_000 }, answer(name));
    // An upgrade is answered like any other request, on a connection that then ends.
    server.on("upgrade", (req: IncomingMessage, socket: Socket) => {
      record(name, seen, req, "");
      socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    });
    await listen(name, server);
  }
  const pair = selfSigned({ names: ["localhost"], notBefore: 0, notAfter: Date.UTC(2049, 0) });
  await listen(
    "UPSTREAM_TLS_PORT",
    createTlsServer({ ...pair, keepAliveTimeout: 60_000 }, answer("UPSTREAM_TLS_PORT")),
  );
  await listen(
    "SILENT_PORT",
    createNetServer((socket) => void socket.resume()),
  );
  await listen(
    "GARBAGE_PORT",
    createNetServer((socket) => socket.once("data", () => socket.destroy())),
  );
  const closed = createNetServer();
  places["CLOSED_PORT"] = await open(closed, 0);
  await new Promise<void>((resolve) => void closed.close(() => resolve()));
  return {
    places,
    take: () => seen.splice(0),
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all(servers.map((server) => new Promise<void>((resolve) => void server.close(() => resolve()))));
    },
  };
}

/** How long somebody else may have the recording's ports, ms: another run of this. */
const PATIENCE = 60_000;

async function open(server: Server | NetServer, port: number): Promise<number> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
      const listening = (): void => {
        server.off("error", failed);
        resolve(undefined);
      };
      const failed = (reason: NodeJS.ErrnoException): void => {
        server.off("listening", listening);
        resolve(reason);
      };
      server.once("error", failed).once("listening", listening);
      server.listen(port, "127.0.0.1");
    });
    if (error === undefined) return (server.address() as AddressInfo).port;
    if (error.code !== "EADDRINUSE" || Date.now() > end) throw error;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

function echo(to: string, seen: Echoed[], req: IncomingMessage, res: ServerResponse): void {
  const chunks: Buffer[] = [];
  req.on("data", (chunk: Buffer) => chunks.push(chunk));
  req.on("end", () => {
    record(to, seen, req, Buffer.concat(chunks).toString("utf8"));
    const give = (): void => {
      const extra = JSON.parse(String(req.headers["x-echo-headers"] ?? "{}")) as Record<string, string>;
      const type = req.headers["x-echo-body"] === undefined ? {} : { "content-type": "application/json" };
      res.writeHead(Number(req.headers["x-echo-status"] ?? 200), { ...type, ...extra });
      res.end(req.headers["x-echo-body"]);
    };
    const delay = Number(req.headers["x-echo-delay"] ?? 0);
    if (delay === 0) give();
    else setTimeout(give, delay).unref();
  });
}

function record(to: string, seen: Echoed[], req: IncomingMessage, body: string): void {
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(req.headersDistinct)) headers[name] = (values ?? []).join(", ");
  seen.push({ to, method: req.method ?? "", path: req.url ?? "", host: req.headers.host ?? "", headers, body });
}
