import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { selfSigned } from "../../src/preview/tls/self-signed.ts";
import { shop } from "./push-cases.ts";
import { PushRig, payloadOf, ref, TAG } from "./rig.ts";

/** The order of writes, what goes with what, and values that no two entities may have. */

let rig: PushRig;
beforeEach(async () => {
  rig = await PushRig.start("database", {}, { concurrency: 1 });
});
afterEach(() => rig.close());

const kindOf = (line: string) =>
  line.replace(/\/upstreams\/\S+\/targets/, "/targets").replace(/(\/[a-z_-]+)\/\S+/, "$1");

test("what is referred to comes first, an upstream with its targets before the service that names it, a route's plugins right after it", async () => {
  await rig.push(payloadOf(shop()));
  const writes = rig.writes().map(kindOf);
  const services = writes.indexOf("POST /services 201");
  expect(writes.slice(0, services).filter((line) => line.startsWith("POST /targets"))).not.toEqual([]);
  const [route, next] = writes.slice(writes.lastIndexOf("POST /routes 201"));
  expect([route, next]).toEqual(["POST /routes 201", "POST /plugins 201"]);
});

test("Kong removes plugins with their route and credentials with their consumer: they are not asked for, and no route stands open meanwhile", async () => {
  await rig.push(payloadOf(shop()));
  rig.writes();
  await rig.push(payloadOf({}));
  expect(rig.writes().map(kindOf).sort()).toEqual([
    "DELETE /consumers 204",
    "DELETE /routes 204",
    "DELETE /routes 204",
    "DELETE /services 204",
    "DELETE /services 204",
    "DELETE /upstreams 204",
    "DELETE /upstreams 204",
  ]);
});

test("what is not wanted goes last: a renamed route is there before the old one goes", async () => {
  await rig.push(payloadOf({ services: [{ name: "web", host: "h", routes: [{ name: "old", paths: ["/"] }] }] }));
  rig.writes();
  await rig.push(payloadOf({ services: [{ name: "web", host: "h", routes: [{ name: "new", paths: ["/"] }] }] }));
  expect(rig.writes().map(kindOf)).toEqual(["POST /routes 201", "DELETE /routes 204"]);
});

describe("something that should go and is used by somebody else", () => {
  test("stays until nobody uses it, is said, and nothing else is kept from anybody", async () => {
    await rig.push(payloadOf(shop()));
    await rig.write("POST", "/services/api/routes", { name: "theirs", paths: ["/theirs"] });
    const [web] = shop()["services"]!;
    const wanted = payloadOf({ services: [{ ...web!, retries: 7 }] });
    expect(await rig.push(wanted)).toMatchObject({
      kind: "accepted",
      leftovers: [{ entityType: "service", entityName: "api", message: expect.stringContaining("routes") }],
    });
    expect(await rig.get("/services/web")).toMatchObject({ retries: 7 });
    await rig.write("DELETE", "/routes/theirs");
    rig.database.doubt();
    expect(await rig.push(wanted)).toEqual({ kind: "accepted", hash: wanted.md5 });
    expect((await rig.list("/services")).map(({ name }) => name)).toEqual(["web"]);
  });

  test("keeps what only one can have: what was to take its place is refused and says so", async () => {
    const { cert } = selfSigned({ names: ["ca"], notBefore: Date.now() - 1000, notAfter: Date.now() + 3_600_000 });
    const [old, fresh] = ["33333333-3333-4333-8333-333333333333", "44444444-4444-4444-8444-444444444444"];
    await rig.push(payloadOf({ ca_certificates: [{ id: old, cert }] }));
    await rig.write("POST", "/services", { name: "theirs", host: "h", protocol: "https", ca_certificates: [old] });
    expect(await rig.push(payloadOf({ ca_certificates: [{ id: fresh, cert }] }))).toMatchObject({
      kind: "rejected",
      rejections: [{ origins: [ref(fresh)], message: expect.stringContaining("could not be removed") }],
    });
    await rig.write("DELETE", "/services/theirs");
    expect(await rig.push(payloadOf({ ca_certificates: [{ id: fresh, cert }] }))).toMatchObject({ kind: "accepted" });
    expect((await rig.list("/ca_certificates")).map(({ id }) => id)).toEqual([fresh]);
  });
});

test("a CA certificate under another id: services of ours let go of the former one first", async () => {
  const { cert } = selfSigned({ names: ["ca"], notBefore: Date.now() - 1000, notAfter: Date.now() + 3_600_000 });
  const withCa = (id: string) =>
    payloadOf({
      ca_certificates: [{ id, cert }],
      services: [{ name: "web", host: "h", protocol: "https", tls_verify: true, ca_certificates: [id] }],
    });
  await rig.push(withCa("33333333-3333-4333-8333-333333333333"));
  rig.writes();
  expect(await rig.push(withCa("44444444-4444-4444-8444-444444444444"))).toMatchObject({ kind: "accepted" });
  expect(rig.writes().map(kindOf)).toEqual([
    "PATCH /services 200",
    "DELETE /ca_certificates 204",
    "POST /ca_certificates 201",
  ]);
});

test("an entity whose parent is refused is not tried, and only the parent is told", async () => {
  const [web, api] = shop()["services"]!;
  const outcome = await rig.push(payloadOf({ ...shop(), services: [{ ...web!, port: 99_999 }, api!] }));
  expect(outcome).toMatchObject({ kind: "rejected", rejections: [{ origins: [ref("web")], field: "port" }] });
  expect("rejections" in outcome ? outcome.rejections : []).toHaveLength(1);
  expect(rig.writes().filter((line) => / 4\d\d$/.test(line))).toEqual(["POST /services 400"]);
  expect((await rig.list("/routes")).map(({ name }) => name)).toEqual(["api-route"]);
});

