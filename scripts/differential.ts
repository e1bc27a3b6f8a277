// Compares `translate` with what KIC pushed for the same objects, as recorded beside the project, where that is. Runs that differ on purpose are listed with their reasons.
import { runSharedSuite } from "./shared-suite.ts";
import { ROOT } from "./tool.ts";

await runSharedSuite("../shared/differential", ["--allow", `${ROOT}test/differential.txt`, ...process.argv.slice(2)]);
