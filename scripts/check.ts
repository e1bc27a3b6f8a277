// Format, lint, types, import direction and dead code: what a person runs before a commit.
import { runChecks } from "./checks.ts";

const start = performance.now();
const { passed, failed } = await runChecks();
const seconds = ((performance.now() - start) / 1000).toFixed(1);
console.log(`${failed > 0 ? "\n" : ""}${passed} checks passed, ${failed} failed, ${seconds} s`);
process.exitCode = failed > 0 ? 1 : 0;
