import { createServer as createTcpServer } from "node:net";
import { afterEach, expect, test } from "vitest";
import { type Clock, systemClock } from "../base/clock.ts";
import { ManualClock } from "../base/manual-clock.ts";
import type { FileReader } from "./access-material.ts";
import type { AdminClient } from "./admin-client.ts";
import { adminEndpoint } from "./admin-endpoint.ts";
import { type AdminFailure, failureOf } from "./admin-failure.ts";
import { type Answering, clientFor, StandIn } from "./stand-in.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function standIn(answering: Answering = () => [200, {}]): Promise<StandIn> {
  const server = await StandIn.start(answering);
  closers.push(() => server.stop());
  return server;
}

function client(...args: Parameters<typeof clientFor>): AdminClient {
  const made = clientFor(...args);
  closers.push(() => made.forget());
  return made;
}

const GET = { method: "GET", path: "/status", timeout: 5000, signal: new AbortController().signal } as const;

async function failure(call: Promise<unknown>): Promise<AdminFailure> {
  try {
    await call;
  } catch (error) {
    return failureOf(error);
  }
  return expect.unreachable();
}

/** A port on which nobody listens. */
async function deadPort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test("it says who it is, and sends the token and the headers given", async () => {
  const server = await standIn();
  const token = { text: "t-1" };
  const headers = [
    { name: "X-Team", value: " edge" },
    { name: "x-team", value: "core" },
  ];
  await client(server.url, systemClock, { token, headers }).call(GET);
  expect(server.asked[0]?.headers).toMatchObject({
    "user-agent": "kong-ingress-controller/0.0.0",
    "kong-admin-token": "t-1",
    "x-team": "core",
  });
});

test("credentials in the URL become a header and are shown nowhere", async () => {
  const server = await standIn();
  const url = server.url.replace("http://", "http://ann:p%40ss@");
  expect(adminEndpoint(url).url).toBe(server.url);
  const admin = client(url, systemClock);
  await admin.call(GET);
  expect(server.asked[0]?.headers.authorization).toBe(`Basic ${Buffer.from("ann:p@ss").toString("base64")}`);
  expect(admin.url).toBe(server.url);
});

test("paths stand behind the URL's own and the workspace", async () => {
  const server = await standIn();
  const admin = client(`${server.url}/kic/api/`, systemClock, { workspace: "team a" });
  await admin.call(GET);
  await admin.call({ ...GET, path: "/workspaces", inWorkspace: false });
  expect(server.lines).toEqual(["GET /kic/api/team%20a/status", "GET /kic/api/workspaces"]);
});

test("an answer that is not wanted is read past", async () => {
  const server = await standIn(() => [201, "x".repeat(5_000_000)]);
  const admin = client(server.url, systemClock);
  expect(await admin.call({ ...GET, keep: (status) => status >= 400 })).toMatchObject({ status: 201, text: "" });
  expect((await admin.call(GET)).text).toHaveLength(5_000_000);
});

test("a token file is read again when it changes", async () => {
  const server = await standIn();
  let now = "one\n";
  const files: FileReader = { read: async () => now, stamp: async () => now };
  const admin = client(server.url, systemClock, { token: { file: "/token" } }, files);
  await admin.call(GET);
  now = "two\n";
  await admin.call(GET);
  expect(server.asked.map(({ headers }) => headers["kong-admin-token"])).toEqual(["one", "two"]);
});

test("files are read once as long as they stay the same, and again after `forget`", async () => {
  const server = await standIn();
  let reads = 0;
  const files: FileReader = {
    read: async () => {
      reads++;
      return "t";
    },
    stamp: async () => "same",
  };
  const admin = client(server.url, systemClock, { token: { file: "/token" } }, files);
  await admin.call(GET);
  await admin.call(GET);
  expect(reads).toBe(1);
  admin.forget();
  await admin.call(GET);
  expect(reads).toBe(2);
});

test("a file that cannot be read is named with its flag, and so is one that holds something else", async () => {
  const server = await standIn();
  const missing = await failure(client(server.url, systemClock, { token: { file: "/no/token" } }).call(GET));
  expect(missing).toMatchObject({ kind: "setup", advice: expect.stringContaining("--kong-admin-token-file") });
  expect(missing.message).toContain("/no/token");
  const tls = { verify: true, serverName: undefined, ca: { text: "hush" }, client: undefined };
  const broken = await failure(client(server.url, systemClock, { tls }).call(GET));
  expect(broken).toMatchObject({ kind: "setup", message: expect.stringContaining("--kong-admin-ca-cert") });
  const pair = { certificate: { text: "hush" }, key: { text: "hush-key" } };
  const noPair = await failure(
    client(server.url, systemClock, { tls: { ...tls, ca: undefined, client: pair } }).call(GET),
  );
  expect(noPair).toMatchObject({ kind: "setup", advice: expect.stringContaining("--kong-admin-tls-client-cert") });
  expect(JSON.stringify([broken.message, noPair.message])).not.toContain("hush");
});

