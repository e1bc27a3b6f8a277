import { existsSync } from "node:fs";
import { ROOT, runTool } from "./tool.ts";

/**
 * Runs compatibility cases that lie beside the project, not in it, against `translate`; nothing where there are none. The runner's last line counts, and its exit code is
 * this process's. Its own options (`--only TEXT`, `--show`) are passed on.
 */
export async function runSharedSuite(folder: string, options: readonly string[]): Promise<void> {
  const runner = `${ROOT}${folder}/run.mjs`;
  if (!existsSync(runner)) {
    console.log(`${folder} is not here: nothing to compare with`);
    return;
  }
  const command = ["node_modules/.bin/node", "src/main.ts", "translate"];
  const { code } = await runTool(runner, [...options, "--", ...command], { show: true });
  process.exitCode = code === 0 ? 0 : 1;
}
