import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DOCS_PAGES } from "./docs-pages.ts";

test.each(DOCS_PAGES)("$file is what the code says (npm run docs)", ({ file, render }) => {
  expect(readFileSync(new URL(`../${file}`, import.meta.url), "utf8")).toBe(render());
});
