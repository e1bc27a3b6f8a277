import { expect, test } from "vitest";
import { AdminFailure } from "./admin-failure.ts";
import { readRoot } from "./root.ts";
import { rootAnswer } from "./stand-in.ts";

const read = (changed: Parameters<typeof rootAnswer>[0]) => readRoot(JSON.stringify(rootAnswer(changed)), "");

test("the profile of a gateway as it comes", () => {
  expect(read({})).toEqual({
    profile: { flavor: "traditional_compatible", version: [3, 9, 1], enterprise: false, workspace: "", dbless: true },
    version: "3.9.1",
    nodeId: "11111111-1111-4111-8111-111111111111",
    bodyLimit: 10 * 1024 * 1024,
  });
});

test("it tells which plugins the gateway has", () => {
  const root = { ...rootAnswer({}), plugins: { available_on_server: { paint: { version: "1" }, acl: {} } } };
  expect(readRoot(JSON.stringify(root), "").profile.plugins).toEqual(["acl", "paint"]);
});

test.each([
  ["3.9.1", false],
  ["3.9.0.1", true],
  ["3.9.0.1-enterprise-edition", true],
  ["3.10.0-enterprise", true],
])("%s is enterprise: %s", (version, enterprise) => {
  expect(read({ version }).profile.enterprise).toBe(enterprise);
});

test.each([
  ["3.4.1", true],
  ["3.4.0", false],
  ["3.3.9", false],
  ["2.8.5", false],
  ["4.0.0", true],
  ["3.5", true],
  ["3.4.1.2", true],
])("%s can be used: %s", (version, usable) => {
  if (usable) expect(read({ version }).version).toBe(version);
  else expect(() => read({ version })).toThrow(version);
});

test.each([
  ["10m", 10 * 1024 * 1024],
  ["512k", 512 * 1024],
  ["1G", 1024 ** 3],
  ["100", 100],
  ["0", Infinity],
  [undefined, undefined],
  ["a lot", undefined],
])("a body limit of %s is %s bytes", (setting, bytes) => {
  expect(read({ configuration: { nginx_admin_client_max_body_size: setting } }).bodyLimit).toBe(bytes);
});

test("with and without a database", () => {
  expect(read({ configuration: { database: "postgres" } }).profile.dbless).toBe(false);
  expect(read({ configuration: { database: "" } }).profile.dbless).toBe(true);
  expect(() => read({ configuration: { database: "cassandra" } })).toThrow("cassandra");
});

test.each([
  ["no JSON", "<html>"],
  ["no object", "[]"],
  ["no version", "{}"],
  ["the answer of a proxy port", '{"message":"no Route matched with those values"}'],
  ["no configuration", '{"version":"3.9.1"}'],
  ["an unreadable version", JSON.stringify(rootAnswer({ version: "next" }))],
  ["an unknown flavour", JSON.stringify(rootAnswer({ configuration: { router_flavor: "new" } }))],
  ["no flavour", JSON.stringify(rootAnswer({ configuration: { router_flavor: undefined } }))],
  ["keys that are none", '{"__proto__":{"version":"3.9.1"}}'],
])("%s: it cannot be used, and it is said what to look at", (_what, text) => {
  try {
    readRoot(text, "");
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(AdminFailure);
    expect(error).toMatchObject({ kind: "unfit", advice: expect.stringMatching(/./) });
  }
});
