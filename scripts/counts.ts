/** How many of something passed, failed, and were left out. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const NONE: Counts = { passed: 0, failed: 0, skipped: 0 };

export function add(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** `12 passed, 0 failed`: what the last line of every run looks like, so that a run can be added to another one. */
export function formatCounts({ passed, failed }: Counts): string {
  return `${passed} passed, ${failed} failed`;
}

/** The part of Vitest's JSON report that is read. */
export interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly TestFile[];
}

interface TestFile {
  readonly name: string;
  readonly status: string;
  /** Why the file could not be loaded; "" for one that could. */
  readonly message: string;
  readonly assertionResults: readonly {
    readonly fullName: string;
    readonly status: string;
    readonly failureMessages: readonly string[];
  }[];
}

/** Counts tests. A file that could not even be loaded holds none, and counts as one that failed, as does an error outside of every test (`exitCode`). */
export function countTests(report: VitestReport | undefined, exitCode: number): Counts {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  ).length;
  const failed = report.numFailedTests + broken;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** What failed, an entry each: the file, the test and the start of what was wrong. It is said once more at the end of a run, where somebody who has only the last lines of a log finds it. */
export function failuresIn(report: VitestReport | undefined, exitCode: number): readonly string[] {
  if (report === undefined) return [`no report was written (exit code ${exitCode})`];
  const failures = report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((result) => result.status === "failed");
    if (failed.length > 0)
      return failed.map(({ fullName, failureMessages }) => `${name}: ${fullName}\n${shortened(failureMessages)}`);
    return status === "failed" && assertionResults.length === 0 ? [`${name}\n${shortened([message])}`] : [];
  });
  if (failures.length > 0 || exitCode === 0) return failures;
  return [`an error outside of every test (exit code ${exitCode}): see "Unhandled Errors" above`];
}

const SHOWN_LINES = 12;

function shortened(messages: readonly string[]): string {
  const lines = messages.join("\n").split("\n").slice(0, SHOWN_LINES);
  return lines.map((line) => `  ${line.slice(0, 400)}`).join("\n");
}
