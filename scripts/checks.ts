import { readdirSync, readFileSync } from "node:fs";
import { wrongImports } from "./import-rules.ts";
import { ROOT, runTool } from "./tool.ts";

/** One thing that must hold for the source text. */
interface Check {
  readonly name: string;
  /** What is wrong; "" when nothing is. */
  run(): Promise<string>;
}

const CHECKS: readonly Check[] = [
  {
    name: "format and lint",
    run: () => complaints("node_modules/.bin/biome", ["check", "--colors=off", "--error-on-warnings"]),
  },
  { name: "types", run: () => complaints("node_modules/.bin/tsc", ["--noEmit", "--pretty", "false"]) },
  { name: "dead code", run: () => complaints("node_modules/.bin/knip", ["--no-progress", "--no-config-hints"]) },
  { name: "import direction", run: async () => wrongImports(sourceFiles()).join("\n") },
];

/** Runs every check at once and prints what is wrong, nothing else. */
export async function runChecks(): Promise<{ readonly passed: number; readonly failed: number }> {
  const results = await Promise.all(CHECKS.map(async ({ name, run }) => ({ name, wrong: await run() })));
  const failed = results.filter(({ wrong }) => wrong !== "");
  for (const { name, wrong } of failed) console.error(`\n${name}:\n${wrong.trimEnd()}`);
  return { passed: results.length - failed.length, failed: failed.length };
}

async function complaints(file: string, args: readonly string[]): Promise<string> {
  const { code, output } = await runTool(file, args);
  return code === 0 ? "" : output || `${file} ended with code ${code}`;
}

function sourceFiles() {
  return readdirSync(`${ROOT}src`, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => ({ path: `src/${file.replaceAll("\\", "/")}`, text: readFileSync(`${ROOT}src/${file}`, "utf8") }));
}
