import { expectationsOf } from './expectations.ts';
import { factsOf } from './facts.ts';
import { actionsOf } from './instructions-of.ts';
import type { RecordedCase, RecordedStep } from './types.ts';

/** On the page, a person can go back to an earlier state. */
const setBackNote =
  'The state was set back during the recording, for which the format has no instruction: record it again.';

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
  const wentBack = steps.some(({ at }, index) => index > 0 && at < steps[index - 1]!.at);
  const expectations = expectationsOf(steps, facts, changed, ignoredIncidents);
  const allNotes = wentBack ? [...notes, setBackNote] : notes;
  return { testCase: { name, instructions: [...instructions, ...expectations] }, notes: allNotes };
};
