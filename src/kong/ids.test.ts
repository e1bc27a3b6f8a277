import fc from "fast-check";
import { expect, test } from "vitest";
import { consumerId, entityId, isUuid, licenseId, pluginId, routeId, serviceId, uuidV5 } from "./ids.ts";

test("ids that KIC gave (spec: ingress §14)", () => {
  expect(serviceId("default.httpbin.80")).toBe("764d9f4d-c24c-5709-991c-19a96a581f6e");
  expect(routeId("default.httpbin.httpbin..80")).toBe("5df756b2-ceba-55e3-b9dc-a7e4dfbe6947");
  expect(pluginId("correlation-id", { route: "default.httpbin.httpbin..80" })).toBe(
    "61a22b86-f859-5c8a-a23c-97b92b14b635",
  );
  expect(consumerId("consumer")).toBe("7deb6e70-60be-5dd2-b374-06551479ea5e");
});

test("ids that Kong gave to entities without one", () => {
  expect(serviceId("echo")).toBe("adbd70b3-4224-5183-a52a-179d7b34ab5b");
  expect(routeId("r-key")).toBe("26f8f86a-ccf4-5a15-be54-7699a2032147");
  expect(consumerId("alice")).toBe("b32379d9-3d28-5683-a79c-72139be6e34f");
});

test("the example of RFC 9562 and names beyond ASCII", () => {
  expect(uuidV5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com")).toBe(
    "2ed6657d-e927-568b-95e1-2665a8aea6a2",
  );
  expect(uuidV5("6ba7b811-9dad-11d1-80b4-00c04fd430c8", "https://example.com/ü😀")).toBe(
    "08ff74e5-3ced-59a8-80bd-2abb1a4af14d",
  );
});

test("the relations of a plugin stand in a fixed order, and each of them counts", () => {
  const all = { consumer_group: "g", consumer: "c", route: "r", service: "s" };
  expect(pluginId("p", all)).toBe(entityId("plugins", "p:service/s:route/r:consumer/c:consumer_group/g"));
  expect(pluginId("p", {})).toBe(entityId("plugins", "p"));
});

test("a workspace comes before the key", () => {
  expect(serviceId("a", "w")).toBe(entityId("services", "w/a"));
  expect(serviceId("a", "")).toBe(serviceId("a"));
});

test("a licence is named below the nil UUID", () => {
  expect(licenseId("main")).toBe(uuidV5("00000000-0000-0000-0000-000000000000", "KongLicense:main"));
});

test("every id is a UUID of version 5", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (name) => {
      const id = serviceId(name);
      expect(isUuid(id)).toBe(true);
      expect(id).toMatch(/^.{14}5.{4}[89ab]/);
    }),
  );
});

test("what is no UUID", () => {
  expect(isUuid("764d9f4dc24c5709991c19a96a581f6e")).toBe(false);
  expect(isUuid("764d9f4d-c24c-5709-991c-19a96a581f6g")).toBe(false);
  expect(isUuid("764D9F4D-C24C-5709-991C-19A96A581F6E")).toBe(true);
});
