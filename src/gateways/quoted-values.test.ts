import { expect, test } from "vitest";
import { withoutValues } from "./quoted-values.ts";

const plugin = { name: "request-transformer", config: { add: { headers: ["abc", "a-long-value"] }, minute: 7 } };

test.each([
  ["invalid value: abc", "invalid value: [redacted]"],
  ["invalid value: a-long-value", "invalid value: [redacted]"],
  ["'abc' is none, nor is \"7\"", "'[redacted]' is none, nor is \"[redacted]\""],
  ["plugin 'paint' not enabled", "plugin 'paint' not enabled"],
  ["abc is a part of abcd: no", "abc is a part of abcd: no"],
  ["a-long-values", "[redacted]s"],
])("%s", (message, shown) => {
  expect(withoutValues(message, "plugins", plugin)).toBe(shown);
});

test("what holds no secrets is told as it is", () => {
  expect(withoutValues("invalid hostname: a b", "routes", { hosts: ["a b"] })).toBe("invalid hostname: a b");
});
