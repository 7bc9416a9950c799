import type { TestCase, TestCaseFile } from './types.ts';

/** A test case with the place where it is. */
export interface PlacedCase {
  readonly file: string;
  /** The position in its file, from 0. */
  readonly index: number;
  readonly testCase: TestCase;
}

/** All cases of several files, in their order. */
export const placedCases = (files: readonly TestCaseFile[]): readonly PlacedCase[] =>
  files.flatMap(({ file, testCases }) => testCases.map((testCase, index) => ({ file, index, testCase })));
