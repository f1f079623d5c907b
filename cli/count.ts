/** Counting tests over several runners. */

export interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const NOTHING: Count = { passed: 0, failed: 0, skipped: 0 };

export function sum(...counts: readonly Count[]): Count {
  return {
    passed: counts.reduce((total, { passed }) => total + passed, 0),
    failed: counts.reduce((total, { failed }) => total + failed, 0),
    skipped: counts.reduce((total, { skipped }) => total + skipped, 0),
  };
}

/** The parts of jest's `--json` report that are counted. */
export interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  /** Files that couldn't be run at all. */
  readonly numRuntimeErrorTestSuites: number;
}

/** A file that couldn't be run counts as one failure; without a report the run itself is the failure. */
export function countJest(report: JestReport | undefined, exitCode: number): Count {
  if (!report) return { ...NOTHING, failed: 1 };
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  return {
    passed: report.numPassedTests,
    // jest can fail without a failed test, for example over an error after the last one.
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** The plain last line of every test command. */
export function countLine({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** A run without a single test proves nothing, so it is a failure. */
export function exitCodeOf({ passed, failed }: Count): number {
  return failed > 0 || passed === 0 ? 1 : 0;
}
