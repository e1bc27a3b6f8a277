import { createServer } from "node:net";
import { afterEach, expect, test } from "vitest";
import { healthApp } from "./health.ts";
import { type Listening, listen } from "./listen.ts";

const open: Listening[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const HOST = "127.0.0.1";

test("it serves, and ends at once although a client keeps its connection", async () => {
  const server = await listen(
    healthApp(() => []),
    { host: HOST, port: 0 },
    "health",
    "health-probe-bind-address",
  );
  const answer = await fetch(`http://${HOST}:${server.port}/healthz`);
  expect([answer.status, await answer.text()]).toEqual([200, "ok"]);
  await server.close();
  await expect(fetch(`http://${HOST}:${server.port}/healthz`)).rejects.toThrow();
});

test("a port that is taken is said with its purpose and the flag", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, HOST, resolve));
  const { port } = other.address() as { port: number };
  const starting = listen(
    healthApp(() => []),
    { host: HOST, port },
    "metrics",
    "metrics-bind-address",
  );
  await expect(starting).rejects.toThrow(
    `cannot serve metrics on ${HOST}:${port}: another program has this port; choose another address with --metrics-bind-address`,
  );
  await new Promise((resolve) => other.close(resolve));
});
