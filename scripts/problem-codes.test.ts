import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { codesIn, codesOf } from "./problem-codes.ts";
import { ROOT } from "./tool.ts";

test("docs/problems.md has a section for every code, and none for anything else", () => {
  const codes = [...codesIn(`${ROOT}src`).keys()].sort();
  const page = readFileSync(`${ROOT}docs/problems.md`, "utf8");
  const sections = [...page.matchAll(/^### (.*)$/gm)].map(([, title]) => title);
  expect([...sections].sort()).toEqual(codes);
});

describe("codes are found", () => {
  test.each([
    ['{ code: "plugin-missing", severity: "not-a-code" }', ["plugin-missing"]],
    ['{ code, severity: "error", path: "x-y" }', []],
    ['const code = gone ? "secret-missing" : "secret-broken";', ["secret-missing", "secret-broken"]],
    ['losers([...claims.slice(0, 1), one("a")], "duplicate-route", `not-"this-one"`)', ["duplicate-route"]],
    ['say(\n  "warning",\n  "filter-twice",\n  "some-text")', ["filter-twice"]],
    ['fail("internal-error", "a \\"quoted-text\\"")', ["internal-error"]],
    ['other("no-problem"); complain(code, "no code here")', []],
  ])("%s", (source, codes) => expect([...codesOf(source)]).toEqual(codes));
});
