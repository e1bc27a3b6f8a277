// Compares `translate` with the compatibility cases beside the project, where they are.
import { readdirSync, readFileSync } from "node:fs";
import { runSharedSuite } from "./shared-suite.ts";

await runSharedSuite(
  { folder: "../shared/golden", titles, list: "test/golden/shared.txt", arguments: [] },
  process.argv.slice(2),
);

function titles(folder: string): readonly string[] {
  return readdirSync(`${folder}/cases`).flatMap((name) => {
    const { runs } = JSON.parse(readFileSync(`${folder}/cases/${name}/case.json`, "utf8")) as {
      readonly runs: readonly { readonly name: string }[];
    };
    return runs.map((run) => `${name} (${run.name})`);
  });
}