describe("a new route whose plugin is refused", () => {
  const web = (config: object, onService = false) => {
    const plugin = [{ name: "key-auth", config }];
    const route = { name: "web-route", paths: ["/web"] };
    return {
      services: [
        {
          name: "web",
          host: "h",
          routes: [onService ? route : { ...route, plugins: plugin }, { name: "other-route", paths: ["/other"] }],
          ...(onService ? { plugins: plugin } : {}),
        },
      ],
    };
  };

  test.each([
    [false, ["other-route"]],
    [true, []],
  ])("is not left open (of its service: %s)", async (onService, left) => {
    const outcome = await rig.push(payloadOf(web({ key_names: 5 }, onService)));
    expect(outcome).toMatchObject({
      kind: "rejected",
      rejections: [{ entityType: "plugin", field: "config.key_names" }],
    });
    expect((await rig.list("/routes")).map(({ name }) => name)).toEqual(left);
    expect(await rig.push(payloadOf(web({ key_names: ["k"] }, onService)))).toMatchObject({ kind: "accepted" });
    expect((await rig.list("/routes")).length).toBe(2);
  });

  test("one that was there before stays as it was", async () => {
    await rig.push(payloadOf(web({ key_names: ["k"] })));
    expect(await rig.push(payloadOf(web({ key_names: 5 })))).toMatchObject({ kind: "rejected" });
    expect((await rig.list("/routes/web-route/plugins"))[0]).toMatchObject({ config: { key_names: ["k"] } });
  });
});

test("what exists keeps its id when only that differs: nothing is made anew", async () => {
  await rig.write("POST", "/services", { name: "web", host: "web.shop.80.svc", tags: [TAG] });
  await rig.write("POST", "/services/web/plugins", { name: "cors", tags: [TAG] });
  const before = { service: await rig.get("/services/web"), plugin: (await rig.list("/services/web/plugins"))[0]! };
  await rig.push(payloadOf(shop()));
  expect(await rig.get("/services/web")).toMatchObject({
    id: before.service["id"],
    created_at: before.service["created_at"],
  });
  expect((await rig.list("/services/web/plugins"))[0]).toMatchObject({
    id: before.plugin["id"],
    config: { max_age: 1 },
  });
  expect(rig.writes().filter((line) => line.startsWith("DELETE"))).toEqual([]);
});

describe("values that no two may have", () => {
  const consumers = (...ids: readonly (string | undefined)[]) =>
    payloadOf({
      consumers: ["ann", "ben", "cyd"].flatMap((username, at) =>
        ids[at] === undefined ? [] : [{ username, custom_id: ids[at] }],
      ),
    });
  const customIds = async () =>
    Object.fromEntries((await rig.list("/consumers")).map(({ username, custom_id }) => [username, custom_id]));

  test("two that exchange theirs", async () => {
    await rig.push(consumers("1", "2"));
    const ids = (await rig.list("/consumers")).map(({ id }) => id);
    expect(await rig.push(consumers("2", "1"))).toMatchObject({ kind: "accepted" });
    expect(await customIds()).toEqual({ ann: "2", ben: "1" });
    expect((await rig.list("/consumers")).map(({ id }) => id)).toEqual(ids);
  });

  test("three in a circle", async () => {
    await rig.push(consumers("1", "2", "3"));
    expect(await rig.push(consumers("2", "3", "1"))).toMatchObject({ kind: "accepted" });
    expect(await customIds()).toEqual({ ann: "2", ben: "3", cyd: "1" });
    rig.writes();
    expect(await rig.push(consumers("2", "3", "1"))).toMatchObject({ kind: "unchanged" });
    expect(rig.writes()).toEqual([]);
  });

  test("one that goes makes room first", async () => {
    await rig.push(payloadOf({ plugins: [{ name: "cors", instance_name: "one" }] }));
    rig.writes();
    expect(
      await rig.push(payloadOf({ plugins: [{ name: "acl", instance_name: "one", config: { allow: ["a"] } }] })),
    ).toMatchObject({
      kind: "accepted",
    });
    expect(rig.writes().map(kindOf)).toEqual(["DELETE /plugins 204", "POST /plugins 201"]);
  });

  test("one that two of ours want is refused to one of them", async () => {
    const outcome = await rig.push(
      payloadOf({
        consumers: [
          { username: "ann", custom_id: "1" },
          { username: "ben", custom_id: "1" },
        ],
      }),
    );
    expect(outcome).toMatchObject({ kind: "rejected", rejections: [{ entityType: "consumer" }] });
    expect(await customIds()).toEqual({ ann: "1" });
  });
});

test("another user name under the same custom_id is the same consumer", async () => {
  await rig.push(payloadOf({ consumers: [{ username: "ann", custom_id: "1", acls: [{ group: "g" }] }] }));
  const [before] = await rig.list("/consumers");
  await rig.push(payloadOf({ consumers: [{ username: "anna", custom_id: "1", acls: [{ group: "g" }] }] }));
  expect(await rig.list("/consumers")).toMatchObject([{ id: before!["id"], username: "anna" }]);
  expect((await rig.list("/acls")).length).toBe(1);
});

test("a kind that the gateway does not have is refused, the rest is there", async () => {
  const outcome = await rig.push(payloadOf({ degraphql_routes: [{ from: "dq", uri: "/x", query: "{}" }], ...shop() }));
  expect(outcome).toMatchObject({
    kind: "rejected",
    rejections: [{ origins: [ref("dq")], message: "this gateway has no degraphql_routes" }],
  });
  expect((await rig.list("/services")).length).toBe(2);
});
