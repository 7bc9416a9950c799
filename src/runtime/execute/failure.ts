import { isFault } from '../../common/fault.ts';
import { type BpmnError, isBpmnError, isJobError } from '../../connector/errors.ts';
import type { Outcome } from '../../connector/types.ts';
import {
  type AdvisedText,
  advisedErrorText,
  cutMessage,
  errorText,
  plainErrorText,
  readProperty,
} from '../shared/error-text.ts';
import { checkStorable } from '../shared/stored-variables.ts';
import { type ErrorVariable, errorTypes, errorVariable } from './error-variable.ts';
import { type Attempts, attemptsOfJobError, maxRetries } from './retry-backoff.ts';

/** An outcome of kind `fail`. */
export type Failure = Extract<Outcome, { readonly kind: 'fail' }>;

/** A job that did not succeed: its outcome unless the error expression decides otherwise, and what that expression sees. */
export interface Failed {
  readonly kind: 'failed';
  readonly outcome: Exclude<Outcome, { readonly kind: 'complete' }>;
  readonly error: ErrorVariable;
  /** The message without the library's advice, which is for people and not for an expression. Absent: there is no advice. */
  readonly plain?: string;
}

/** The message of a job that a stopping runtime returns. */
export const stoppedMessage = 'The runtime stopped before the job was done. No attempt is lost.';

/** A failure that another attempt would repeat: no attempts are left, so the cluster raises an incident. */
export const failForGood = ({ backoff }: Attempts, message: string, cause?: unknown): Failure => ({
  kind: 'fail',
  message: cutMessage(message),
  retries: 0,
  backoff,
  ...(cause === undefined ? {} : { cause }),
});

/** A failure that costs one attempt. */
export const failOnce = ({ retries, backoff }: Attempts, message: string, cause?: unknown): Failure => ({
  kind: 'fail',
  message: cutMessage(message),
  retries: Math.min(Math.max(0, retries - 1), maxRetries),
  backoff,
  ...(cause === undefined ? {} : { cause }),
});

/** Returns the job with all its attempts, because the reason is not the job. */
export const failUntouched = ({ retries }: Pick<Attempts, 'retries'>, message: string): Failure => ({
  kind: 'fail',
  message,
  retries: Math.max(0, retries),
  backoff: 0,
});

/**
 * A failure that the library itself detected.
 *
 * @param type its name for `error.type`
 * @param plain its message without advice. Default: there is no advice
 */
export const failedWith = (type: string, outcome: Failure, plain?: string): Failed => {
  const error: ErrorVariable = { type, message: outcome.message };
  const failed = { kind: 'failed', error, outcome: { ...outcome, variables: { error } } } as const;
  return plain === undefined ? failed : { ...failed, plain: cutMessage(plain) };
};

/** Invalid input, which another attempt would find again. */
export const failedByInput = (attempts: Attempts, message: string | AdvisedText, cause?: unknown): Failed =>
  typeof message === 'string'
    ? failedWith(errorTypes.input, failForGood(attempts, message, cause))
    : failedWith(errorTypes.input, failForGood(attempts, message.full, cause), message.plain);

const isInput = (error: unknown): boolean => isFault(error, 'input');

/**
 * An error whose variables cannot be sent. They are left out, and its message stays.
 *
 * If they have no JSON form, the attempt counts. If a cluster cannot store them, another attempt would only repeat it.
 */
const failedWithoutVariables = (attempts: Attempts, what: string, cause: unknown): Failed => {
  const { full, plain } = advisedErrorText(cause, `${what}\nIts variables cannot be sent: `);
  return isInput(cause)
    ? failedByInput(attempts, { full, plain }, cause)
    : failedWith('Error', failOnce(attempts, full, cause), plain);
};

const bpmnMessage = (error: BpmnError): string =>
  typeof error.message === 'string' ? cutMessage(error.message) : errorText(error);

/** A BPMN error needs the code of the event that catches it. */
const hasCode = ({ code }: BpmnError): boolean => typeof code === 'string' && code.trim() !== '';

/** The failure of a job whose `run` threw an error, or returned one. Never throws. */
export const failedByError = (attempts: Attempts, thrown: unknown): Failed => {
  const own = isJobError(thrown) ? attemptsOfJobError(thrown, attempts) : attempts;
  const bpmn = isBpmnError(thrown) && hasCode(thrown) ? thrown : undefined;
  const message = bpmn === undefined ? errorText(thrown) : bpmnMessage(bpmn);
  try {
    const error = errorVariable(thrown, message);
    if (error.variables !== undefined) checkStorable(error.variables, 'They');
    if (bpmn !== undefined) {
      const { variables } = error;
      const outcome = { kind: 'bpmnError', code: bpmn.code, message, ...(variables && { variables }) } as const;
      return { kind: 'failed', error, outcome };
    }
    const forGood = !isJobError(thrown) && (isInput(thrown) || isInput(readProperty(thrown, 'cause')));
    const outcome = (forGood ? failForGood : failOnce)(own, message, thrown);
    if (!isJobError(thrown)) {
      const plain = isFault(thrown) ? { plain: plainErrorText(thrown) } : {};
      return { kind: 'failed', error, outcome: { ...outcome, variables: { error } }, ...plain };
    }
    // The task receives the variables themselves, so they are not sent again as a part of the error.
    const { variables, ...sent } = error;
    return { kind: 'failed', error, outcome: { ...outcome, variables: { ...variables, error: sent } } };
  } catch (cause) {
    const what = bpmn === undefined ? message : `BPMN error ${bpmn.code}: ${errorText(bpmn)}`;
    return failedWithoutVariables(own, what, cause);
  }
};
