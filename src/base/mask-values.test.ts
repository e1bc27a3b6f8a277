import { expect, test } from "vitest";
import { maskValues } from "./mask-values.ts";

const cases: readonly (readonly [message: string, value: unknown, masked: string])[] = [
  ["invalid value: abc", { config: { headers: ["abc"] } }, "invalid value: [x]"],
  ["not a valid regex: a b(", "a b(", "not a valid regex: [x]"],
  [
    "mismatch: port = 1 vs redis.port = 12",
    { port: 1, redis: { port: 12 } },
    "mismatch: port = [x] vs redis.port = [x]",
  ],
  ["bad 'abc' and \"abc\"", ["abc"], "bad '[x]' and \"[x]\""],
  ["invalid url-encoded value: '%zz'", { path: "/a%zz" }, "invalid url-encoded value: '[x]'"],
  ["something with it's-long-enough inside", { a: "it's-long-enough" }, "something with [x] inside"],
  ["expected one of: local, cluster", { policy: "loc" }, "expected one of: local, cluster"],
  [
    "at least one of these fields must be non-empty: 'config.minute'",
    { policy: "local" },
    "at least one of these fields must be non-empty: 'config.minute'",
  ],
  ["expected a string", { a: "" }, "expected a string"],
];

test.each(cases)("%s", (message, value, masked) => {
  expect(maskValues(message, value, "[x]")).toBe(masked);
});
