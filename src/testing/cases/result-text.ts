import { printJson } from '../state/print-json.ts';
import type { TestCaseFailure, TestCaseResult } from './types.ts';

/**
 * The failure of a test case as text: the number of the instruction, the instruction, and what is the case instead.
 *
 * @example
 * failureOfCaseText(result, failure);
 * // Instruction 3/6 failed: {"type":"ASSERT_PROCESS_INSTANCE", … }
 * // at cases/order.json#/testCases/0/instructions/2
 * // Expected order 2251799813685253 to have completed, but it is active. …
 */
export const failureOfCaseText = (
  { total }: Pick<TestCaseResult, 'total'>,
  { number, instruction, where, message }: TestCaseFailure,
): string => `Instruction ${number}/${total} failed: ${printJson(instruction)}\nat ${where}\n${message}`;
