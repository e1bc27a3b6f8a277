import { createHash, createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ManualClock } from "../../base/manual-clock.ts";
import { routesWithPlugins, startTestGateway, type TestGateway } from "../test-gateway.ts";

const clock = new ManualClock();
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({ clock });
  await gateway.load({
    ...routesWithPlugins(gateway.port, {
      key: [{ name: "key-auth" }],
      either: [
        { name: "key-auth", config: { anonymous: "anyone" } },
        { name: "basic-auth", config: { anonymous: "anyone" } },
      ],
      basic: [{ name: "basic-auth", config: { hide_credentials: true } }],
      jwt: [{ name: "jwt", config: { claims_to_verify: ["exp", "nbf"], cookie_names: ["token"] } }],
      hmac: [{ name: "hmac-auth" }],
      digest: [{ name: "hmac-auth", config: { validate_request_body: true, enforce_headers: ["date", "digest"] } }],
      admins: [{ name: "key-auth" }, { name: "acl", config: { allow: ["admins"] } }],
      notDevs: [{ name: "key-auth" }, { name: "acl", config: { deny: ["dev"], hide_groups_header: true } }],
      open: [{ name: "acl", config: { allow: ["admins"] } }],
    }),
    consumers: [
      {
        username: "alice",
        custom_id: "a-1",
        keyauth_credentials: [{ key: "alices-key" }],
        basicauth_credentials: [{ username: "alice", password: "pa:ss" }],
        hmacauth_credentials: [{ username: "alice", secret: "alices-secret" }],
        jwt_secrets: [{ key: "alices-issuer", secret: "alices-jwt", algorithm: "HS256" }],
        acls: [{ group: "admins" }, { group: "dev" }],
      },
      { username: "bob", keyauth_credentials: [{ key: "bobs-key" }] },
      { username: "anyone" },
    ],
  });
});

afterAll(() => gateway.close());

