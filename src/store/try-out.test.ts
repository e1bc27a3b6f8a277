import { expect, test } from "vitest";
import { Secret } from "../resources/core/secret.ts";
import { Service } from "../resources/core/service.ts";
import { ObjectStore } from "./object-store.ts";
import { overlay } from "./overlay.ts";
import { tryOut } from "./try-out.ts";
import type { Derivation, View } from "./view.ts";

const service = (name: string) => ({ apiVersion: "v1", kind: "Service", metadata: { name, namespace: "shop" } });
const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "s", namespace: "shop" } };

const found: Derivation<number, boolean> = {
  name: "found",
  compute: (view, name) => view.get(Service, "shop", name) !== undefined,
};

test("it reads what is laid over a store, derived values included", () => {
  const store = new ObjectStore([]);
  store.set(service("a"));
  const reads = overlay(store, [service("b")]);
  const names = (view: View<number>) => ["a", "b", "c"].filter((name) => view.derive(found, name));
  expect(tryOut(reads, 1, names)).toEqual({
    value: ["a", "b"],
    waiting: [],
    read: ["Service/shop/a", "Service/shop/b", "Service/shop/c"],
  });
  expect(tryOut(store, 1, names).value).toEqual(["a"]);
});

test("what has no content yet is named, also when a derived value read it", () => {
  const store = new ObjectStore([]);
  store.setUnloaded(secret);
  const content: Derivation<number, boolean> = {
    name: "content",
    compute: (view) => view.get(Secret, "shop", "s") !== undefined,
  };
  const read = (view: View<number>) => view.derive(content, "");
  expect(tryOut(store, 1, read)).toMatchObject({ value: false, waiting: ["Secret/shop/s"] });
  expect(tryOut(overlay(store, [secret]), 1, read)).toMatchObject({ value: true, waiting: [] });
});

test("what is thrown is thrown", () => {
  expect(() =>
    tryOut(new ObjectStore([]), 1, () => {
      throw new Error("a bug");
    }),
  ).toThrow("a bug");
});
