import { describe, expect, test } from "vitest";
import { add, countTests, failuresIn, formatCounts, type VitestReport } from "./counts.ts";

type Result = VitestReport["testResults"][number];
const passed = { fullName: "it works", status: "passed", failureMessages: [] };
const failed = { fullName: "it fails", status: "failed", failureMessages: ["Error: 1 is not 2\n    at line 3"] };
const file = (status: string, assertionResults: Result["assertionResults"], message = ""): Result => ({
  name: "a.test.ts",
  status,
  message,
  assertionResults,
});

const report = (changed: Partial<VitestReport>): VitestReport => ({
  numPassedTests: 5,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [file("passed", [passed])],
  ...changed,
});

describe("countTests", () => {
  test("all well", () => expect(countTests(report({}), 0)).toEqual({ passed: 5, failed: 0, skipped: 0 }));
  test("failures, and what was left out", () =>
    expect(countTests(report({ numFailedTests: 2, numPendingTests: 3, numTodoTests: 1 }), 1)).toEqual({
      passed: 5,
      failed: 2,
      skipped: 4,
    }));
  test("a file that cannot be loaded is a failure", () =>
    expect(countTests(report({ testResults: [file("failed", [])] }), 1).failed).toBe(1));
  test("a file with a failed test is not counted twice", () =>
    expect(countTests(report({ numFailedTests: 1, testResults: [file("failed", [failed])] }), 1).failed).toBe(1));
  test("an error outside of every test is a failure", () => expect(countTests(report({}), 1).failed).toBe(1));
  test("no report is a failure", () => expect(countTests(undefined, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 }));
});

test("counts add up and are printed", () =>
  expect(formatCounts(add({ passed: 1, failed: 2, skipped: 0 }, { passed: 3, failed: 0, skipped: 1 }))).toBe(
    "4 passed, 2 failed",
  ));

describe("failuresIn", () => {
  test("nothing, when all is well", () => expect(failuresIn(report({}), 0)).toEqual([]));
  test("each failed test with its file and why", () =>
    expect(failuresIn(report({ testResults: [file("failed", [passed, failed])] }), 1)).toEqual([
      "a.test.ts: it fails\n  Error: 1 is not 2\n      at line 3",
    ]));
  test("a file that cannot be loaded", () =>
    expect(failuresIn(report({ testResults: [file("failed", [], "no such module")] }), 1)).toEqual([
      "a.test.ts\n  no such module",
    ]));
  test("an error outside of every test", () =>
    expect(failuresIn(report({}), 1)).toEqual([
      'an error outside of every test (exit code 1): see "Unhandled Errors" above',
    ]));
  test("no report", () => expect(failuresIn(undefined, 9)).toEqual(["no report was written (exit code 9)"]));
});
