import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../src/base/canonical-json.ts";
import { systemClock } from "../../src/base/clock.ts";
import { Slices } from "../../src/base/slices.ts";
import { type KubernetesObject, keyOf, type ObjectKey } from "../../src/resources/kind.ts";
import { ObjectStore } from "../../src/store/object-store.ts";
import { Compiler } from "../../src/translate/compiler.ts";
import { printableDocument } from "../../src/translate/document.ts";
import { DocumentEncoder } from "../../src/translate/document-encoder.ts";
import { indexes } from "../../src/translate/indexes.ts";
import type { CompilerInput } from "../../src/translate/input.ts";
import { stripper } from "../../src/translate/strip.ts";
import { CANARY } from "./object-parts.ts";
import { anyObject } from "./objects.ts";

/** `npm run test:properties` sets more. */
const numRuns = Number(process.env["PROPERTY_RUNS"] ?? 300);
const options = { numRuns, endOnFailure: false };

const inputs = fc
  .record({
    flavor: fc.constantFrom("traditional_compatible", "expressions"),
    preflight: fc.boolean(),
    enterprise: fc.boolean(),
  })
  .map(
    ({ flavor, preflight, enterprise }): CompilerInput => ({
      settings: {
        ingressClass: "kong",
        controllerName: "konghq.com/kic-gateway-controller",
        clusterDomain: "",
        drainSupport: true,
        combinedServices: false,
        watchIngressClasses: true,
        gatewayToReconcile: undefined,
        publishServices: [],
        fillIds: true,
        rewriteUris: true,
        serviceFacade: true,
        customEntities: true,
        preflight,
        assumeExisting: false,
      },
      profile: {
        flavor: flavor as CompilerInput["profile"]["flavor"],
        version: [3, 9, 1],
        enterprise,
        workspace: "",
        dbless: true,
      },
    }),
  );

function encoderOf({ document, input }: Compiler): DocumentEncoder {
  return new DocumentEncoder(document, stripper(input.profile.flavor));
}

async function outcome(compiler: Compiler, encoder = encoderOf(compiler)) {
  await compiler.run();
  const { bytes } = await encoder.encode(new Slices(systemClock));
  return {
    bytes: bytes.toString(),
    printed: canonicalJson(printableDocument(compiler.document)),
    problems: compiler.problems(),
    leftOut: [...compiler.leftOut].sort(),
  };
}

async function fresh(objects: Iterable<KubernetesObject>, input: CompilerInput, excluded: ReadonlySet<ObjectKey>) {
  const store = new ObjectStore(indexes);
  for (const object of objects) store.set(object);
  const compiler = new Compiler(store, input, systemClock);
  await compiler.run();
  compiler.exclude(excluded);
  return outcome(compiler);
}

/** One step in the life of a cluster. */
type Step =
  | { readonly type: "set"; readonly object: KubernetesObject }
  | { readonly type: "delete"; readonly at: number }
  | { readonly type: "exclude"; readonly at: readonly number[] }
  | { readonly type: "compile" };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: anyObject.map((object): Step => ({ type: "set", object })) },
    { weight: 2, arbitrary: fc.nat(99).map((at): Step => ({ type: "delete", at })) },
    { weight: 1, arbitrary: fc.array(fc.nat(99), { maxLength: 2 }).map((at): Step => ({ type: "exclude", at })) },
    { weight: 3, arbitrary: fc.constant<Step>({ type: "compile" }) },
  ),
  { maxLength: 40, size: "max" },
);

describe("compiling", () => {
  it("step by step comes to the same bytes as compiling what is left afresh, with objects left out too", async () => {
    await fc.assert(
      fc.asyncProperty(inputs, steps, async (input, all) => {
        const store = new ObjectStore(indexes);
        const compiler = new Compiler(store, input, systemClock);
        const encoder = encoderOf(compiler);
        const objects = new Map<ObjectKey, KubernetesObject>();
        let excluded: ReadonlySet<ObjectKey> = new Set();
        const pick = (at: number) => [...objects.keys()].sort()[at % Math.max(1, objects.size)];
        for (const step of all) {
          if (step.type === "set") {
            objects.set(keyOf(step.object), step.object);
            store.set(step.object);
          } else if (step.type === "delete") {
            const object = objects.get(pick(step.at) ?? "");
            if (object === undefined) continue;
            objects.delete(keyOf(object));
            store.delete(object.kind, object.metadata.namespace ?? "", object.metadata.name);
          } else if (step.type === "exclude") {
            excluded = new Set(step.at.flatMap((at) => pick(at) ?? []));
            compiler.exclude(excluded);
          } else await outcome(compiler, encoder);
        }
        const stepwise = await outcome(compiler, encoder);
        expect(stepwise).toEqual(await fresh(objects.values(), input, excluded));
        expect(stepwise.problems.filter((problem) => problem.code === "internal-error")).toEqual([]);
        // Nothing that is said quotes a Secret.
        expect(JSON.stringify(stepwise.problems)).not.toContain(CANARY);
      }),
      options,
    );
  });

  it("does not depend on the order of objects", async () => {
    await fc.assert(
      fc.asyncProperty(
        inputs,
        fc.array(anyObject, { maxLength: 25, size: "max" }),
        fc.infiniteStream(fc.nat()),
        async (input, all, random) => {
          const unique = [...new Map(all.map((object) => [keyOf(object), object])).values()];
          const shuffled = unique
            .map((object) => ({ object, at: random.next().value as number }))
            .sort((a, b) => a.at - b.at);
          const none = new Set<ObjectKey>();
          const shuffledOutcome = await fresh(
            shuffled.map(({ object }) => object),
            input,
            none,
          );
          expect(shuffledOutcome).toEqual(await fresh(unique, input, none));
        },
      ),
      options,
    );
  });
});
