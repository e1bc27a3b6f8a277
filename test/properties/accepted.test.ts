import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile } from "../../src/translate/testing/compile.ts";
import { refusal } from "../support/acceptance.ts";
import { anyObject } from "./objects.ts";

/** `npm run test:properties` sets more. */
const numRuns = Number(process.env["PROPERTY_RUNS"] ?? 300);

describe("what pre-flight lets through", () => {
  it.each(["traditional_compatible", "expressions"] as const)(
    "is taken by Kong (%s)",
    async (flavor) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(anyObject, { maxLength: 40, size: "max" }),
          fc.boolean(),
          async (objects, fillIds) => {
            const { compiler } = await compile(objects, { profile: { flavor }, settings: { fillIds } });
            expect(await refusal(compiler, flavor, Date.UTC(2026, 0, 1))).toBeUndefined();
          },
        ),
        { numRuns },
      );
    },
    600_000,
  );
});
