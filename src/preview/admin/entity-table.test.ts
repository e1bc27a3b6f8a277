import { expect, test } from "vitest";
import type { Entity } from "../entity-set.ts";
import { EntityTable } from "./entity-table.ts";

const entity = (id: string, fields: object): Entity => ({ id, ...fields });

test("entities are found by what they are now, whatever they were when they were first asked for", () => {
  const table = new EntityTable(new Map([["1", entity("1", { name: "a", service: { id: "s" } })]]));
  expect(table.find({ name: "a" })?.id).toBe("1");
  expect(table.having("service", "s").map(({ id }) => id)).toEqual(["1"]);
  table.put(entity("2", { name: "b", service: { id: "s" } }));
  table.put(entity("1", { name: "c", service: null }));
  expect(table.find({ name: "a" })).toBeUndefined();
  expect(table.find({ name: "c", service: null })?.id).toBe("1");
  expect(table.find({ name: "b", service: { id: "s" } })?.id).toBe("2");
  expect(table.having("service", "s").map(({ id }) => id)).toEqual(["2"]);
  table.remove("2");
  expect(table.find({ name: "b" })).toBeUndefined();
  expect(table.having("service", "s")).toEqual([]);
});

test("whoever looked keeps what was there", () => {
  const table = new EntityTable(new Map());
  table.put(entity("1", {}));
  const before = table.entities;
  table.put(entity("2", {}));
  table.remove("1");
  expect([...before.keys()]).toEqual(["1"]);
  expect([...table.entities.keys()]).toEqual(["2"]);
});
