import { countJest, countLine, exitCodeOf, NOTHING, sum } from "../../../cli/count";

const report = {
  numPassedTests: 5,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
};

test("jest's report is counted, and what it doesn't count is a failure", () => {
  expect(countJest(report, 0)).toEqual({ passed: 5, failed: 0, skipped: 0 });
  expect(countJest({ ...report, numFailedTests: 2, numTodoTests: 1 }, 1)).toEqual({ passed: 5, failed: 2, skipped: 1 });
  // A file with a syntax error has no tests that could fail.
  expect(countJest({ ...report, numRuntimeErrorTestSuites: 1 }, 1).failed).toBe(1);
  expect(countJest(report, 1).failed).toBe(1);
  expect(countJest(undefined, 0).failed).toBe(1);
});

test("one plain line, and an exit code that fits it", () => {
  expect(countLine({ passed: 3, failed: 1, skipped: 0 })).toBe("3 passed, 1 failed");
  expect(countLine({ passed: 3, failed: 0, skipped: 2 })).toBe("3 passed, 0 failed, 2 skipped");
  expect(exitCodeOf({ passed: 3, failed: 0, skipped: 2 })).toBe(0);
  expect(exitCodeOf({ passed: 3, failed: 1, skipped: 0 })).toBe(1);
  expect(exitCodeOf(NOTHING)).toBe(1);
  expect(sum(NOTHING, { passed: 1, failed: 2, skipped: 3 }, { passed: 1, failed: 0, skipped: 0 })).toEqual({
    passed: 2,
    failed: 2,
    skipped: 3,
  });
});
