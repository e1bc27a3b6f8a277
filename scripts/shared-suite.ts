import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { formatCounts } from "./counts.ts";
import { failuresIn, judge, listedTitles, updatedList } from "./shared-cases.ts";
import { ROOT, runTool } from "./tool.ts";

/** A runner of compatibility cases that lie beside the project, not in it. */
export interface SharedSuite {
  /** Its folder, from the root of the project; nothing is run where there is none. */
  readonly folder: string;
  /** The titles of all runs that the runner makes. */
  titles(folder: string): readonly string[];
  /** The list of the runs that must pass, from the root of the project. */
  readonly list: string;
  /** Arguments of the runner besides the command. */
  readonly arguments: readonly string[];
}

/**
 * Runs a suite against `translate` and compares the runs that pass with the list; the exit code of the process tells whether it is true. `--only TEXT` and `--show` are the
 * runner's, `--write` rewrites the list.
 */
export async function runSharedSuite(suite: SharedSuite, argv: readonly string[]): Promise<void> {
  const folder = `${ROOT}${suite.folder}`;
  if (!existsSync(`${folder}/run.mjs`)) {
    console.log(`${suite.folder} is not here: nothing to compare with`);
    return;
  }
  const only = argv.includes("--only") ? (argv[argv.indexOf("--only") + 1] ?? "") : "";
  const write = argv.includes("--write");
  const options = argv.filter((argument) => argument !== "--write");
  const command = ["node_modules/.bin/node", "src/main.ts", "translate"];
  const { output } = await runTool(`${folder}/run.mjs`, [...suite.arguments, ...options, "--", ...command]);

  const titles = suite.titles(folder).filter((title) => title.includes(only));
  const failures = failuresIn(output);
  const said = Number(/^(\d+) passed, \d+ failed/m.exec(output)?.[1] ?? Number.NaN);
  if (said !== titles.length - failures.length) {
    console.log(output);
    console.log(`The runner did not tell how all of its ${titles.length} runs ended`);
    console.log(formatCounts({ passed: 0, failed: 1, skipped: 0 }));
    process.exitCode = 1;
    return;
  }
  const file = `${ROOT}${suite.list}`;
  const list = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (only !== "") {
    console.log(output.trimEnd());
    process.exitCode = failures.length > 0 ? 1 : 0;
  } else if (write) {
    const failing = new Set(failures.map(({ title }) => title));
    writeFileSync(
      file,
      updatedList(
        list,
        titles.filter((title) => !failing.has(title)),
      ),
    );
    console.log(`${suite.list}: written`);
  } else {
    const verdict = judge(titles, failures, listedTitles(list), suite.list);
    for (const complaint of verdict.complaints) console.log(complaint);
    if (verdict.skipped > 0) console.log(`${verdict.skipped} runs do not pass yet, and are not in ${suite.list}`);
    console.log(formatCounts(verdict));
    process.exitCode = verdict.failed > 0 ? 1 : 0;
  }
}
