// Everything that can be tested on this machine: the checks, then the tests, each step also when an earlier one failed.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runChecks } from "./checks.ts";
import { add, type Counts, countTests, failuresIn, formatCounts, NONE, type VitestReport } from "./counts.ts";
import { runTool } from "./tool.ts";

/** The projects of vitest.config.ts, in the order in which a mistake is best found. */
const PROJECTS = ["unit", "e2e"] as const;

const scratch = mkdtempSync(join(tmpdir(), "silverback-test-"));
const steps = new Map<string, Counts>();
const failures: string[] = [];
try {
  console.log("== checks");
  steps.set("checks", { ...(await runChecks()), skipped: 0 });
  for (const project of PROJECTS) {
    console.log(`\n== ${project}`);
    steps.set(project, await runTests(project));
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

console.log("\n== all");
for (const [step, counts] of steps) {
  const skipped = counts.skipped === 0 ? "" : `, ${counts.skipped} left out`;
  console.log(`${step}: ${formatCounts(counts)}${skipped}`);
}
for (const failure of failures) console.log(`failed: ${failure}`);
const all = [...steps.values()].reduce(add, NONE);
console.log(formatCounts(all));
process.exitCode = all.failed > 0 ? 1 : 0;

async function runTests(project: string): Promise<Counts> {
  const file = join(scratch, `${project}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const { code } = await runTool("node_modules/vitest/vitest.mjs", ["run", "--project", project, ...reporters], {
    show: true,
  });
  const report = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as VitestReport) : undefined;
  failures.push(...failuresIn(report, code));
  return countTests(report, code);
}
