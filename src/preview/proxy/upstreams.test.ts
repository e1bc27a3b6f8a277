import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, createServer as createNetServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../test-gateway.ts";
import { type KeyPair, selfSigned } from "../tls/self-signed.ts";

/** A busy machine may take its time. */
const PATIENT = { timeout: 10_000 };

let gateway: TestGateway;
const servers: Server[] = [];
const sockets = new Set<Socket>();
let pair: KeyPair;
let client: KeyPair;

async function listen(server: Server): Promise<number> {
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function closedPort(): Promise<number> {
  const server = createNetServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => void server.close(() => resolve()));
  return port;
}

const CERT = "11111111-1111-4111-8111-111111111111";
const AUTHORITY = "22222222-2222-4222-8222-222222222222";

beforeAll(async () => {
  gateway = await startTestGateway();
  const until = { notBefore: 0, notAfter: Date.UTC(2049, 0) };
  pair = selfSigned({ names: ["secure.example", "localhost"], ...until });
  client = selfSigned({ names: ["the gateway"], ...until });
  const closed = await closedPort();
  const silent = await listen(createNetServer((socket) => void socket.resume()));
  const cutting = await listen(
    createNetServer((socket) => {
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"));
    }),
  );
  const secure = await listen(createTlsServer(pair, (_req, res) => void res.end("secret")));
  const mutual = await listen(
    createTlsServer(
      { ...pair, requestCert: true, rejectUnauthorized: true, ca: client.cert },
      (_req, res) => void res.end("known"),
    ),
  );
  const socketServer = createServer();
  socketServer.on("upgrade", (req, socket, head) => {
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\nX-Path: ${req.url}\r\n\r\n`,
    );
    socket.write(head);
    socket.pipe(socket);
  });
  const echo = await listen(socketServer);
  const plain = (name: string, port: number, more: object = {}) => ({
    name,
    host: "127.0.0.1",
    port,
    ...more,
    routes: [{ name, paths: [`/${name}`] }],
  });
  const tls = (name: string, more: object = {}, port = secure) =>
    plain(name, port, { protocol: "https", host: "localhost", retries: 0, ...more });
  await gateway.load({
    services: [
      plain("refused", closed),
      plain("silent", silent, { read_timeout: 200, retries: 0 }),
      plain("cutting", cutting),
      plain("spread", 80, { host: "spread.upstream", retries: 2 }),
      plain("socket", echo),
      plain("chunks", gateway.port),
      // Each in its own place on the connections that are kept: the names differ.
      tls("trusting"),
      tls("checking", { tls_verify: true, host: "127.0.0.1" }),
      tls("right", { tls_verify: true, ca_certificates: [AUTHORITY], host: "secure.upstream" }),
      tls("stranger", { host: "127.0.0.1" }, mutual),
      tls("friend", { client_certificate: { id: CERT } }, mutual),
    ],
    upstreams: [
      {
        name: "spread.upstream",
        targets: [{ target: `127.0.0.1:${closed}` }, { target: `127.0.0.1:${gateway.port}` }],
      },
      { name: "secure.upstream", host_header: "secure.example", targets: [{ target: `127.0.0.1:${secure}` }] },
    ],
    certificates: [{ id: CERT, ...client }],
    ca_certificates: [{ id: AUTHORITY, cert: pair.cert }],
  });
});

afterAll(async () => {
  await gateway.close();
  for (const socket of sockets) socket.destroy();
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => void server.close(() => resolve()))));
});

describe("what an upstream does wrong", () => {
  test.each([
    ["/refused", 502, "An invalid response was received from the upstream server"],
    ["/silent", 504, "The upstream server is timing out"],
    ["/checking", 502, "An invalid response was received from the upstream server"],
    ["/stranger", 502, "An invalid response was received from the upstream server"],
    ["/nowhere", 404, "no Route matched with those values"],
  ])("%s is %i", async (path, status, message) => {
    const got = await gateway.ask(path, { headers: { accept: "application/json" } });
    expect([got.status, JSON.parse(got.text)]).toMatchObject([status, { message }]);
  });

  test("an answer that breaks off breaks off for the client too", async () => {
    await expect(gateway.ask("/cutting")).rejects.toThrow("aborted");
  });

  test("a target that refuses is passed over, also for a POST", async () => {
    for (let i = 0; i < 4; i++)
      expect((await gateway.ask("/spread", { method: "POST", body: "hello" })).seen?.body).toBe("hello");
  });
});

describe("TLS to upstreams", () => {
  test.each([
    ["/trusting", "secret"],
    ["/right", "secret"],
    ["/friend", "known"],
  ])("%s", async (path, text) => {
    expect(await gateway.ask(path)).toMatchObject({ status: 200, text });
  });
});

test("a body without a length arrives whole and with one", async () => {
  const headers = { "transfer-encoding": "chunked" };
  const { seen } = await gateway.ask("/chunks", { method: "POST", headers, body: "x".repeat(100_000) });
  expect([seen?.body.length, seen?.headers["content-length"]]).toEqual([100_000, "100000"]);
});

test("web sockets pass through in both directions", async () => {
  const { port } = new URL(gateway.preview.proxyUrl);
  const socket = connect(Number(port), "127.0.0.1");
  sockets.add(socket);
  let text = "";
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  socket.write(
    "GET /socket/chat HTTP/1.1\r\nHost: a.example\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n",
  );
  await expect.poll(() => text, PATIENT).toMatch(/^HTTP\/1\.1 101 [\s\S]*X-Path: \/chat/);
  socket.write("hello");
  await expect.poll(() => text, PATIENT).toMatch(/hello$/);
  socket.destroy();
});
