import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { shop } from "./push-cases.ts";
import { PushRig, payloadOf, ref, TAG } from "./rig.ts";

/** What is not ours is left alone, whatever becomes of what is. */

let rig: PushRig;
beforeEach(async () => {
  rig = await PushRig.start("database");
});
afterEach(() => rig.close());

const web = "/services/11111111-1111-4111-8111-111111111111";

test("what is ours carries the tag, on top of its own tags, wherever it stands", async () => {
  await rig.push(payloadOf(shop()));
  expect(await rig.get("/services/web")).toMatchObject({ tags: ["k8s-name:web", TAG] });
  const lists = [
    "/routes",
    "/plugins",
    "/upstreams",
    "/upstreams/web.shop.80.svc/targets",
    "/consumers",
    "/key-auths",
    "/acls",
  ];
  for (const path of lists) for (const { tags } of await rig.list(path)) expect(tags).toContain(TAG);
});

test("what carries the tag and is not wanted goes; what carries none stays, also inside of what is ours", async () => {
  await rig.push(payloadOf(shop()));
  await rig.write("POST", "/services", { name: "theirs", host: "theirs.test" });
  await rig.write("POST", "/services", { name: "stale", host: "stale.test", tags: [TAG] });
  await rig.write("POST", "/services/web/routes", { name: "their-route", paths: ["/theirs"] });
  await rig.write("POST", "/upstreams/web.shop.80.svc/targets", { target: "10.9.9.9:80" });
  await rig.write("POST", "/consumers/ann/key-auth", { key: "theirkey1" });
  await rig.write("POST", "/services/web/plugins", { name: "bot-detection" });
  await rig.write("POST", "/consumers", { username: "theirs" });
  const before = await Promise.all(
    ["/services/theirs", "/routes/their-route", "/key-auths/theirkey1"].map((path) => rig.get(path)),
  );

  expect(await rig.push(payloadOf(shop({ retries: 7 })))).toMatchObject({ kind: "accepted" });
  expect(rig.writes()).toEqual(
    expect.arrayContaining([expect.stringMatching(/^DELETE \/services\/\S+ 204$/), `PATCH ${web} 200`]),
  );
  const after = await Promise.all(
    ["/services/theirs", "/routes/their-route", "/key-auths/theirkey1"].map((path) => rig.get(path)),
  );
  expect(after).toEqual(before);
  expect((await rig.list("/services")).map(({ name }) => name).sort()).toEqual(["api", "theirs", "web"]);
  expect((await rig.list("/upstreams/web.shop.80.svc/targets")).map(({ target }) => target)).toContain("10.9.9.9:80");
  expect((await rig.list("/services/web/plugins")).map(({ name }) => name).sort()).toEqual(["bot-detection", "cors"]);
});

test("where several tags mark what is ours, one of them is not enough", async () => {
  const strict = await PushRig.start("database", {}, { filterTags: ["ours", "prod"] });
  await strict.write("POST", "/services", { name: "half", host: "half.test", tags: ["ours"] });
  await strict.write("POST", "/services", { name: "whole", host: "whole.test", tags: ["x", "prod", "ours"] });
  await strict.push(payloadOf({ upstreams: [{ name: "u", targets: [{ target: "10.0.0.1:80" }] }] }));
  await strict.write("POST", "/upstreams/u/targets", { target: "10.0.0.2:80", tags: ["prod"] });
  await strict.push(payloadOf({ upstreams: [{ name: "u", targets: [] }] }));
  expect((await strict.list("/services")).map(({ name }) => name)).toEqual(["half"]);
  expect((await strict.list("/upstreams/u/targets")).map(({ target }) => target)).toEqual(["10.0.0.2:80"]);
  await strict.close();
});

test("without any tag everything is ours", async () => {
  const all = await PushRig.start("database", {}, { filterTags: [] });
  await all.write("POST", "/services", { name: "theirs", host: "theirs.test" });
  await all.push(payloadOf({ services: [{ name: "web", host: "h" }] }));
  expect(await all.list("/services")).toMatchObject([{ name: "web", tags: null }]);
  await all.close();
});

describe("somebody else's entity in the place of ours", () => {
  test("is left as it is, and said; everything that has nothing to do with it is there", async () => {
    await rig.write("POST", "/services", { name: "web", host: "theirs.test", retries: 1 });
    const before = await rig.get("/services/web");
    const outcome = await rig.push(payloadOf(shop()));
    expect(outcome).toMatchObject({
      kind: "rejected",
      rejections: [
        {
          origins: [ref("web")],
          entityType: "service",
          entityName: "web",
          field: undefined,
          message: expect.stringContaining(TAG),
        },
      ],
    });
    expect(await rig.get("/services/web")).toEqual(before);
    expect((await rig.list("/routes")).map(({ name }) => name)).toEqual(["api-route"]);
    expect((await rig.list("/services/api/routes")).length).toBe(1);
    expect((await rig.list("/consumers")).length).toBe(1);
  });

  test("under the same id", async () => {
    await rig.write("PUT", web, { name: "theirs", host: "theirs.test" });
    expect(await rig.push(payloadOf(shop()))).toMatchObject({ kind: "rejected", rejections: [{ entityName: "web" }] });
    expect(await rig.get(web)).toMatchObject({ name: "theirs" });
  });

  test("a credential: its value is not in the words, however short", async () => {
    await rig.write("POST", "/consumers", { username: "theirs" });
    await rig.write("POST", "/consumers/theirs/key-auth", { key: "k-9" });
    const consumers = [{ username: "ann", keyauth_credentials: [{ key: "k-9" }] }];
    const outcome = await rig.push(payloadOf({ consumers }));
    expect(outcome).toMatchObject({
      kind: "rejected",
      rejections: [{ entityType: "keyauth_credential", entityName: "" }],
    });
    expect(JSON.stringify("rejections" in outcome ? outcome.rejections : "")).not.toContain("k-9");
  });
});

test("CA certificates can be left to others", async () => {
  const skipping = await PushRig.start("database", {}, { skipCaCertificates: true });
  const ca = { id: "22222222-2222-4222-8222-222222222222", cert: "not even a certificate" };
  expect(await skipping.push(payloadOf({ ca_certificates: [ca], ...shop() }))).toMatchObject({ kind: "accepted" });
  expect(skipping.preview.recording.counts()).not.toHaveProperty("GET /ca_certificates 200");
  expect(skipping.writes().filter((line) => line.includes("ca_certificates"))).toEqual([]);
  await skipping.close();
});
