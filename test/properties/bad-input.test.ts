import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { admit } from "../../src/resources/check.ts";
import { withDefaults } from "../../src/resources/defaults.ts";
import type { KubernetesObject } from "../../src/resources/kind.ts";
import { KINDS } from "../../src/resources/kinds.ts";
import { anyObject } from "../../src/resources/testing/arbitrary.ts";
import { compile } from "../../src/translate/testing/compile.ts";

/** `npm run test:properties` sets more. */
const numRuns = Number(process.env["PROPERTY_RUNS"] ?? 300);

/** Objects that name no class are ours: most of these name none. */
const OUR_CLASS: KubernetesObject = {
  apiVersion: "networking.k8s.io/v1",
  kind: "IngressClass",
  metadata: { name: "kong", annotations: { "ingressclass.kubernetes.io/is-default-class": "true" } },
};

describe("objects with anything in them", () => {
  for (const { kind } of KINDS) {
    it(`of kind ${kind.kind} make no translator throw`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(anyObject(kind), { minLength: 1, maxLength: 3 }),
          fc.constantFrom("traditional_compatible", "expressions"),
          fc.boolean(),
          async (values, flavor, preflight) => {
            const objects = values.flatMap((value) => admit(kind, value).object ?? []).map(withDefaults);
            const { compiler } = await compile([OUR_CLASS, ...objects], {
              profile: { flavor, enterprise: true },
              settings: { preflight },
            });
            expect(compiler.problems().filter(({ code }) => code === "internal-error")).toEqual([]);
          },
        ),
        { numRuns: Math.ceil(numRuns / 5) },
      );
    });
  }
});
