import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PushRig, payloadOf, TAG } from "./rig.ts";

/** Secrets that Kong hashes, draws or lets run out (facts: db-mode/README.md §5). */

let rig: PushRig;
beforeEach(async () => {
  rig = await PushRig.start("database");
});
afterEach(() => rig.close());

const ann = (lists: object, ...others: readonly object[]) =>
  payloadOf({ consumers: [{ username: "ann", ...lists }, ...others.map((one) => ({ ...one }))] });

/** Pushes twice: the second time nothing is written. */
async function settle(payload: ReturnType<typeof payloadOf>): Promise<void> {
  expect(await rig.push(payload)).toMatchObject({ kind: "accepted" });
  rig.writes();
  rig.database.doubt();
  expect(await rig.push(payload)).toMatchObject({ kind: "unchanged" });
  expect(rig.writes()).toEqual([]);
}

describe("basic-auth", () => {
  const login = (password: string, tags: readonly string[] = []) =>
    ann({ basicauth_credentials: [{ username: "ann", password, tags }] });
  const stored = async () => (await rig.list("/basic-auths"))[0]!;
  const hash = async (password: string) => {
    const { consumer } = await stored();
    return createHash("sha1")
      .update(password + (consumer as { readonly id: string }).id)
      .digest("hex");
  };

  test("a password is recognized by its hash", () => settle(login("pw-1")));

  test("a change of it is one field, within its consumer, and the login works", async () => {
    await rig.push(login("pw-1"));
    rig.writes();
    await rig.push(login("pw-2"));
    expect(rig.writes()).toEqual([expect.stringMatching(/^PATCH \/consumers\/\S+\/basic-auth\/\S+ 200$/)]);
    expect((await stored())["password"]).toBe(await hash("pw-2"));
  });

  test("a change of anything else leaves the hash alone", async () => {
    await rig.push(login("pw-1"));
    await rig.push(login("pw-1", ["new"]));
    expect(await stored()).toMatchObject({ password: await hash("pw-1"), tags: ["new", TAG] });
  });

  test("one that goes over to another consumer is hashed for that one", async () => {
    await rig.push(ann({ basicauth_credentials: [{ username: "a", password: "pw" }] }, { username: "ben" }));
    const id = (await stored())["id"];
    await settle(
      payloadOf({ consumers: [{ username: "ben", basicauth_credentials: [{ username: "a", password: "pw" }] }] }),
    );
    expect(await stored()).toMatchObject({ id, password: await hash("pw") });
  });
});

test.each([
  ["hmacauth_credentials", { username: "a" }, "/hmac-auths", "secret"],
  ["jwt_secrets", { key: "issuer-1" }, "/jwts", "secret"],
  ["oauth2_credentials", { name: "app", client_id: "client-1" }, "/oauth2", "client_secret"],
])("%s: what Kong drew stays through changes", async (list, credential, path, field) => {
  await settle(ann({ [list]: [credential] }));
  const [before] = await rig.list(path);
  await settle(ann({ [list]: [{ ...credential, tags: ["new"] }] }));
  const [after] = await rig.list(path);
  expect(before![field]).toBeTypeOf("string");
  expect(after).toMatchObject({ id: before!["id"], [field]: before![field], tags: ["new", TAG] });
});

describe("key-auth", () => {
  const key = (fields: object) => ann({ keyauth_credentials: [{ key: "annskey1", ...fields }] });

  test("a time to live runs down without being put right", async () => {
    await rig.push(key({ ttl: 3600 }));
    const [credential] = await rig.list("/key-auths");
    await rig.write("PUT", `/key-auths/${String(credential!["id"])}`, { ...credential, ttl: 1800 });
    expect(await rig.push(key({ ttl: 3600, tags: [] }))).toMatchObject({ kind: "unchanged" });
  });

  test.each([
    ["shorter", { ttl: 3600 }, { ttl: 60 }],
    ["set", {}, { ttl: 3600 }],
    ["taken away", { ttl: 3600 }, {}],
  ])("a time to live that is %s", async (_what, before, after) => {
    await rig.push(key(before));
    const [made] = await rig.list("/key-auths");
    rig.writes();
    await rig.push(key(after));
    expect(rig.writes()).toEqual([expect.stringMatching(/^PUT \/consumers\/\S+\/key-auth\/\S+ 200$/)]);
    const [now] = await rig.list("/key-auths");
    expect(now).toMatchObject({ id: made!["id"], key: "annskey1", tags: [TAG], created_at: made!["created_at"] });
    expect(now!["ttl"]).toBe((after as { readonly ttl?: number }).ttl ?? null);
  });

  test("a new key in the place of an old one", async () => {
    await rig.push(ann({ keyauth_credentials: [{ key: "old-key-1" }] }));
    await settle(ann({ keyauth_credentials: [{ key: "new-key-1" }] }));
    expect((await rig.list("/key-auths")).map((one) => one["key"])).toEqual(["new-key-1"]);
  });

  test("one that goes over to another consumer keeps its id", async () => {
    await rig.push(ann({ keyauth_credentials: [{ key: "the-key-1" }] }, { username: "ben" }));
    const [before] = await rig.list("/key-auths");
    await settle(payloadOf({ consumers: [{ username: "ben", keyauth_credentials: [{ key: "the-key-1" }] }] }));
    const [ben] = await rig.list("/consumers");
    expect(await rig.list("/key-auths")).toMatchObject([{ id: before!["id"], consumer: { id: ben!["id"] } }]);
  });
});

test("acl groups are told apart by consumer and group", () =>
  settle(ann({ acls: [{ group: "a" }, { group: "b" }] }, { username: "ben", acls: [{ group: "a" }] })));
