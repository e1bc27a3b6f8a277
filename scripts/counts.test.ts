import { describe, expect, test } from "vitest";
import { add, countTests, formatCounts, type VitestReport } from "./counts.ts";

const report = (changed: Partial<VitestReport>): VitestReport => ({
  numPassedTests: 5,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [{ status: "passed", assertionResults: [1, 2, 3, 4, 5] }],
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
    expect(countTests(report({ testResults: [{ status: "failed", assertionResults: [] }] }), 1).failed).toBe(1));
  test("a file with a failed test is not counted twice", () =>
    expect(
      countTests(report({ numFailedTests: 1, testResults: [{ status: "failed", assertionResults: [1] }] }), 1).failed,
    ).toBe(1));
  test("an error outside of every test is a failure", () => expect(countTests(report({}), 1).failed).toBe(1));
  test("no report is a failure", () => expect(countTests(undefined, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 }));
});

test("counts add up and are printed", () =>
  expect(formatCounts(add({ passed: 1, failed: 2, skipped: 0 }, { passed: 3, failed: 0, skipped: 1 }))).toBe(
    "4 passed, 2 failed",
  ));
