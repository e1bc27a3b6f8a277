import fc from "fast-check";
import { expect, test } from "vitest";
import { closest, editDistance } from "./suggest.ts";

test.each([
  ["kong-admin-ulr", "kong-admin-url"],
  ["logLevel", "log-level"],
  ["kong-client-max-retry", "kong-client-max-retries"],
  ["ingres-class", "ingress-class"],
])("%s was meant to be %s", (word, meant) => {
  expect(closest(word, ["log-level", "kong-admin-url", "kong-client-max-retries", "ingress-class", "kubeconfig"])).toBe(
    meant,
  );
});

test("a word unlike any other gets no suggestion", () => {
  expect(closest("frobnicate", ["log-level", "kubeconfig"])).toBeUndefined();
});

test.each([
  ["", "abc", 3],
  ["abc", "abc", 0],
  ["ulr", "url", 1],
  ["kitten", "sitting", 3],
])("from %j to %j: %i", (a, b, distance) => expect(editDistance(a, b)).toBe(distance));

test("the distance is the same both ways, and 0 only for the same word", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b) === 0).toBe(a === b);
    }),
  );
});
