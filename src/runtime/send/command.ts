import type { Command, JobResultCommand } from '../../connection/port.ts';
import type { JobResult } from '../../connector/job-results.ts';
import type { Outcome } from '../../connector/types.ts';
import { stringifyDocument } from '../../connector/values/json-text.ts';
import { cutMessage, errorText } from '../shared/error-text.ts';
import { variablesTextOf } from '../shared/stored-variables.ts';
import { withVariables } from './failure-message.ts';

const resultCommand = (result: JobResult): JobResultCommand =>
  result.type === 'userTask'
    ? result
    : {
        ...result,
        activateElements: result.activateElements.map(({ elementId, variables }) => ({
          elementId,
          variables: stringifyDocument(variables ?? {}),
        })),
      };

/** The parts of a job that its commands need. */
export interface CommandedJob {
  readonly key: string;
  /** Absent: the job has no lease. */
  readonly leaseToken?: string | undefined;
}

/**
 * The command that reports a job's outcome to the cluster. Throws when the outcome's variables have no JSON form.
 *
 * @example
 * commandOf({ key: '7' }, { kind: 'complete', variables: { a: 1 } }); // { kind: 'completeJob', jobKey: '7', variables: '{"a":1}' }
 */
export const commandOf = ({ key, leaseToken }: CommandedJob, outcome: Outcome): Command => {
  const command = outcomeCommand(key, outcome);
  return leaseToken === undefined ? command : { ...command, leaseToken };
};

const outcomeCommand = (
  jobKey: string,
  outcome: Outcome,
): Extract<Command, { kind: 'completeJob' | 'failJob' | 'throwError' }> => {
  switch (outcome.kind) {
    case 'complete':
      return {
        kind: 'completeJob',
        jobKey,
        variables: variablesTextOf(outcome),
        ...(outcome.result === undefined ? {} : { result: resultCommand(outcome.result) }),
      };
    case 'fail': {
      const { retries, backoff, message } = outcome;
      if (outcome.variables === undefined)
        return { kind: 'failJob', jobKey, retries, backoff, message, variables: '{}' };
      const variables = stringifyDocument(outcome.variables);
      const text = withVariables(message, outcome.variables);
      return { kind: 'failJob', jobKey, retries, backoff, message: text, variables };
    }
    case 'bpmnError': {
      const { code, message } = outcome;
      return { kind: 'throwError', jobKey, code, message, variables: stringifyDocument(outcome.variables ?? {}) };
    }
  }
};

/** The command that reserves a job for a number of milliseconds from now. */
export const timeoutCommand = ({ key, leaseToken }: CommandedJob, timeout: number): Command => {
  const command = { kind: 'updateJobTimeout', jobKey: key, timeout: Math.ceil(timeout) } as const;
  return leaseToken === undefined ? command : { ...command, leaseToken };
};

/**
 * The failure that replaces an outcome which cannot be sent or which the cluster refuses for its content. It has no
 * variables, since these may be the reason.
 *
 * @param retries attempts left, the current one included
 * @param error why the outcome was refused
 */
export const replacementOf = (outcome: Outcome, retries: number, error: unknown): Outcome => {
  const reason = errorText(error);
  if (outcome.kind !== 'fail') {
    const message = cutMessage(`The cluster refused the result of the job: ${reason}`);
    return { kind: 'fail', message, retries: Math.max(0, retries - 1), backoff: 0 };
  }
  const message = cutMessage(`${outcome.message}\nThe variables of this failure were refused: ${reason}`);
  return { kind: 'fail', message, retries: outcome.retries, backoff: outcome.backoff };
};
