import { createHash } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { systemClock } from "../base/clock.ts";
import { Pieces } from "../base/pieces.ts";
import type { Payload } from "../sync/gateway.ts";
import { AdminFailure } from "./admin-failure.ts";
import { dblessPush } from "./dbless.ts";
import type { Contact } from "./first-contact.ts";
import { readRoot } from "./root.ts";
import { type Answering, clientFor, rootAnswer, StandIn } from "./stand-in.ts";

const servers: StandIn[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

const text = '{"_format_version":"3.0","services":[{"name":"web","host":"a"}]}';
const ORIGIN = { group: "", version: "v1", kind: "Service", namespace: "shop", name: "web" };
const PAYLOAD: Payload = {
  bytes: Pieces.of(text),
  md5: createHash("md5").update(text).digest("hex"),
  entities: 1,
  sections: new Map([["services", [{ value: { name: "web", host: "a" }, origins: [ORIGIN] }]]]),
};
const OTHER = "f".repeat(32);
const ROOT: Contact = { ...readRoot(JSON.stringify(rootAnswer()), ""), hash: OTHER };

async function push(answering: Answering, root: Contact = ROOT, signal = new AbortController().signal) {
  const server = await StandIn.start(answering);
  servers.push(server);
  const client = clientFor(server.url, systemClock);
  const way = dblessPush(client, { clock: systemClock, timeout: 2000, checkTimeout: 2000 });
  const outcome = await way(PAYLOAD, root, signal).catch((error: unknown) => error);
  client.forget();
  return { outcome, server };
}

/** A gateway that answers pushes as given, and then holds `hash`. */
const answering =
  (hash: string, ...answers: readonly (readonly [number, unknown, Record<string, string>?])[]): Answering =>
  ({ method, url }) => {
    if (method === "GET" && url === "/status") return [200, { configuration_hash: hash }];
    const [next = [500, {}] as const, ...rest] = answers;
    answers = rest;
    return next;
  };

test("the document goes as text, so that its hash is that of its bytes, and the gateway proves what it holds", async () => {
  const { outcome, server } = await push(answering(PAYLOAD.md5, [201, { services: {} }]));
  expect(outcome).toEqual({ kind: "accepted", hash: PAYLOAD.md5 });
  expect(server.lines).toEqual(["POST /config?check_hash=1&flatten_errors=1", "GET /status"]);
  expect(server.asked[0]?.headers["content-type"]).toBe("text/yaml");
  expect(server.asked[0]?.body).toBe(text);
});

test("what the gateway reports counts, whatever it is", async () => {
  expect((await push(answering(OTHER, [201, {}]))).outcome).toEqual({ kind: "accepted", hash: OTHER });
});

test("304: it held these bytes already", async () => {
  const { outcome, server } = await push((_asked, response) => void response.writeHead(304).end());
  expect(outcome).toEqual({ kind: "unchanged", hash: PAYLOAD.md5 });
  expect(server.lines).toHaveLength(1);
});

const NOTHING = { code: 14, fields: {}, flattened_errors: {}, message: "declarative config is invalid: {}" };

test("a refusal comes with the objects behind it", async () => {
  const errors = [{ type: "field", field: "port", message: "out of range" }];
  const body = { ...NOTHING, flattened_errors: [{ entity_type: "service", entity_name: "web", errors }] };
  const { outcome } = await push(answering(OTHER, [400, body]));
  expect(outcome).toMatchObject({ kind: "rejected", rejections: [{ origins: [ORIGIN], field: "port" }] });
});

test("when the flattened answer says nothing the plain one is asked for", async () => {
  const plain = { code: 14, fields: { services: { web: ["invalid reference 'x'"] } }, message: "…" };
  const { outcome, server } = await push(answering(OTHER, [400, NOTHING], [400, plain]));
  expect(outcome).toMatchObject({
    kind: "rejected",
    rejections: [{ origins: [ORIGIN], message: "invalid reference 'x'" }],
  });
  expect(server.lines).toEqual(["POST /config?check_hash=1&flatten_errors=1", "POST /config?check_hash=1"]);
});

test("when the second asking is accepted, it is accepted", async () => {
  const { outcome } = await push(answering(PAYLOAD.md5, [400, NOTHING], [201, {}]));
  expect(outcome).toEqual({ kind: "accepted", hash: PAYLOAD.md5 });
});

test("a document over the gateway's limit is not sent", async () => {
  const { outcome, server } = await push(() => [201, {}], { ...ROOT, bodyLimit: 10 });
  expect(outcome).toEqual({
    kind: "too-large",
    size: text.length,
    limit: 10,
    setting: "nginx_admin_client_max_body_size",
  });
  expect(server.lines).toEqual([]);
});

test("413 of nginx and 413 of Kong's store name different settings", async () => {
  expect((await push(answering(OTHER, [413, "<html>413</html>"]))).outcome).toMatchObject({
    kind: "too-large",
    setting: "nginx_admin_client_max_body_size",
  });
  const message = 'Configuration does not fit in LMDB database, consider raising the "lmdb_map_size" config for Kong';
  expect((await push(answering(OTHER, [413, { message }]))).outcome).toMatchObject({ setting: "lmdb_map_size" });
});

test.each([
  [{ "retry-after": "7" }, 7000],
  // Theirs is the clock that counts, wherever ours stands.
  [{ "retry-after": "Thu, 01 Jan 2015 00:00:09 GMT", date: "Thu, 01 Jan 2015 00:00:00 GMT" }, 9000],
  [{ "retry-after": "Thu, 01 Jan 2015 00:00:00 GMT", date: "Thu, 01 Jan 2015 00:00:09 GMT" }, 0],
  [{}, undefined],
])("429 with %s", async (headers, retryAfter) => {
  const { outcome } = await push(answering(OTHER, [429, { message: "busy" }, headers as Record<string, string>]));
  expect(outcome).toMatchObject({ kind: "busy", retryAfter });
});

test("any other answer is a failure with Kong's words", async () => {
  const { outcome } = await push(answering(OTHER, [500, { message: "An unexpected error occurred" }]));
  expect(outcome).toMatchObject({
    kind: "failed",
    cause: { message: "the push was answered with 500 (An unexpected error occurred)" },
  });
});

test("a push whose answer never came is not repeated blindly: the hash says what happened", async () => {
  const dropping =
    (hash: string): Answering =>
    ({ method }, response) => {
      if (method === "GET") return [200, { configuration_hash: hash }];
      response.socket?.destroy();
      return undefined;
    };
  expect((await push(dropping(PAYLOAD.md5))).outcome).toEqual({ kind: "accepted", hash: PAYLOAD.md5 });
  const lost = await push(dropping(OTHER));
  expect(lost.outcome).toMatchObject({ kind: "failed" });
  expect(lost.server.lines.filter((line) => line.startsWith("POST"))).toHaveLength(1);
});

test("a push that takes too long names the flag", async () => {
  const server = await StandIn.start(({ method }) =>
    method === "GET" ? [200, { configuration_hash: OTHER }] : undefined,
  );
  servers.push(server);
  const client = clientFor(server.url, systemClock);
  const way = dblessPush(client, { clock: systemClock, timeout: 30, checkTimeout: 2000 });
  const outcome = await way(PAYLOAD, ROOT, new AbortController().signal);
  client.forget();
  expect(outcome).toMatchObject({
    kind: "failed",
    cause: { message: expect.stringContaining("--proxy-timeout-seconds") },
  });
});

test("a gateway that answers nothing any more is lost, and that is thrown", async () => {
  const { outcome } = await push((_asked, response) => void response.socket?.destroy());
  expect(outcome).toBeInstanceOf(AdminFailure);
  expect(outcome).toMatchObject({ kind: "interrupted" });
});
