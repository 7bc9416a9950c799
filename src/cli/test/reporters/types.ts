import type { TestCaseResult } from '../../../testing/cases/types.ts';

/** What has become of all test cases that were run. */
export interface Summary {
  readonly results: readonly TestCaseResult[];
  /** The number of test cases that were not run because an earlier one has failed. */
  readonly notRun: number;
  /** Real time. */
  readonly milliseconds: number;
}

/** Writes a report. Each function returns text to print. */
export interface Reporter {
  /** @param count how many test cases will run */
  begin(count: number): string;
  result(result: TestCaseResult, number: number): string;
  end(summary: Summary): string;
}
