import { afterEach, expect, test } from "vitest";
import { systemClock } from "../base/clock.ts";
import type { AdminAccess } from "./admin-endpoint.ts";
import { type AdminFailure, failureOf } from "./admin-failure.ts";
import { contact } from "./first-contact.ts";
import { type Answering, clientFor, rootAnswer, StandIn } from "./stand-in.ts";

const HASH = "0123456789abcdef0123456789abcdef";
const servers: StandIn[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function reach(answering: Answering, access: Partial<AdminAccess> = {}) {
  const server = await StandIn.start(answering);
  servers.push(server);
  const client = clientFor(server.url, systemClock, access);
  const found = await contact(client, 5000, new AbortController().signal).catch((error: unknown) => failureOf(error));
  client.forget();
  return { found, lines: server.lines, bodies: server.asked.map(({ body }) => body) };
}

/** A gateway that has the given paths. */
const gateway =
  (paths: Readonly<Record<string, readonly [number, unknown]>>): Answering =>
  ({ method, url }) =>
    paths[`${method} ${url}`] ?? [404, { message: "Not found" }];

test("a gateway without a database: its root, and what it holds", async () => {
  const { found, lines } = await reach(
    gateway({ "GET /": [200, rootAnswer()], "GET /status": [200, { configuration_hash: HASH }] }),
  );
  expect(found).toMatchObject({ version: "3.9.1", hash: HASH, bodyLimit: 10485760 });
  expect(lines).toEqual(["GET /", "GET /status"]);
});

test("with a database there is no hash", async () => {
  const { found } = await reach(
    gateway({
      "GET /": [200, rootAnswer({ configuration: { database: "postgres" } })],
      "GET /status": [200, { database: { reachable: true } }],
    }),
  );
  expect(found).toMatchObject({ hash: undefined, profile: { dbless: false } });
});

test("a workspace that is there is used", async () => {
  const { found, lines } = await reach(
    gateway({
      "GET /workspaces/team": [200, { name: "team" }],
      "GET /team/kong": [200, rootAnswer()],
      "GET /team/status": [200, { configuration_hash: HASH }],
    }),
    { workspace: "team" },
  );
  expect(found).toMatchObject({ profile: { workspace: "team" } });
  expect(lines).toEqual(["GET /workspaces/team", "GET /team/kong", "GET /team/status"]);
});

test("a workspace that is missing is made; that somebody was faster is no mistake", async () => {
  for (const status of [201, 409]) {
    const { found, bodies, lines } = await reach(
      gateway({
        "POST /workspaces": [status, {}],
        "GET /team/kong": [200, rootAnswer()],
        "GET /team/status": [200, { configuration_hash: HASH }],
      }),
      { workspace: "team" },
    );
    expect(found).toMatchObject({ hash: HASH });
    expect(lines[1]).toBe("POST /workspaces");
    expect(bodies[1]).toBe('{"name":"team"}');
  }
});

test("a gateway that knows no workspaces is said so", async () => {
  const { found } = await reach(gateway({ "GET /": [200, rootAnswer()] }), { workspace: "team" });
  expect(found).toMatchObject({ kind: "unfit", advice: expect.stringContaining("--kong-workspace") });
});

test.each([
  [401, { message: "Invalid credentials. Token or User credentials required" }, "--kong-admin-token"],
  [403, { message: "you do not have permissions" }, "--kong-admin-token"],
  [404, { message: "no Route matched with those values" }, "--kong-admin-url"],
  [400, "<html>400 The plain HTTP request was sent to HTTPS port</html>", "https://"],
  [400, "<html>400 No required SSL certificate was sent</html>", "--kong-admin-tls-client-cert-file"],
])("an answer of %i %s is explained", async (status, body, flag) => {
  const { found } = await reach(() => [status, body]);
  expect(found).toMatchObject({ kind: "answer", status, advice: expect.stringContaining(flag) });
  expect((found as AdminFailure).message).toContain(String(status));
});

test("a 500 may pass: nothing is advised", async () => {
  const { found } = await reach(() => [500, { message: "An unexpected error occurred" }]);
  expect(found).toMatchObject({ kind: "answer", advice: undefined });
  expect((found as AdminFailure).message).toContain("An unexpected error occurred");
});

test("/status must be what it is", async () => {
  const root = { "GET /": [200, rootAnswer()] } as const;
  expect((await reach(gateway({ ...root, "GET /status": [200, "<html>"] }))).found).toMatchObject({
    kind: "interrupted",
  });
  expect((await reach(gateway({ ...root, "GET /status": [200, {}] }))).found).toMatchObject({ kind: "unfit" });
  expect((await reach(gateway(root))).found).toMatchObject({ kind: "answer", status: 404 });
});
