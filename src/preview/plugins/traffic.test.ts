import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ManualClock } from "../../base/manual-clock.ts";
import { routesWithPlugins, startTestGateway, type TestGateway } from "../test-gateway.ts";

const clock = new ManualClock();
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({ clock });
  await gateway.load({
    ...routesWithPlugins(gateway.port, {
      limited: [{ name: "rate-limiting", config: { policy: "local", minute: 2, hour: 3 } }],
      byKey: [
        { name: "key-auth" },
        { name: "rate-limiting", config: { policy: "local", minute: 1, limit_by: "consumer" } },
      ],
      plain: [],
      cors: [
        { name: "cors", config: { origins: ["https://a.example", ".*\\.b\\.example"], exposed_headers: ["X-A"] } },
      ],
      gone: [{ name: "request-termination", config: { status_code: 410, message: "moved away" } }],
      page: [{ name: "request-termination", config: { status_code: 200, content_type: "text/html", body: "<p>" } }],
      robots: [{ name: "bot-detection", config: { allow: ["goodbot"], deny: ["evil"] } }],
      here: [{ name: "ip-restriction", config: { allow: ["127.0.0.0/8", "::1"] } }],
      there: [{ name: "ip-restriction", config: { allow: ["10.0.0.0/8"], status: 404, message: "nobody home" } }],
      small: [{ name: "request-size-limiting", config: { allowed_payload_size: 1, size_unit: "kilobytes" } }],
      moved: [{ name: "redirect", config: { location: "https://new.example/base?x=1", keep_incoming_path: true } }],
    }),
    plugins: [{ name: "correlation-id", config: { header_name: "X-Trace", generator: "uuid", echo_downstream: true } }],
    consumers: [
      { username: "a", keyauth_credentials: [{ key: "a-key" }] },
      { username: "b", keyauth_credentials: [{ key: "b-key" }] },
    ],
  });
});

afterAll(() => gateway.close());

describe("rate-limiting", () => {
  test("counts in each window, says what is left, and begins anew with the next window", async () => {
    const left = async () => {
      const { status, headers } = await gateway.ask("/limited");
      return [
        status,
        headers["x-ratelimit-remaining-minute"],
        headers["x-ratelimit-remaining-hour"],
        headers["retry-after"],
      ];
    };
    expect(await left()).toEqual([200, "1", "2", undefined]);
    expect(await left()).toEqual([200, "0", "1", undefined]);
    expect(await left()).toEqual([429, "0", "1", "60"]);
    await clock.advance(60_000);
    expect(await left()).toEqual([200, "1", "0", undefined]);
    expect(await left()).toEqual([429, "1", "0", "3540"]);
  });

  test("counts each consumer on its own", async () => {
    const status = async (apikey: string) => (await gateway.ask("/byKey", { headers: { apikey } })).status;
    expect([await status("a-key"), await status("a-key"), await status("b-key")]).toEqual([200, 429, 200]);
  });
});

test("cors answers preflights itself and names an origin only to those who may", async () => {
  const ask = (origin: string, more: Record<string, string> = {}, method = "GET") =>
    gateway.ask("/cors", { method, headers: { origin, ...more } });
  expect((await ask("https://a.example")).headers).toMatchObject({
    "access-control-allow-origin": "https://a.example",
    "access-control-expose-headers": "X-A",
    vary: "Origin",
  });
  expect((await ask("https://x.b.example")).headers["access-control-allow-origin"]).toBe("https://x.b.example");
  expect((await ask("https://evil.example")).headers["access-control-allow-origin"]).toBeUndefined();
  const preflight = await ask("https://a.example", { "access-control-request-method": "PUT" }, "OPTIONS");
  expect([preflight.status, preflight.seen, preflight.headers["access-control-allow-methods"]]).toEqual([
    200,
    undefined,
    "GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS,TRACE,CONNECT",
  ]);
});

test("request-termination answers in the place of the upstream", async () => {
  const gone = await gateway.ask("/gone");
  expect([gone.status, JSON.parse(gone.text), gone.seen]).toEqual([410, { message: "moved away" }, undefined]);
  const page = await gateway.ask("/page");
  expect([page.text, page.headers["content-type"]]).toEqual(["<p>", "text/html; charset=UTF-8"]);
});

test.each([
  ["curl/8", 200],
  ["Googlebot/2.1", 403],
  ["evil/1", 403],
  ["goodbot-googlebot", 200],
])("bot-detection: %s is %i", async (agent, status) => {
  expect((await gateway.ask("/robots", { headers: { "user-agent": agent } })).status).toBe(status);
});

test("ip-restriction knows networks and says its own words", async () => {
  expect((await gateway.ask("/here")).status).toBe(200);
  const refused = await gateway.ask("/there", { headers: { "x-forwarded-for": "10.1.1.1" } });
  expect([refused.status, JSON.parse(refused.text)]).toMatchObject([404, { message: "nobody home" }]);
});

test("request-size-limiting measures bodies that do not say their size", async () => {
  const status = async (size: number) =>
    (
      await gateway.ask("/small", {
        method: "POST",
        headers: { "transfer-encoding": "chunked" },
        body: "x".repeat(size),
      })
    ).status;
  expect([await status(1024), await status(1025)]).toEqual([200, 413]);
});

test("redirect keeps the incoming path in the place of its own", async () => {
  const got = await gateway.ask("/moved/a?b=1");
  expect([got.status, got.headers.location]).toEqual([301, "https://new.example/moved/a?b=1"]);
});

describe("correlation-id", () => {
  test("keeps the client's, else makes one, and says it to both sides", async () => {
    const kept = await gateway.ask("/plain", { headers: { "x-trace": "mine" } });
    expect([kept.seen?.headers["x-trace"], kept.headers["x-trace"]]).toEqual(["mine", "mine"]);
    const made = await gateway.ask("/plain");
    expect(made.seen?.headers["x-trace"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(made.headers["x-trace"]).toBe(made.seen?.headers["x-trace"]);
  });

  test("stands on answers to requests that met no route", async () => {
    const got = await gateway.ask("/nowhere");
    expect([got.status, got.headers["x-trace"]]).toEqual([404, expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  });
});
