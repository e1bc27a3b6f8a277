import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { RecordedGroup } from "../test/routing/facts.ts";
import { replay } from "../test/routing/replay.ts";

// Compares the preview gateway with the recorded answers of a real Kong: `npm run routing [-- GROUP …]`.
const facts =
  process.env["ROUTING_FACTS"] ?? fileURLToPath(new URL("../../shared/facts/kong-3.9/routing.json", import.meta.url));
if (!existsSync(facts)) {
  console.log("There are no recorded answers here to compare with; set ROUTING_FACTS to the file that holds them.");
  process.exit(0);
}
const wanted = process.argv.slice(2);
const groups = (JSON.parse(readFileSync(facts, "utf8")) as RecordedGroup[]).filter(
  ({ name }) => wanted.length === 0 || wanted.includes(name),
);
const results = await replay(groups);
const different = results.filter((result) => result.differences.length > 0);
for (const { group, number, about, differences } of different) {
  console.log(`${group} ${number}: ${about}`);
  for (const line of differences) console.log(`    ${line}`);
}
const equal = results.length - different.length;
console.log(`${equal} of ${results.length} answers are equal (${((100 * equal) / results.length).toFixed(1)} %)`);
