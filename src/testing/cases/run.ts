import { createBehaviors } from './behaviors.ts';
import { carryOutCase } from './carry-out-case.ts';
import { carryOut } from './instructions/carry-out.ts';
import type { PlacedCase } from './placed-cases.ts';
import { startSession } from './session/session.ts';
import type { TestCaseResult, TestCasesOptions } from './types.ts';

/**
 * Runs one test case in a process test of its own.
 *
 * @returns what has become of it; a failure is no error
 * @throws a fault if the process test cannot be started, for example because a file cannot be deployed
 */
export const runTestCase = (placed: PlacedCase, options: TestCasesOptions): Promise<TestCaseResult> =>
  carryOutCase(placed, async () => {
    const session = await startSession(placed.testCase, options);
    const behaviors = createBehaviors(session);
    return {
      carryOut: async (instruction) => {
        await behaviors.settle();
        if (instruction.type === 'CONDITIONAL_BEHAVIOR') behaviors.add(instruction);
        else await carryOut(session, instruction);
      },
      warn: session.warn,
      warnings: session.warnings,
      finish: session.finish,
    };
  });
