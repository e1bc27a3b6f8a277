import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PushRig, payloadOf, TAG } from "./rig.ts";

/** Configurations that Kong completes, and fields that have two names. */

let rig: PushRig;
beforeEach(async () => {
  rig = await PushRig.start("database");
});
afterEach(() => rig.close());

const plugin = (name: string, config: object, more: object = {}) => payloadOf({ plugins: [{ name, config, ...more }] });
const configOf = async () => (await rig.list("/plugins"))[0]!["config"] as Record<string, unknown>;

async function settle(payload: ReturnType<typeof payloadOf>): Promise<void> {
  expect(await rig.push(payload)).toMatchObject({ kind: "accepted" });
  rig.writes();
  rig.database.doubt();
  expect(await rig.push(payload)).toMatchObject({ kind: "unchanged" });
  expect(rig.writes()).toEqual([]);
}

test.each([
  ["rate-limiting", { minute: 5 }],
  ["rate-limiting", { minute: 5, policy: "redis", redis_host: "redis.test", redis_port: 6380 }],
  ["rate-limiting", { minute: 5, policy: "redis", redis: { host: "redis.test", port: 6380 } }],
  ["cors", { origins: ["http://b.test", "http://a.test"], methods: ["PUT", "GET"] }],
  ["http-log", { http_endpoint: "http://log.test", headers: { "X-A": "1", "x-b": "2" } }],
  ["request-transformer", { add: { headers: ["a:1"] } }],
  ["session", { secret: "0123456789abcdef" }],
  ["session", {}],
  ["oauth2", { enable_client_credentials: true, scopes: ["a"] }],
  ["acl", { allow: ["b", "a"] }],
  ["request-termination", { status_code: 503 }],
  ["proxy-cache", { strategy: "memory", response_code: [404, 200] }],
  ["ip-restriction", { allow: ["10.0.0.0/8"] }],
])("%s %j: the second time nothing is written", (name, config) => settle(plugin(name, config)));

test("one leaf of a configuration is one field, and the others stay", async () => {
  await rig.push(plugin("rate-limiting", { minute: 5, redis: { host: "a.test", port: 6380 } }));
  rig.writes();
  await settle(plugin("rate-limiting", { minute: 5, redis: { host: "b.test", port: 6380 } }));
  expect(await configOf()).toMatchObject({ minute: 5, redis: { host: "b.test", port: 6380 } });
});

test("a field goes by its old and its new name: the one is the other", async () => {
  await rig.push(plugin("rate-limiting", { minute: 5, redis_host: "a.test" }));
  rig.writes();
  expect(await rig.push(plugin("rate-limiting", { minute: 5, redis: { host: "a.test" } }))).toMatchObject({
    kind: "unchanged",
  });
  await settle(plugin("rate-limiting", { minute: 5, redis_host: "b.test" }));
  expect(await configOf()).toMatchObject({ redis: { host: "b.test" } });
});

test("what is taken out of a configuration goes back to what Kong fills in", async () => {
  await rig.push(plugin("rate-limiting", { minute: 5, hour: 100, error_code: 430 }));
  await settle(plugin("rate-limiting", { minute: 5 }));
  expect(await configOf()).toMatchObject({ hour: null, error_code: 429 });
});

test("a map is replaced as a whole", async () => {
  await rig.push(plugin("http-log", { http_endpoint: "http://log.test", headers: { a: "1", b: "2" } }));
  await settle(plugin("http-log", { http_endpoint: "http://log.test", headers: { b: "2" } }));
  expect((await configOf())["headers"]).toEqual({ b: "2" });
});

describe("a secret that Kong draws", () => {
  test("stays, whatever else changes", async () => {
    await rig.push(plugin("session", {}));
    const { secret } = await configOf();
    await settle(plugin("session", { cookie_name: "other" }));
    expect(await configOf()).toMatchObject({ cookie_name: "other", secret });
  });

  test("gives way to one that is given", async () => {
    await rig.push(plugin("session", {}));
    await settle(plugin("session", { secret: "0123456789abcdef" }));
    expect(await configOf()).toMatchObject({ secret: "0123456789abcdef" });
  });
});

test("a plugin of the same name and relations keeps its id, whatever id it should have", async () => {
  await rig.push(plugin("cors", { max_age: 1 }, { id: "11111111-1111-4111-8111-111111111111" }));
  await settle(plugin("cors", { max_age: 2 }, { id: "22222222-2222-4222-8222-222222222222" }));
  expect(await rig.list("/plugins")).toMatchObject([
    { id: "11111111-1111-4111-8111-111111111111", config: { max_age: 2 } },
  ]);
});

test("another plugin under the same id is written anew: two configurations do not mix", async () => {
  const id = "11111111-1111-4111-8111-111111111111";
  await rig.push(plugin("cors", { max_age: 1 }, { id }));
  const [before] = await rig.list("/plugins");
  rig.writes();
  await rig.push(plugin("acl", { allow: ["a"] }, { id }));
  expect(rig.writes()).toEqual([`PUT /plugins/${id} 200`]);
  expect(await rig.list("/plugins")).toMatchObject([
    { id, name: "acl", tags: [TAG], created_at: before!["created_at"] },
  ]);
});

test("what another hand set to nothing is set to what Kong fills in, which leaving it out would not do", async () => {
  await rig.push(payloadOf({ services: [{ name: "web", host: "h" }] }));
  await rig.write("PATCH", "/services/web", { retries: null, read_timeout: null });
  rig.database.doubt();
  await settle(payloadOf({ services: [{ name: "web", host: "h", path: "/x" }] }));
  expect(await rig.get("/services/web")).toMatchObject({ retries: 5, read_timeout: 60_000, path: "/x" });
});

test("fields that no order is meant in are the same in any", async () => {
  const route = (methods: readonly string[], protocols: readonly string[]) =>
    payloadOf({
      services: [
        { name: "web", host: "h", routes: [{ name: "r", paths: ["/"], methods, protocols, tags: ["b", "a"] }] },
      ],
    });
  await rig.push(route(["GET", "PUT"], ["http", "https"]));
  rig.writes();
  expect(await rig.push(route(["PUT", "GET"], ["https", "http"]))).toMatchObject({ kind: "unchanged" });
  expect(rig.writes()).toEqual([]);
});
