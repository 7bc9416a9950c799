import { AssertionError } from 'node:assert';
import { isFault } from '../../common/fault.ts';
import type { PlacedCase } from './placed-cases.ts';
import type { Instruction, TestCaseFailure, TestCaseResult } from './types.ts';

/** The text of what ended an instruction. An error that is neither an assertion nor a fault has its stack. */
const messageOf = (error: unknown): string => {
  if (error instanceof AssertionError || isFault(error)) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};

/** Where a test case runs. */
export interface CaseRun {
  carryOut(instruction: Instruction): Promise<void>;
  warn(text: string): void;
  readonly warnings: readonly string[];
  /** @param failure why the case has failed; null if it has not */
  finish(failure: string | null): Promise<void>;
}

/**
 * Carries out the instructions of a test case, one after the other, up to the first one that fails.
 *
 * @param start begins the run; it can reject
 * @returns what has become of the case; a failure is no error
 */
export const carryOutCase = async (
  { file, index, testCase }: PlacedCase,
  start: () => Promise<CaseRun>,
): Promise<TestCaseResult> => {
  const began = performance.now();
  const { name, instructions } = testCase;
  const run = await start();
  if (instructions.length === 0) run.warn('The test case has no instructions.');
  let failure: TestCaseFailure | undefined;
  for (const [position, instruction] of instructions.entries()) {
    try {
      await run.carryOut(instruction);
    } catch (error) {
      const where = `${file}#/testCases/${index}/instructions/${position}`;
      failure = { number: position + 1, instruction, where, message: messageOf(error) };
      break;
    }
  }
  await run.finish(failure === undefined ? null : failure.message);
  const milliseconds = Math.round(performance.now() - began);
  const result = { file, name, total: instructions.length, milliseconds, warnings: [...run.warnings] };
  return failure === undefined ? result : { ...result, failure };
};
