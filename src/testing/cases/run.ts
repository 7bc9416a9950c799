import { AssertionError } from 'node:assert';
import { isFault } from '../../common/fault.ts';
import { createBehaviors } from './behaviors.ts';
import { carryOut } from './instructions/carry-out.ts';
import { startSession } from './session/session.ts';
import type {
  Instruction,
  TestCase,
  TestCaseFailure,
  TestCaseFile,
  TestCaseResult,
  TestCasesOptions,
} from './types.ts';

/** The text of what ended an instruction. An error that is neither an assertion nor a fault has its stack. */
const messageOf = (error: unknown): string => {
  if (error instanceof AssertionError || isFault(error)) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};

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

/**
 * Runs one test case in a process test of its own.
 *
 * @returns what has become of it; a failure is no error
 * @throws a fault if the process test cannot be started, for example because a file cannot be deployed
 */
export const runTestCase = async (
  { file, index, testCase }: PlacedCase,
  options: TestCasesOptions,
): Promise<TestCaseResult> => {
  const began = performance.now();
  const { name, instructions } = testCase;
  const session = await startSession(testCase, options);
  const behaviors = createBehaviors(session);
  if (instructions.length === 0) session.warn('The test case has no instructions.');

  const carryOutOne = async (instruction: Instruction): Promise<void> => {
    await behaviors.settle();
    if (instruction.type === 'CONDITIONAL_BEHAVIOR') behaviors.add(instruction);
    else await carryOut(session, instruction);
  };

  let failure: TestCaseFailure | undefined;
  for (const [position, instruction] of instructions.entries()) {
    try {
      await carryOutOne(instruction);
    } catch (error) {
      const where = `${file}#/testCases/${index}/instructions/${position}`;
      failure = { number: position + 1, instruction, where, message: messageOf(error) };
      break;
    }
  }
  await session.finish(failure === undefined ? null : failure.message);
  const milliseconds = Math.round(performance.now() - began);
  const { warnings } = session;
  const result = { file, name, total: instructions.length, milliseconds, warnings: [...warnings] };
  return failure === undefined ? result : { ...result, failure };
};
