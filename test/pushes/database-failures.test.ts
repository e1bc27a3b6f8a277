import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { shop } from "./push-cases.ts";
import { PushRig, payloadOf, ref } from "./rig.ts";

/** A gateway or a database that fails for a while, for good, or for one entity only. */

let rig: PushRig;
beforeEach(async () => {
  rig = await PushRig.start("database");
});
afterEach(() => rig.close());

const counted = (method: string) =>
  Object.entries(rig.preview.recording.counts())
    .filter(([sort]) => sort.startsWith(`${method} `))
    .reduce((sum, [, count]) => sum + count, 0);

test("500 is tried again", async () => {
  rig.preview.faults.add({ kind: "status", status: 500, times: 3, method: "POST" });
  rig.preview.faults.add({ kind: "status", status: 500, times: 2, method: "GET", path: "/routes" });
  const payload = payloadOf(shop());
  expect(await rig.push(payload)).toEqual({ kind: "accepted", hash: payload.md5 });
  expect((await rig.list("/services")).length).toBe(2);
});

test("429 waits as long as the gateway asks for, and goes on", async () => {
  rig.preview.faults.add({ kind: "status", status: 429, retryAfter: 1, times: 1, method: "POST" });
  expect(await rig.push(payloadOf(shop()))).toMatchObject({ kind: "accepted" });
});

test("400 and 409 are not tried again", async () => {
  const [web] = shop()["services"]!;
  await rig.push(payloadOf({ services: [{ ...web!, port: -1 }] }));
  expect(rig.writes()).toEqual(["POST /services 400"]);
  await rig.write("POST", "/services", { name: "web", host: "theirs" });
  await rig.push(payloadOf({ services: [web!] }));
  // Once more after everything was read anew, since what was read may have been old.
  expect(rig.writes()).toEqual(["POST /services 409", "POST /services 409"]);
});

test("an entity over which the gateway stumbles for good does not hold up the others", async () => {
  rig.preview.faults.add({ kind: "status", status: 500, method: "POST", path: "/consumers" });
  expect(await rig.push(payloadOf(shop()))).toMatchObject({
    kind: "rejected",
    rejections: [{ origins: [ref("ann")], entityType: "consumer", message: expect.stringContaining("500") }],
  });
  expect((await rig.list("/routes")).length).toBe(2);
});

test("a token that is not taken any more ends the push, and names what to look at", async () => {
  const found = await rig.reach();
  rig.preview.faults.add({ kind: "status", status: 401, method: "POST", path: "/services" });
  const push = rig.admin.push(payloadOf(shop()), found, new AbortController().signal);
  await expect(push).rejects.toMatchObject({ kind: "answer", status: 401, advice: expect.stringContaining("token") });
});

describe("lost answers", () => {
  test("of every kind of write: nothing is made or removed twice, nothing is left over", async () => {
    const drop = (method: string) => rig.preview.faults.add({ kind: "drop", times: 4, method });
    drop("POST");
    expect(await rig.push(payloadOf(shop()))).toMatchObject({ kind: "accepted" });
    drop("PATCH");
    expect(await rig.push(payloadOf(shop({ retries: 7 })))).toMatchObject({ kind: "accepted" });
    drop("DELETE");
    const [web] = shop()["services"]!;
    expect(await rig.push(payloadOf({ services: [{ ...web!, retries: 7 }] }))).toMatchObject({ kind: "accepted" });
    expect((await rig.list("/services")).map(({ name, retries }) => [name, retries])).toEqual([["web", 7]]);
    for (const kind of ["/consumers", "/upstreams", "/plugins"]) expect(await rig.list(kind)).toEqual([]);
  });

  test("while reading", async () => {
    await rig.push(payloadOf(shop()));
    rig.preview.faults.add({ kind: "truncate", times: 3, method: "GET", path: "/routes" });
    expect(await rig.push(payloadOf(shop({ retries: 7 })))).toMatchObject({ kind: "accepted" });
  });
});

test("a push that was cut goes on where it ended, and writes nothing twice", async () => {
  const found = await rig.reach();
  rig.preview.faults.add({ kind: "status", status: 401, method: "POST", path: "/routes" });
  await rig.admin.push(payloadOf(shop()), found, new AbortController().signal).catch(() => undefined);
  const there = (await rig.list("/services")).map(({ id }) => id);
  expect(there).not.toEqual([]);
  rig.preview.faults.clear();
  rig.writes();
  expect(await rig.push(payloadOf(shop()))).toMatchObject({ kind: "accepted" });
  expect(rig.writes().filter((line) => !line.startsWith("POST"))).toEqual([]);
  expect((await rig.list("/services")).map(({ id }) => id)).toEqual(expect.arrayContaining(there));
});

test("what another hand removed behind our back is noticed when it is written, and put right in the same push", async () => {
  await rig.push(payloadOf({ upstreams: [{ name: "u", targets: [{ target: "10.0.0.1:80" }] }] }));
  const [target] = await rig.list("/upstreams/u/targets");
  // Targets are remembered: the next push does not ask for them.
  await rig.write("DELETE", `/upstreams/u/targets/${String(target!["id"])}`);
  expect(
    await rig.push(payloadOf({ upstreams: [{ name: "u", targets: [{ target: "10.0.0.1:80", weight: 7 }] }] })),
  ).toMatchObject({
    kind: "accepted",
  });
  expect(await rig.list("/upstreams/u/targets")).toMatchObject([{ target: "10.0.0.1:80", weight: 7 }]);
});

test("never is a condition sent: the write would be done and its answer say that it was not", async () => {
  await rig.push(payloadOf(shop()));
  await rig.push(payloadOf(shop({ retries: 7 })));
  const headers = rig.preview.recording.requests().flatMap((request) => Object.keys(request.headers));
  expect(headers).toContain("content-type");
  expect(headers.filter((name) => name.startsWith("if-"))).toEqual([]);
});

test("PUT is used only for what has to be written as a whole", async () => {
  await rig.push(payloadOf(shop()));
  await rig.push(payloadOf(shop({ retries: 7 })));
  expect(counted("PUT")).toBe(0);
});
