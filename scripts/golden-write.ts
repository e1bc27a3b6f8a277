// Rewrites the expected files of test/golden from what is found now; of the cases whose name holds the argument, if one is given. Read the difference before committing it.
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileNames, type GoldenCase, goldenCases, render } from "../test/support/golden.ts";
import { statusFiles } from "../test/support/golden-status.ts";

/** The files of a case as they shall be; undefined for one that shall not be there. */
async function filesOf(golden: GoldenCase): Promise<Readonly<Record<string, string | undefined>>> {
  const files: Record<string, string | undefined> = { ...(await statusFiles(golden)) };
  for (const flavor of golden.flavors) {
    const { document, problems } = await render(golden, flavor);
    const names = fileNames(flavor);
    files[names.document] = document;
    files[names.problems] = problems === "" ? undefined : problems;
  }
  return files;
}

const [only = ""] = process.argv.slice(2);
let changed = 0;
for (const golden of await goldenCases()) {
  if (!golden.name.includes(only)) continue;
  for (const [name, text] of Object.entries(await filesOf(golden))) {
    const file = join(golden.folder, name);
    if ((await readFile(file, "utf8").catch(() => undefined)) === text) continue;
    changed++;
    if (text === undefined) await rm(file);
    else await writeFile(file, text);
    console.log(`${golden.name}/${name}`);
  }
}
console.log(`${changed} files changed`);
