// Compares `translate` with what KIC pushed for the same objects, as recorded beside the project, where that is.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { runSharedSuite } from "./shared-suite.ts";
import { ROOT } from "./tool.ts";

/** The runs that differ on purpose: lines `TITLE: reason`. */
const ALLOWED = `${ROOT}test/differential.txt`;

await runSharedSuite(
  {
    folder: "../shared/differential",
    titles,
    list: "test/differential-passing.txt",
    arguments: existsSync(ALLOWED) ? ["--allow", ALLOWED] : [],
  },
  process.argv.slice(2),
);

/** What cannot be decided offline is not run: cases that need a cluster, Kong's schemas, or that KIC itself does not answer twice alike. */
function titles(folder: string): readonly string[] {
  return readdirSync(`${folder}/cases`).flatMap((name) => {
    const spec = JSON.parse(readFileSync(`${folder}/cases/${name}/case.json`, "utf8")) as {
      readonly routerFlavors: readonly string[];
      readonly cluster?: unknown;
      readonly pluginSchemas?: unknown;
      readonly unstable?: unknown;
    };
    if (spec.cluster || spec.pluginSchemas || spec.unstable) return [];
    return spec.routerFlavors
      .filter((flavour) => existsSync(`${folder}/cases/${name}/${flavour}.config.json`))
      .map((flavour) => `${name} (${flavour})`);
  });
}
