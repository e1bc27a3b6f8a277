// Compares `translate` with the compatibility cases beside the project, where they are.
import { runSharedSuite } from "./shared-suite.ts";

await runSharedSuite("../shared/golden", process.argv.slice(2));
