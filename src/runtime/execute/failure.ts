import { isFault } from '../../common/fault.ts';
import { isBpmnError, isJobError } from '../../connector/errors.ts';
import type { Outcome } from '../../connector/types.ts';
import { cutMessage, errorText, readProperty } from '../shared/error-text.ts';
import { type ErrorVariable, errorTypes, errorVariable } from './error-variable.ts';
import { type Attempts, attemptsOfJobError, mostRetries } from './retry-backoff.ts';

/** An outcome of kind `fail`. */
export type Failure = Extract<Outcome, { readonly kind: 'fail' }>;

/** A job that did not succeed: its outcome unless the error expression decides otherwise, and what that expression sees. */
export interface Failed {
  readonly kind: 'failed';
  readonly outcome: Exclude<Outcome, { readonly kind: 'complete' }>;
  readonly error: ErrorVariable;
}

/** The message of a job that a stopping runtime hands back. */
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
  retries: Math.min(Math.max(0, retries - 1), mostRetries),
  backoff,
  ...(cause === undefined ? {} : { cause }),
});

/** Hands the job back with all its attempts, because the reason is not the job. */
export const failUntouched = ({ retries }: Pick<Attempts, 'retries'>, message: string): Failure => ({
  kind: 'fail',
  message,
  retries: Math.max(0, retries),
  backoff: 0,
});

/** A failure that the library itself detected, with its name for `error.type`. */
export const failedWith = (type: string, outcome: Failure): Failed => {
  const error: ErrorVariable = { type, message: outcome.message };
  return { kind: 'failed', error, outcome: { ...outcome, variables: { error } } };
};

/** Invalid input, which another attempt would find again. */
export const failedByInput = (attempts: Attempts, message: string, cause?: unknown): Failed =>
  failedWith(errorTypes.input, failForGood(attempts, message, cause));

const isInput = (error: unknown): boolean => isFault(error, 'input');

/** An error whose variables have no JSON form. They are left out, and the attempt counts. */
const failedWithoutVariables = (attempts: Attempts, what: string, cause: unknown): Failed =>
  failedWith('Error', failOnce(attempts, `${what}\nIts variables cannot be sent: ${errorText(cause)}`, cause));

/** The failure of a job whose `run` threw an error, or returned one. Never throws. */
export const failedByError = (attempts: Attempts, thrown: unknown): Failed => {
  const own = isJobError(thrown) ? attemptsOfJobError(thrown, attempts) : attempts;
  const message = isBpmnError(thrown) ? cutMessage(String(thrown.message)) : errorText(thrown);
  let error: ErrorVariable;
  try {
    error = errorVariable(thrown, message);
  } catch (cause) {
    const what = isBpmnError(thrown) ? `BPMN error ${thrown.code}: ${errorText(thrown)}` : message;
    return failedWithoutVariables(own, what, cause);
  }
  if (isBpmnError(thrown)) {
    const { variables } = error;
    const outcome = { kind: 'bpmnError', code: thrown.code, message, ...(variables && { variables }) } as const;
    return { kind: 'failed', error, outcome };
  }
  const forGood = !isJobError(thrown) && (isInput(thrown) || isInput(readProperty(thrown, 'cause')));
  const outcome = (forGood ? failForGood : failOnce)(own, message, thrown);
  const variables = isJobError(thrown) ? { ...error.variables, error } : { error };
  return { kind: 'failed', error, outcome: { ...outcome, variables } };
};
