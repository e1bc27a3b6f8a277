import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { supportedFeatures } from "../src/status/supported-features.ts";
import { PROFILE } from "../src/translate/testing/compile.ts";
import { goModuleFolder, publishedCrdsAvailable } from "./support/published-crds.ts";

test.skipIf(!publishedCrdsAvailable())(
  "every feature that is claimed has the name that the Gateway API gives it",
  () => {
    const folder = join(goModuleFolder("sigs.k8s.io/gateway-api"), "pkg/features");
    const texts = readdirSync(folder)
      .filter((name) => name.endsWith(".go"))
      .map((name) => readFileSync(join(folder, name), "utf8"));
    const names = new Set(
      texts.flatMap((text) => [...text.matchAll(/FeatureName\s*= "(\w+)"/g)].map(([, name]) => name!)),
    );
    expect(names.size).toBeGreaterThan(40);
    const claimed = supportedFeatures({ ...PROFILE, flavor: "expressions" }, true);
    expect(claimed.filter((name) => !names.has(name))).toEqual([]);
  },
);
