import { describe, expect, it } from "vitest";
import { goldenCases } from "../support/golden.ts";
import { renderStatus, storedStatus } from "../support/golden-status.ts";

/** What is written on the objects of golden cases, as test/support/golden-status.ts tells; rewritten by `npm run golden:write` too. */
describe("statuses of golden cases", async () => {
  for (const golden of await goldenCases()) {
    for (const flavor of golden.flavors) {
      it(`${golden.name} (${flavor})`, async () => {
        expect(await renderStatus(golden, flavor)).toEqual(await storedStatus(golden, flavor));
      });
    }
  }
});
