import { createServer } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ManualClock } from "../base/manual-clock.ts";
import type { Access } from "./access.ts";
import { ApiError, ApiUnreachable } from "./api-error.ts";
import { ApiClient, type ApiClientOptions } from "./client.ts";
import { ModelServer } from "./model-server.ts";
import { until } from "./until.ts";

const SERVICES = "/api/v1/services";
let server: ModelServer;
let clock: ManualClock;
let client: ApiClient;

beforeEach(async () => {
  server = new ModelServer({ [SERVICES]: { apiVersion: "v1", kind: "Service" } });
  await server.start();
  clock = new ManualClock();
  client = makeClient();
});
afterEach(async () => {
  await client.close();
  await server.stop();
  expect(clock.pending).toBe(0);
});

function access(changes: Partial<Access> = {}): Access {
  const settings = { headers: { authorization: "Bearer t", "impersonate-group": ["a", "b"] }, tls: {} };
  return { server: server.url, namespace: undefined, current: async () => settings, renew: () => false, ...changes };
}

function makeClient(options: Partial<ApiClientOptions> = {}): ApiClient {
  return new ApiClient({ access: access(), clock, userAgent: "silverback/1", qps: 0, burst: 1, env: {}, ...options });
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail("it did not fail"),
    (error: unknown) => error,
  );
}

test("a request carries the credentials, the user agent, its query and its body", async () => {
  server.serve("/api/v1/x", { ok: true });
  const answer = await client.request({
    method: "PATCH",
    path: "/api/v1/x",
    query: { a: "1 &", b: undefined },
    body: { c: "ü" },
    contentType: "application/merge-patch+json",
  });
  expect(answer.value).toEqual({ ok: true });
  const [request] = server.requests;
  expect(request!.query).toEqual({ a: "1 &" });
  expect(request!.headers).toMatchObject({
    authorization: "Bearer t",
    "user-agent": "silverback/1",
    "content-type": "application/merge-patch+json",
    accept: "application/json",
    "impersonate-group": "a, b",
  });
});

describe("failures", () => {
  test("a refusal says what was asked for, status, reason and message", async () => {
    const body = { kind: "Status", code: 403, reason: "Forbidden", message: "no list of services for you" };
    server.fault = () => ({ status: 403, body });
    const error = await failure(client.request({ path: SERVICES }));
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 403, reason: "Forbidden" });
    expect((error as Error).message).toBe(`GET ${SERVICES}: 403 Forbidden no list of services for you`);
  });

  test("Retry-After is read as seconds, as a date, and from the body, up to ten minutes", async () => {
    const date = new Date(clock.now() + 5000).toUTCString();
    const waits: unknown[] = [];
    for (const fault of [
      { status: 429, headers: { "retry-after": "3" } },
      { status: 503, headers: { "retry-after": date } },
      { status: 504, body: { details: { retryAfterSeconds: 2 } } },
      { status: 503, headers: { "retry-after": "soon" } },
      { status: 503, headers: { "retry-after": "86400" } },
    ]) {
      server.fault = () => fault;
      waits.push(((await failure(client.request({ path: SERVICES }))) as ApiError).retryAfterMs);
    }
    expect(waits).toEqual([3000, 5000, 2000, undefined, 600_000]);
  });

  test("an answer that is not JSON says so", async () => {
    server.fault = () => ({ status: 200, body: "<html>" });
    expect(await failure(client.request({ path: SERVICES }))).toMatchObject({
      message: expect.stringContaining("not JSON"),
    });
  });

  test("a server that cannot be reached is named", async () => {
    await server.stop();
    const error = await failure(client.request({ path: SERVICES }));
    expect(error).toBeInstanceOf(ApiUnreachable);
    expect((error as Error).message).toContain(server.url);
    expect((error as Error).message).toContain("ECONNREFUSED");
  });

  test("an answer that does not end in time is given up", async () => {
    server.fault = () => ({ stream: ['{"a":'], last: "hang" });
    const pending = failure(client.request({ path: SERVICES, timeout: 1000 }));
    await until(() => server.requests.length === 1);
    await clock.advance(1000);
    expect(((await pending) as Error).message).toContain("no whole answer within 1 s");
  });

  test("an aborted signal ends a request, and is not taken for a fault of the server's", async () => {
    server.fault = () => "hang";
    const abort = new AbortController();
    const pending = failure(client.request({ path: SERVICES, signal: abort.signal }));
    await until(() => server.requests.length === 1);
    abort.abort();
    expect(await pending).not.toBeInstanceOf(ApiUnreachable);
    expect(client.reachable).toBe(true);
  });
});

