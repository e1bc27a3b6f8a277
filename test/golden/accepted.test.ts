import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { notAccepted, refusal } from "../support/acceptance.ts";
import { compileCase, FLAVORS, type GoldenCase, goldenCases } from "../support/golden.ts";

const SHARED = fileURLToPath(new URL("../../../shared/golden/cases", import.meta.url));

describe("what golden cases come to is taken by Kong", async () => {
  const cases = await goldenCases();
  const listed = await notAccepted();
  for (const golden of cases) {
    it.each(FLAVORS)(`${golden.name} (%s)`, async (flavor) => {
      const { compiler } = await compileCase(golden, flavor);
      const errors = await refusal(compiler, flavor, Date.now());
      if (listed.has(golden.name)) expect(errors).toBeDefined();
      else expect(errors).toBeUndefined();
    });
  }

  it("only cases that there are have a reason not to be", () => {
    const names = new Set(cases.map(({ name }) => name));
    expect([...listed].filter(([name, reason]) => !names.has(name) || reason === "")).toEqual([]);
  });
});

interface SharedCase {
  readonly reject: readonly string[];
  readonly runs: readonly { readonly name: string; readonly featureGates: Readonly<Record<string, boolean>> }[];
}

/** The compatibility cases beside the project, as golden cases: with pre-flight, in either flavour. */
function sharedCases(): readonly GoldenCase[] {
  return readdirSync(SHARED).flatMap((name) => {
    const folder = `${SHARED}/${name}`;
    const { reject, runs } = JSON.parse(readFileSync(`${folder}/case.json`, "utf8")) as SharedCase;
    return runs.map(({ name: run, featureGates }) => {
      const gates = Object.entries(featureGates).map(([gate, on]) => `${gate}=${on}`);
      const flags = [
        "--defaults=false",
        ...(gates.length === 0 ? [] : [`--feature-gates=${gates.join(",")}`]),
        ...reject.map((object) => `--simulate-rejection=${object}`),
      ];
      return { name: `${name}, ${run}`, folder, flags, flavors: FLAVORS };
    });
  });
}

describe.runIf(existsSync(SHARED))("so is what the compatibility cases come to", () => {
  it.each((existsSync(SHARED) ? sharedCases() : []).flatMap((shared) => FLAVORS.map((flavor) => ({ shared, flavor }))))(
    "$shared.name ($flavor)",
    async ({ shared, flavor }) => {
      const { compiler } = await compileCase(shared, flavor);
      expect(await refusal(compiler, flavor, Date.now())).toBeUndefined();
    },
  );
});
