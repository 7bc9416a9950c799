import { expectationsOf } from './expectations.ts';
import { factsOf } from './facts.ts';
import { actionsOf } from './instructions-of.ts';
import type { RecordedCase, RecordedStep } from './types.ts';

/**
 * Makes a test case from what has happened in an engine: it does what clients have done, and expects what came of it.
 *
 * Jobs are completed with the results that they had, whoever had completed them, so that the case needs no connectors.
 *
 * @param steps everything that has happened, from the first deployment on
 * @param name of the test case
 * @param conditionalStarts start events that a condition triggers, from `conditionalStartsOf`
 */
export const testCaseOf = (
  steps: readonly RecordedStep[],
  name: string,
  conditionalStarts: ReadonlySet<string>,
): RecordedCase => {
  const facts = factsOf(steps, conditionalStarts);
  const { instructions, notes, changed, ignoredIncidents } = actionsOf(steps, facts);
  const expectations = expectationsOf(steps, facts, changed, ignoredIncidents);
  return { testCase: { name, instructions: [...instructions, ...expectations] }, notes };
};
