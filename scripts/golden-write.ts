// Rewrites the expected files of test/golden from what is found now; of the cases whose name holds the argument, if one is given. Read the difference before committing it.
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileNames, goldenCases, render, stored } from "../test/support/golden.ts";

const [only = ""] = process.argv.slice(2);
let changed = 0;
for (const golden of await goldenCases()) {
  if (!golden.name.includes(only)) continue;
  for (const flavor of golden.flavors) {
    const now = await render(golden, flavor);
    const before = await stored(golden, flavor);
    const names = fileNames(flavor);
    for (const part of ["document", "problems"] as const) {
      if (now[part] === before[part]) continue;
      changed++;
      const file = join(golden.folder, names[part]);
      if (now[part] === "") await rm(file);
      else await writeFile(file, now[part]);
      console.log(`${golden.name}/${names[part]}`);
    }
  }
}
console.log(`${changed} files changed`);