function basic(text: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(text).toString("base64")}` };
}

function token(claims: object, header: object = { alg: "HS256", typ: "JWT" }, secret = "alices-jwt"): string {
  const parts = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
  return [...parts, createHmac("sha256", secret).update(parts.join(".")).digest("base64url")].join(".");
}

function message(text: string): unknown {
  return (JSON.parse(text) as { readonly message: unknown }).message;
}

describe("key-auth and basic-auth", () => {
  test("say who asks, and take away what a client said itself", async () => {
    const { seen } = await gateway.ask("/key", {
      headers: { apikey: "alices-key", "x-consumer-username": "root", "x-anonymous-consumer": "true" },
    });
    expect(seen?.headers).toMatchObject({ "x-consumer-username": "alice", "x-consumer-custom-id": "a-1" });
    expect(seen?.headers).not.toHaveProperty("x-anonymous-consumer");
  });

  test("a password may hold a colon; hidden credentials stay here", async () => {
    const { status, seen } = await gateway.ask("/basic", { headers: basic("alice:pa:ss") });
    expect([status, seen?.headers["x-credential-identifier"], seen?.headers["authorization"]]).toEqual([
      200,
      "alice",
      undefined,
    ]);
    expect((await gateway.ask("/basic", { headers: basic("alice:pa") })).status).toBe(401);
  });

  test.each([
    [{}, "anyone", "true"],
    [{ apikey: "bobs-key" }, "bob", undefined],
    [basic("alice:pa:ss"), "alice", undefined],
    [{ apikey: "bobs-key", ...basic("alice:wrong") }, "bob", undefined],
  ])("with an anonymous consumer any of the two is enough: %j is %s", async (headers, username, anonymous) => {
    const { seen } = await gateway.ask("/either", { headers });
    expect([seen?.headers["x-consumer-username"], seen?.headers["x-anonymous-consumer"]]).toEqual([
      username,
      anonymous,
    ]);
  });
});

describe("jwt", () => {
  const soon = clock.now() / 1000 + 60;

  test("takes a token from the header, the query and a cookie", async () => {
    const good = token({ iss: "alices-issuer", exp: soon, nbf: 0 });
    for (const ask of [
      () => gateway.ask("/jwt", { headers: { authorization: `Bearer ${good}` } }),
      () => gateway.ask(`/jwt?jwt=${good}`),
      () => gateway.ask("/jwt", { headers: { cookie: `a=b; token=${good}` } }),
    ])
      expect((await ask()).seen?.headers["x-consumer-username"]).toBe("alice");
  });

  test.each([
    ["nothing", undefined, { message: "Unauthorized" }],
    ["no token", "x", { message: "Bad token; invalid token" }],
    ["no JSON", "a.b.c", { message: "Bad token; invalid JSON" }],
    ["no algorithm at all", token({ iss: "alices-issuer" }, { alg: "none" }), { message: "Bad token; invalid alg" }],
    ["another algorithm", token({ iss: "alices-issuer" }, { alg: "HS512" }), { message: "Invalid algorithm" }],
    ["no issuer", token({ exp: 1 }), { message: "No mandatory 'iss' in claims" }],
    ["another issuer", token({ iss: "x" }), { message: "No credentials found for given 'iss'" }],
    ["another secret", token({ iss: "alices-issuer" }, undefined, "x"), { message: "Invalid signature" }],
    ["too old", token({ iss: "alices-issuer", exp: 1, nbf: 0 }), { exp: "token expired" }],
    ["too young", token({ iss: "alices-issuer", exp: soon, nbf: soon }), { nbf: "token not valid yet" }],
    ["no times", token({ iss: "alices-issuer" }), { exp: "must be a number", nbf: "must be a number" }],
  ])("refuses %s", async (_about, text, body) => {
    const headers: Record<string, string> = text === undefined ? {} : { authorization: `Bearer ${text}` };
    const got = await gateway.ask("/jwt", { headers });
    expect([got.status, JSON.parse(got.text)]).toEqual([401, body]);
  });
});

describe("hmac-auth", () => {
  function signed(lines: Record<string, string>, names: string, extra: Record<string, string> = {}) {
    const text = names
      .split(" ")
      .map((name) => (name === "request-line" ? lines[name] : `${name}: ${lines[name] ?? ""}`))
      .join("\n");
    const signature = createHmac("sha256", "alices-secret").update(text).digest("base64");
    const authorization = `hmac username="alice", algorithm="hmac-sha256", headers="${names}", signature="${signature}"`;
    const { "request-line": _line, ...headers } = lines;
    return { ...headers, ...extra, authorization };
  }
  const date = new Date(clock.now()).toUTCString();

  test("checks the signature over the headers that the client chose", async () => {
    const lines = { date, "request-line": "GET /hmac/a?b=1 HTTP/1.1" };
    const headers = signed(lines, "date request-line");
    expect((await gateway.ask("/hmac/a?b=1", { headers })).seen?.headers["x-consumer-username"]).toBe("alice");
    const got = await gateway.ask("/hmac/other", { headers });
    expect([got.status, message(got.text)]).toEqual([401, "HMAC signature does not match"]);
  });

  test.each([
    [{}, "Unauthorized"],
    [{ authorization: "hmac x" }, "a valid date or x-date header is required"],
    [{ authorization: "hmac x", date }, "HMAC signature cannot be verified"],
    [signed({ date: new Date(clock.now() - 301_000).toUTCString() }, "date"), "a valid date or x-date header"],
  ])("refuses %j", async (headers, text) => {
    const got = await gateway.ask("/hmac", { headers });
    expect([got.status, got.headers["www-authenticate"]]).toEqual([401, "hmac"]);
    expect(message(got.text)).toContain(text);
  });

  test("checks the digest of the body, and that it is signed", async () => {
    const digest = `SHA-256=${createHash("sha256").update("hello").digest("base64")}`;
    const ask = (headers: Record<string, string>, body: string) =>
      gateway.ask("/digest", { method: "POST", headers: { ...headers, "content-length": String(body.length) }, body });
    expect((await ask(signed({ date, digest }, "date digest"), "hello")).status).toBe(200);
    expect((await ask(signed({ date, digest }, "date digest"), "HELLO")).status).toBe(401);
    expect((await ask(signed({ date, digest }, "date"), "hello")).status).toBe(401);
  });
});

describe("acl", () => {
  test.each([
    ["/admins", "alices-key", 200, "admins, dev"],
    ["/admins", "bobs-key", 403, undefined],
    ["/notDevs", "alices-key", 403, undefined],
    ["/notDevs", "bobs-key", 200, undefined],
  ])("%s with %s is %i", async (target, apikey, status, groups) => {
    const got = await gateway.ask(target, { headers: { apikey } });
    expect([got.status, got.seen?.headers["x-consumer-groups"]]).toEqual([status, groups]);
    if (status === 403) expect(message(got.text)).toBe("You cannot consume this service");
  });

  test("without an authentication nobody is let in", async () => {
    const got = await gateway.ask("/open");
    expect([got.status, message(got.text)]).toEqual([401, "Unauthorized"]);
  });
});
