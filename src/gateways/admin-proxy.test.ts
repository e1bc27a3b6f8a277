import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { systemClock } from "../base/clock.ts";
import { AdminClient } from "./admin-client.ts";
import { adminEndpoint } from "./admin-endpoint.ts";
import { failureOf } from "./admin-failure.ts";
import { NO_FILES, PLAIN_ACCESS, StandIn } from "./stand-in.ts";

const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A proxy that writes down what it is asked and sends everything to one place. */
async function proxyTo(target: string): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const { port: targetPort } = new URL(target);
  const server: Server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const passed = fetch(`${target}${new URL(request.url ?? "").pathname}`);
    passed.then(
      async (answer) => response.writeHead(answer.status).end(await answer.text()),
      () => response.destroy(),
    );
  });
  server.on("connect", (request, socket) => {
    asked.push(`${request.method} ${request.url}`);
    const through = connect(Number(targetPort), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      through.pipe(socket).pipe(through);
    });
    for (const one of [socket, through]) one.on("error", () => one.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

function through(proxy: string, url: string): AdminClient {
  const client = new AdminClient({
    endpoint: adminEndpoint(url),
    access: PLAIN_ACCESS,
    userAgent: "test",
    clock: systemClock,
    files: NO_FILES,
    proxyFor: () => proxy,
  });
  closers.push(() => client.forget());
  return client;
}

const GET = { method: "GET", path: "/status", timeout: 5000, signal: new AbortController().signal } as const;

test("plain HTTP goes to the proxy as a request for the whole URL", async () => {
  const gateway = await StandIn.start(() => [200, { well: true }]);
  closers.push(() => gateway.stop());
  const proxy = await proxyTo(gateway.url);
  const answer = await through(proxy.url, "http://kong-admin.test:8001").call(GET);
  expect(answer).toMatchObject({ status: 200, text: '{"well":true}' });
  expect(proxy.asked).toEqual(["GET http://kong-admin.test:8001/status"]);
});

test("TLS goes through a tunnel", async () => {
  const gateway = await StandIn.start(() => [200, {}]);
  closers.push(() => gateway.stop());
  const proxy = await proxyTo(gateway.url);
  const failure = await through(proxy.url, "https://kong-admin.test:8444").call(GET).catch(failureOf);
  // The stand-in speaks no TLS: that much is known only once the tunnel is there.
  expect(failure).toMatchObject({ kind: expect.stringMatching(/unreachable|interrupted/) });
  expect(proxy.asked).toEqual(["CONNECT kong-admin.test:8444"]);
});