describe("401", () => {
  test("credentials that can be renewed are renewed once", async () => {
    let token = "old";
    let renewals = 0;
    const current = async () => ({ headers: { authorization: `Bearer ${token}` }, tls: {} });
    const renew = () => {
      renewals += 1;
      token = "new";
      return true;
    };
    await client.close();
    client = makeClient({ access: access({ current, renew }) });
    server.fault = (r) => (r.headers["authorization"] === "Bearer new" ? undefined : { status: 401 });
    await client.request({ path: SERVICES });
    expect(renewals).toBe(1);
    server.fault = () => ({ status: 401 });
    expect(await failure(client.request({ path: SERVICES }))).toMatchObject({
      status: 401,
      message: expect.stringMatching(/\(the API server does not take our credentials\)$/),
    });
    expect(server.requests).toHaveLength(4);
  });

  test("others are not tried again", async () => {
    server.fault = () => ({ status: 401 });
    await failure(client.request({ path: SERVICES }));
    expect(server.requests).toHaveLength(1);
  });
});

test("listeners hear when the server answers again, and only then", async () => {
  let heard = 0;
  const forget = client.onReachable(() => {
    heard += 1;
  });
  await client.request({ path: SERVICES });
  expect(heard).toBe(0);
  server.fault = () => "reset";
  await failure(client.request({ path: SERVICES }));
  expect(client.reachable).toBe(false);
  // A refusal is an answer.
  server.fault = () => ({ status: 500 });
  await failure(client.request({ path: SERVICES }));
  expect([heard, client.reachable]).toEqual([1, true]);
  forget();
  server.fault = () => "reset";
  await failure(client.request({ path: SERVICES }));
  server.fault = () => undefined;
  await client.request({ path: SERVICES });
  expect(heard).toBe(1);
});

test("a burst leaves at once, the rest at the given rate; urgent requests do not wait", async () => {
  await client.close();
  client = makeClient({ qps: 10, burst: 3 });
  const sent = () => server.requests.length;
  const all = Promise.all(Array.from({ length: 5 }, () => client.request({ path: SERVICES })));
  await until(() => sent() === 3);
  await client.request({ path: SERVICES, urgent: true });
  expect(sent()).toBe(4);
  await clock.advance(99);
  expect(sent()).toBe(4);
  await clock.advance(1);
  await until(() => sent() === 5);
  await clock.advance(100);
  await all;
});

test("requests go through the proxy that the environment names, watches too", async () => {
  const asked: string[] = [];
  const proxy = createServer();
  proxy.on("connect", (request, socket) => {
    asked.push(request.url ?? "");
    socket.end("HTTP/1.1 502 No\r\n\r\n");
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const { port } = proxy.address() as { readonly port: number };
  await client.close();
  client = makeClient({
    access: access({ server: "https://api.example.com:6443" }),
    env: { HTTPS_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: "other.example.com" },
  });
  await failure(client.request({ path: SERVICES }));
  await failure(client.stream({ path: SERVICES, signal: new AbortController().signal }));
  await new Promise((resolve) => proxy.close(resolve));
  expect(asked).toEqual(["api.example.com:6443", "api.example.com:6443"]);
});
