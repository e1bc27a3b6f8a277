import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ManualClock } from "../../src/base/manual-clock.ts";
import { Slices } from "../../src/base/slices.ts";
import { checkDocument } from "../../src/kong/declarative/check-document.ts";
import { DocumentEncoder } from "../../src/translate/document-encoder.ts";
import { stripper } from "../../src/translate/strip.ts";
import { compile } from "../../src/translate/testing/compile.ts";
import { anyObject } from "./objects.ts";

/** `npm run test:properties` sets more. */
const numRuns = Number(process.env["PROPERTY_RUNS"] ?? 300);
const clock = new ManualClock();

describe("what pre-flight lets through", () => {
  it.each(["traditional_compatible", "expressions"] as const)("is taken by Kong (%s)", async (flavor) => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyObject, { maxLength: 40, size: "max" }), fc.boolean(), async (objects, fillIds) => {
        const { compiler } = await compile(objects, { profile: { flavor }, settings: { fillIds } });
        const { bytes } = await new DocumentEncoder(compiler.document, stripper(flavor)).encode(new Slices(clock));
        let drawn = 0;
        const fresh = () => `00000000-0000-4000-8000-${String(drawn++).padStart(12, "0")}`;
        const result = checkDocument(JSON.parse(bytes.toString()), {
          flavor,
          now: clock.now(),
          auto: { now: 0, uuid: fresh, token: fresh },
        });
        expect(result.ok ? undefined : result.errors).toBeUndefined();
      }),
      { numRuns },
    );
  });
});
