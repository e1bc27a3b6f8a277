import { expect, test } from "vitest";
import { instanceNames } from "./instance-name.ts";

test("the name that KIC gave (spec: kong-crds §2.1)", () => {
  expect(instanceNames("correlation", [{ route: "default.httpbin.httpbin..80" }])).toEqual(["correlation-21a1f5b5f"]);
});

test("each relation gets its own name, in order, and the parts count", () => {
  const names = instanceNames("p", [{ service: "a" }, { route: "a" }, { consumer: "a" }, { consumer_group: "a" }]);
  expect(new Set(names).size).toBe(4);
  expect(instanceNames("p", [{ consumer: "c", route: "r" }])).toEqual(
    instanceNames("p", [{ route: "r", consumer: "c" }]),
  );
});

test("equal relations are no clash", () => {
  expect(instanceNames("p", [{ route: "r" }, { route: "r" }])).toEqual(
    instanceNames("p", [{ route: "r" }]).concat(instanceNames("p", [{ route: "r" }])),
  );
});
