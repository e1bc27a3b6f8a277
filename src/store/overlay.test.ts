import { expect, test } from "vitest";
import { Service, type ServiceObject } from "../resources/core/service.ts";
import type { KubernetesObject } from "../resources/kind.ts";
import { type Index, ObjectStore } from "./object-store.ts";
import { overlay } from "./overlay.ts";

const byColour: Index<ServiceObject> = {
  name: "by-colour",
  kind: Service,
  keys: (object) => Object.values(object.metadata.labels ?? {}),
};

const service = (name: string, colour: string): ServiceObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace: "shop", labels: { colour } },
});

function store(...objects: readonly KubernetesObject[]): ObjectStore {
  const made = new ObjectStore([byColour]);
  for (const object of objects) made.set(object);
  return made;
}

test("an object over another one is read in its place, by its name and by indexes", () => {
  const below = store(service("a", "red"), service("c", "red"));
  const both = overlay(below, [service("a", "blue"), service("b", "red")]);
  expect(both.byKey("Service/shop/a")?.metadata.labels).toEqual({ colour: "blue" });
  expect(both.find(byColour, "red").map(({ metadata }) => metadata.name)).toEqual(["b", "c"]);
  expect(both.find(byColour, "blue").map(({ metadata }) => metadata.name)).toEqual(["a"]);
  expect(both.byKey("Service/shop/c")).toBe(below.byKey("Service/shop/c"));
  expect(below.byKey("Service/shop/a")?.metadata.labels).toEqual({ colour: "red" });
});

test("an object of another kind is under no entry of the index", () => {
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "a", labels: { colour: "red" } } };
  expect(overlay(store(service("c", "red")), [secret]).find(byColour, "red")).toHaveLength(1);
});

test("what is laid over is loaded", () => {
  const below = store();
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "a", namespace: "shop" } };
  below.setUnloaded(secret);
  expect(below.isUnloaded("Secret/shop/a")).toBe(true);
  expect(overlay(below, []).isUnloaded("Secret/shop/a")).toBe(true);
  expect(overlay(below, [secret]).isUnloaded("Secret/shop/a")).toBe(false);
});
