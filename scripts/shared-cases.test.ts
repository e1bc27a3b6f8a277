import { describe, expect, test } from "vitest";
import { failuresIn, judge, listedTitles, updatedList } from "./shared-cases.ts";

const LIST = "# With an empty translator\n\na (default)\n# Ingress\n b (default) \n";

test("a list holds titles, headings and empty lines", () =>
  expect(listedTitles(LIST)).toEqual(["a (default)", "b (default)"]));

test("failures are found with what was said about them", () => {
  const output =
    "FAIL a (x)\n     one\n     two\nFAIL b (y): listed as different (why (so)) but equal\nFAIL c (z)\n1 passed, 3 failed\n";
  expect(failuresIn(output)).toEqual([
    { title: "a (x)", text: "FAIL a (x)\n     one\n     two" },
    { title: "b (y)", text: "FAIL b (y): listed as different (why (so)) but equal" },
    { title: "c (z)", text: "FAIL c (z)" },
  ]);
});

describe("judge", () => {
  const verdict = (failing: readonly string[], listed: readonly string[]) =>
    judge(
      ["a (x)", "b (x)", "c (x)"],
      failing.map((title) => ({ title, text: `FAIL ${title}` })),
      listed,
      "list.txt",
    );

  test("what is listed passes, what is not fails: all well", () =>
    expect(verdict(["c (x)"], ["a (x)", "b (x)"])).toEqual({ passed: 2, failed: 0, skipped: 1, complaints: [] }));
  test("a listed one that fails", () =>
    expect(verdict(["b (x)", "c (x)"], ["a (x)", "b (x)"])).toEqual({
      passed: 1,
      failed: 1,
      skipped: 1,
      complaints: ["FAIL b (x)"],
    }));
  test("one that passes without being listed", () =>
    expect(verdict(["c (x)"], ["a (x)"])).toEqual({
      passed: 1,
      failed: 1,
      skipped: 1,
      complaints: ["FAIL b (x): passes; add it to list.txt"],
    }));
  test("one that does not exist", () =>
    expect(verdict(["c (x)"], ["a (x)", "b (x)", "d (x)"]).complaints).toEqual([
      "FAIL d (x): stands in list.txt, but there is no such run",
    ]));
});

test("an updated list keeps comments and order, drops what fails and adds what passes", () =>
  expect(updatedList(LIST, ["c (default)", "b (default)"])).toBe(
    "# With an empty translator\n\n# Ingress\n b (default)\nc (default)\n",
  ));

test("a list that was empty", () => expect(updatedList("", ["a (x)"])).toBe("a (x)\n"));