test("nobody there: it never left, and the words say where", async () => {
  const port = await deadPort();
  const refused = await failure(client(`http://127.0.0.1:${port}`, systemClock).call(GET));
  expect(refused).toMatchObject({ kind: "unreachable", advice: undefined });
  expect(refused.message).toContain(`127.0.0.1:${port}`);
  // No name server is asked for a name that is too long.
  const unknown = await failure(client(`http://${"a".repeat(64)}.test:8001`, systemClock).call(GET));
  expect(unknown.kind).toBe("unreachable");
});

test("a connection that breaks leaves open what happened", async () => {
  const server = await standIn((_asked, response) => void response.socket?.destroy());
  expect(await failure(client(server.url, systemClock).call(GET))).toMatchObject({ kind: "interrupted" });
  const half = await standIn((_asked, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("half", () => response.socket?.destroy());
    return undefined;
  });
  expect(await failure(client(half.url, systemClock).call(GET))).toMatchObject({ kind: "interrupted" });
});

test("one time-out rules the whole call, its answer included", async () => {
  const clock = new ManualClock();
  const silent = await standIn(() => undefined);
  const call = failure(client(silent.url, clock).call(GET));
  await silentUntil(silent);
  await clock.advance(5000);
  expect(await call).toMatchObject({ kind: "timeout", message: "no answer within 5s" });

  const slow = await standIn((_asked, response) => {
    response.writeHead(200);
    response.write("the beginning");
    return undefined;
  });
  const other = failure(client(slow.url, clock).call(GET));
  await silentUntil(slow);
  await clock.advance(5000);
  expect(await other).toMatchObject({ kind: "timeout" });
  expect(clock.pending).toBe(0);
});

test("after this process has stood still an answer that came meanwhile is taken, and who does not answer is out of time", async () => {
  let time = 0;
  const timers: { readonly ms: number; readonly run: () => void }[] = [];
  const clock: Clock = {
    now: () => time,
    monotonic: () => time,
    after(ms, run) {
      timers.push({ ms, run });
      return () => undefined;
    },
  };
  let answer: (() => void) | undefined;
  const server = await standIn((_asked, response) => {
    answer = () => response.writeHead(200).end("{}");
    return undefined;
  });
  const standStill = async () => {
    while (answer === undefined) await new Promise((resolve) => setImmediate(resolve));
    time += 9000;
    timers[0]!.run();
    expect(timers.map(({ ms }) => ms)).toEqual([5000, 1000]);
    return answer;
  };
  const one = client(server.url, clock).call(GET);
  (await standStill())();
  expect(await one).toMatchObject({ status: 200 });
  timers.length = 0;
  answer = undefined;
  const other = failure(client(server.url, clock).call(GET));
  await standStill();
  time += 1000;
  timers[1]!.run();
  expect(await other).toMatchObject({ kind: "timeout" });
});

test("whoever asked can abort", async () => {
  const server = await standIn(() => undefined);
  const abort = new AbortController();
  const call = failure(client(server.url, systemClock).call({ ...GET, signal: abort.signal }));
  await silentUntil(server);
  abort.abort();
  expect(await call).toMatchObject({ kind: "aborted" });
  expect(await failure(client(server.url, systemClock).call({ ...GET, signal: abort.signal }))).toMatchObject({
    kind: "aborted",
  });
});

test("a header that cannot be sent is our own mistake, and its value is not shown", async () => {
  const server = await standIn();
  const headers = [{ name: "x-secret", value: "line\nbreak" }];
  const wrong = await failure(client(server.url, systemClock, { headers }).call(GET));
  expect(wrong).toMatchObject({ kind: "setup", advice: expect.stringContaining("--kong-admin-header") });
  expect(wrong.message).not.toContain("line");
});

test("speaking TLS to a port that does not is said so", async () => {
  const server = await standIn();
  const url = server.url.replace("http:", "https:");
  expect(await failure(client(url, systemClock).call(GET))).toMatchObject({
    advice: expect.stringContaining("--kong-admin-url"),
  });
});

async function silentUntil(server: StandIn): Promise<void> {
  while (server.asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
  // What was written is on its way.
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}
