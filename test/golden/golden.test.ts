import { describe, expect, it } from "vitest";
import { goldenCases, render, stored } from "../support/golden.ts";

/** `npm run golden:write` (with a part of a name: only those) puts what is found now into the files; read the difference before committing it. */
describe("golden cases", async () => {
  for (const golden of await goldenCases()) {
    for (const flavor of golden.flavors) {
      it(`${golden.name} (${flavor})`, async () => {
        expect(await render(golden, flavor)).toEqual(await stored(golden, flavor));
      });
    }
  }
});
