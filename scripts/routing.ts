import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { RecordedGroup } from "../test/routing/facts.ts";
import { placeOf, readListed } from "../test/routing/listed.ts";
import { replay } from "../test/routing/replay.ts";

// Compares the preview gateway with the recorded answers of a real Kong: `npm run routing [-- GROUP …]`. ROUTING_FACTS names another file of them.
const own = fileURLToPath(new URL("../../shared/facts/kong-3.9/routing.json", import.meta.url));
const file = process.env["ROUTING_FACTS"] ?? own;
if (!existsSync(file)) {
  console.log("There are no recorded answers here to compare with; set ROUTING_FACTS to the file that holds them.");
  process.exit(0);
}
const wanted = process.argv.slice(2);
const groups = (JSON.parse(readFileSync(file, "utf8")) as RecordedGroup[]).filter(
  ({ name }) => wanted.length === 0 || wanted.includes(name),
);
const results = await replay(groups);
const listed = readListed();
let unlisted = 0;
let equal = 0;
for (const result of results) {
  const reason = listed.get(placeOf(result));
  if (result.differences.length === 0) {
    equal += 1;
    if (reason === undefined) continue;
    console.log(`${placeOf(result)}: ${result.about} is equal although test/routing-differences.txt lists it`);
    unlisted += 1;
    continue;
  }
  console.log(`${placeOf(result)}: ${result.about}${reason === undefined ? "" : ` (listed: ${reason})`}`);
  if (reason !== undefined) continue;
  unlisted += 1;
  for (const line of result.differences) console.log(`    ${line}`);
}
const share = equal / Math.max(1, results.length);
console.log(`${equal} of ${results.length} answers are equal (${(100 * share).toFixed(1)} %)`);
// Another recording has differences of its own: of that only the share counts.
process.exitCode = share < 0.95 || (file === own && unlisted > 0) ? 1 : 0;
