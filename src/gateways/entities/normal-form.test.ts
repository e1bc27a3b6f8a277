import { describe, expect, test } from "vitest";
import type { Field } from "../../kong/schema/field.ts";
import { HashedSecrets } from "./hashed-secrets.ts";
import type { Match } from "./match-entities.ts";
import { sameValue } from "./normal-form.ts";
import { targetText } from "./target-text.ts";

describe("the same to Kong", () => {
  const set: Field = { type: "set", elements: { type: "string" } };
  const list: Field = { type: "array", elements: { type: "string" } };
  const map: Field = { type: "map", keys: { type: "string" }, values: set };
  test.each([
    ["a set in another order", set, ["a", "b"], ["b", "a"], true],
    ["a set with one more", set, ["a", "b"], ["a", "b", "c"], false],
    ["a list in another order", list, ["a", "b"], ["b", "a"], false],
    ["an empty list and an empty map", map, [], {}, true],
    ["nothing and an empty list", list, null, [], false],
    ["a map whose sets are in another order", map, { x: ["a", "b"] }, { x: ["b", "a"] }, true],
    ["a map with another key", map, { x: [] }, { y: [] }, false],
    [
      "a set of records",
      {
        type: "set",
        elements: { type: "record", record: { fields: new Map(), checks: [], shorthands: new Map() } },
      } as Field,
      [{ ip: "1", port: 2 }, { ip: "3" }],
      [{ ip: "3" }, { port: 2, ip: "1" }],
      true,
    ],
    [
      "references to one entity, one of them shown whole",
      { type: "foreign", reference: "services" } as Field,
      { id: "1" },
      { id: "1", name: "x" },
      true,
    ],
    ["a number and its text", { type: "integer" } as Field, 1, "1", false],
  ])("%s: %#", (_what, field, a, b, same) => {
    expect(sameValue(field, a as never, b as never)).toBe(same);
    expect(sameValue(field, b as never, a as never)).toBe(same);
  });
});

test.each([
  ["10.0.0.1", "10.0.0.1:8000"],
  ["10.0.0.1:80", "10.0.0.1:80"],
  ["[::1]:80", "[0000:0000:0000:0000:0000:0000:0000:0001]:80"],
  ["2001:db8::1", "[2001:0db8:0000:0000:0000:0000:0000:0001]:8000"],
  ["Host.Test:99", "Host.Test:99"],
  ["not a host", "not a host"],
])("the target %s is kept as %s", (given, kept) => {
  expect(targetText(given)).toBe(kept);
  expect(targetText(kept)).toBe(kept);
});

describe("hashes", () => {
  const match = (secret: string, stored: string): Match => ({
    desired: { kind: "oauth2_credentials", given: {}, references: new Map(), origins: [] },
    current: { kind: "oauth2_credentials", id: "1", value: { client_secret: stored } },
    id: "1",
    value: { client_secret: secret },
  });
  // Kong's for the secret "csec", twice, each with a salt of its own (facts: db-mode recording 07).
  const STORED = [
    "$pbkdf2-sha512$i=10000,l=32$bBK92COSW7HNkLHT3j0imQ$4fIqLxg7a/+cXVz83f6LVLh2TiwoM1v+/lJRlJFofag",
    "$pbkdf2-sha512$i=10000,l=32$LIBXlTXeQu2hkCrLD0Sv0A$IYRr12GU/nqKA7eJrOfrSW3wo+TKPqTB93FtuI8JpE8",
  ];
  test.each(STORED)("a client secret is recognized by its hash: %#", async (stored) => {
    const secrets = new HashedSecrets();
    for (const [secret, same] of [
      ["csec", true],
      ["other", false],
    ] as const) {
      const one = match(secret, stored);
      await secrets.prepare([one]);
      expect(secrets.isHash("oauth2_credentials", "client_secret", stored)).toBe(true);
      expect(secrets.same("oauth2_credentials", one.value, one.current!.value)).toBe(same);
    }
  });

  test("a password is hashed with the id of its consumer", () => {
    const consumer = { id: "71111111-1111-4111-8111-111111111111" };
    const there = { password: "0621762f50601421cb04b861c1a957a3530456cd" };
    const secrets = new HashedSecrets();
    expect(secrets.same("basicauth_credentials", { password: "pw", consumer }, there)).toBe(true);
    expect(secrets.same("basicauth_credentials", { password: "pw2", consumer }, there)).toBe(false);
    expect(secrets.same("basicauth_credentials", { password: "pw", consumer: { id: "x" } }, there)).toBe(false);
  });

  test("a plain secret is none", () => {
    expect(new HashedSecrets().isHash("oauth2_credentials", "client_secret", "csec")).toBe(false);
  });
});
