import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Contact } from "../../src/gateways/first-contact.ts";
import { shop } from "./push-cases.ts";
import { PushRig, payloadOf } from "./rig.ts";

/** Several gateways with one database, and other hands at it. */

let rig: PushRig;
afterEach(() => rig.close());

const signal = () => new AbortController().signal;

describe("a fleet", () => {
  beforeEach(async () => {
    rig = await PushRig.start("database");
  });

  test("one gateway is written; the others have it at the same moment", async () => {
    const [one, two, three] = [rig.admin, rig.another(), rig.another()];
    const found: Contact[] = [];
    for (const admin of [one, two, three]) found.push(await admin.reach(signal()));
    const payload = payloadOf(shop());
    const outcomes = await Promise.all([one, two, three].map((admin, at) => admin.push(payload, found[at]!, signal())));
    expect(outcomes.map(({ kind }) => kind)).toEqual(["accepted", "unchanged", "unchanged"]);
    const writes = rig.writes();
    expect(new Set(writes).size).toBe(new Set(writes.filter((line) => line.endsWith("201"))).size);
    expect(await two.status(signal())).toMatchObject({ hash: payload.md5 });
    // One that appears later has what is there.
    const late = rig.another();
    expect(await late.reach(signal())).toMatchObject({ hash: payload.md5 });
    for (const admin of [two, three, late]) admin.forget();
  });

  test("when the one that is written goes, another takes over", async () => {
    const two = rig.another();
    const found = [await rig.admin.reach(signal()), await two.reach(signal())];
    const abort = new AbortController();
    const payload = payloadOf(shop());
    const first = rig.admin.push(payload, found[0]!, abort.signal);
    const second = two.push(payload, found[1]!, signal());
    abort.abort();
    await expect(first).rejects.toMatchObject({ kind: "aborted" });
    expect(await second).toMatchObject({ kind: "accepted" });
    expect((await rig.list("/services")).length).toBe(2);
    two.forget();
  });

  test("a refusal is everybody's, and is asked for once", async () => {
    const two = rig.another();
    const found = [await rig.admin.reach(signal()), await two.reach(signal())];
    const payload = payloadOf(shop({ port: 99_999 }));
    const outcomes = await Promise.all([
      rig.admin.push(payload, found[0]!, signal()),
      two.push(payload, found[1]!, signal()),
    ]);
    expect(outcomes[1]).toEqual(outcomes[0]);
    expect(rig.writes().filter((line) => line.endsWith("400"))).toHaveLength(1);
    two.forget();
  });

  test("while gateways are upgraded the configuration of the older one is in the database, until it is gone", async () => {
    const two = rig.another();
    const old = await rig.admin.reach(signal());
    const upgraded = await two.reach(signal());
    // The preview has one version only.
    const contact: Contact = { ...upgraded, profile: { ...upgraded.profile, version: [3, 10, 0] } };
    const member = rig.database.member();
    member.reached(contact);
    await rig.admin.push(payloadOf(shop()), old, signal());
    const newer = payloadOf(shop({ retries: 7 }));
    expect(await member.push(rig.client, newer, contact, signal())).toMatchObject({ kind: "unchanged" });
    expect(member.hash).toBe(newer.md5);
    expect(await rig.get("/services/web")).toMatchObject({ retries: 5 });
    rig.admin.forget();
    two.forget();
    // What it is told now is not what it took: it is pushed again.
    expect(member.hash).not.toBe(newer.md5);
    expect(await member.push(rig.client, newer, contact, signal())).toMatchObject({ kind: "accepted" });
    expect(await rig.get("/services/web")).toMatchObject({ retries: 7 });
  });

  test("what is remembered counts for nothing once all were lost, and when another replica has led", async () => {
    const payload = payloadOf(shop());
    await rig.push(payload);
    expect(await rig.reach()).toMatchObject({ hash: payload.md5 });
    rig.admin.forget();
    expect(await rig.reach()).toMatchObject({ hash: undefined });
    await rig.push(payload);
    await rig.write("DELETE", "/consumers/ann");
    expect(await rig.push(payload)).toMatchObject({ kind: "unchanged" });
    rig.admin.doubt?.();
    expect(await rig.push(payload)).toMatchObject({ kind: "accepted" });
    expect((await rig.list("/key-auths")).length).toBe(1);
  });
});

describe("with --enable-reverse-sync", () => {
  beforeEach(async () => {
    rig = await PushRig.start("database", {}, { verifyInterval: 0 });
  });

  test.each([
    ["changed", () => rig.write("PATCH", "/services/web", { retries: 1 })],
    ["removed", () => rig.write("DELETE", "/consumers/ann")],
    [
      "added under our tag",
      () => rig.write("POST", "/services", { name: "x", host: "x", tags: ["managed-by-ingress-controller"] }),
    ],
    [
      "changed in a target",
      () => rig.write("PATCH", "/upstreams/api.shop.80.svc/targets/10.0.0.2:8000", { weight: 1 }),
    ],
  ])("what another hand %s is noticed at the next question, and put right by the next push", async (_what, change) => {
    const payload = payloadOf(shop());
    await rig.push(payload);
    expect(await rig.admin.status(signal())).toMatchObject({ hash: payload.md5 });
    await change();
    expect((await rig.admin.status(signal())).hash).not.toBe(payload.md5);
    expect(await rig.push(payload)).toEqual({ kind: "accepted", hash: payload.md5 });
    expect(await rig.differences(payload)).toEqual([]);
    expect(await rig.admin.status(signal())).toMatchObject({ hash: payload.md5 });
  });

  test("what is not ours is nobody's drift", async () => {
    const payload = payloadOf(shop());
    await rig.push(payload);
    await rig.write("POST", "/services", { name: "theirs", host: "theirs" });
    expect(await rig.admin.status(signal())).toMatchObject({ hash: payload.md5 });
  });
});
