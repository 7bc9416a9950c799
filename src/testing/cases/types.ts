import type { ProcessTestOptions } from '../types.ts';

/** An object of a file of test cases, as it was read. Its fields have been checked. */
export type Fields = Readonly<Record<string, unknown>>;

/** One step of a test case: its type, and the fields of this type. */
export interface Instruction extends Fields {
  readonly type: string;
}

/** A test case of Camunda's JSON format. */
export interface TestCase {
  readonly name: string;
  readonly description?: string;
  /** They are carried out one after the other. */
  readonly instructions: readonly Instruction[];
}

/** A file of test cases. */
export interface TestCaseFile {
  /** The path of the file, as it was given. */
  readonly file: string;
  readonly testCases: readonly TestCase[];
}

/** Why a test case has failed. */
export interface TestCaseFailure {
  /** The instruction that has failed, counted from 1. Those after it were not carried out. */
  readonly number: number;
  readonly instruction: Instruction;
  /** Where it is: the path of the file and a JSON pointer. */
  readonly where: string;
  /** What was expected, and what is the case instead. */
  readonly message: string;
}

/** What has become of a test case. */
export interface TestCaseResult {
  readonly file: string;
  readonly name: string;
  /** The number of its instructions. */
  readonly total: number;
  /** Real time. */
  readonly milliseconds: number;
  /** What is no failure, but hardly meant. */
  readonly warnings: readonly string[];
  /** Absent if it has passed. */
  readonly failure?: TestCaseFailure;
}

/** Files, connectors and mocks of all test cases. Time passes only by the instructions of a case. */
export type TestCasesOptions = Omit<ProcessTestOptions, 'skip'>;
