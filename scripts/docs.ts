// Writes the pages of docs/ that are made from the code.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { DOCS_PAGES } from "./docs-pages.ts";

const root = new URL("../", import.meta.url);
for (const { file, render } of DOCS_PAGES) {
  const url = new URL(file, root);
  const page = render();
  const stale = !existsSync(url) || readFileSync(url, "utf8") !== page;
  if (stale) writeFileSync(url, page);
  console.log(`${file}: ${stale ? "written" : "up to date"}`);
}
