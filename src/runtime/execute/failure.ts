import { isFault } from '../../common/fault.ts';
import { isBpmnError, isJobError, type JobError } from '../../connector/errors.ts';
import type { Outcome } from '../../connector/types.ts';
import { cutMessage, errorText, readProperty } from '../shared/error-text.ts';
import { parseDayTimeDuration } from './duration.ts';
import { type ErrorVariable, errorTypes, errorVariable } from './error-variable.ts';
import type { Headers } from './headers.ts';

/** What a job says about its next attempt. */
export interface Attempts {
  /** Attempts left, the current one included. */
  readonly retries: number;
  /** Milliseconds until the next one, where the failure itself does not say. */
  readonly backoff: number;
}

/** The protocol carries attempts as 32 bits and pauses as 64, of which a double keeps 53. */
export const mostRetries: number = 2 ** 31 - 1;
export const longestBackoff: number = Number.MAX_SAFE_INTEGER;

/** An outcome of kind `fail`. */
export type Failure = Extract<Outcome, { readonly kind: 'fail' }>;

/** A job that did not succeed: what it yields unless the error expression decides otherwise, and what that one sees. */
export interface Failed {
  readonly kind: 'failed';
  readonly outcome: Exclude<Outcome, { readonly kind: 'complete' }>;
  readonly error: ErrorVariable;
}

/** The pause that the task header `retryBackoff` asks for (`undefined`: it is absent), or why it cannot be read. */
export const readBackoff = (
  headers: Headers,
): { readonly ok: true; readonly backoff: number | undefined } | { readonly ok: false; readonly message: string } => {
  const text = Object.hasOwn(headers, 'retryBackoff') ? headers.retryBackoff : undefined;
  if (text === undefined) return { ok: true, backoff: undefined };
  const backoff = parseDayTimeDuration(text);
  // The cluster does not know negative pauses either: it goes on at once.
  if (backoff !== undefined) return { ok: true, backoff: Math.max(0, backoff) };
  const message =
    `Failed to parse retry backoff header: ${JSON.stringify(text)} is no duration. ` +
    'Fix: write e.g. PT30S (days, hours, minutes and seconds) in the task header retryBackoff.';
  return { ok: false, message };
};

/** A failure that another attempt cannot mend: no retries left, so that the cluster raises an incident. */
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

/** Gives the job back as it was: nobody's fault, so no attempt is lost. */
export const failUntouched = ({ retries }: Pick<Attempts, 'retries'>, message: string): Failure => ({
  kind: 'fail',
  message,
  retries: Math.max(0, retries),
  backoff: 0,
});

/** A failure that the library itself found, with its name for `error.type`. */
export const failedWith = (type: string, outcome: Failure): Failed => {
  const error: ErrorVariable = { type, message: outcome.message };
  return { kind: 'failed', error, outcome: { ...outcome, variables: { error } } };
};

/** Bad input: another attempt would find the same. */
export const failedByInput = (attempts: Attempts, message: string, cause?: unknown): Failed =>
  failedWith(errorTypes.input, failForGood(attempts, message, cause));

const isInput = (error: unknown): boolean => isFault(error, 'input');

const attemptsOfJobError = ({ retries, backoff }: JobError, attempts: Attempts): Attempts => ({
  retries: Math.min(retries ?? attempts.retries - 1, mostRetries) + 1,
  backoff: backoff === undefined ? attempts.backoff : Math.min(Math.round(backoff * 1000), longestBackoff),
});

/** An error whose variables have no JSON form is told without them, so that the attempts still end. */
const unfit = (attempts: Attempts, what: string, cause: unknown): Failed =>
  failedWith('Error', failOnce(attempts, `${what}\nIts variables cannot be sent: ${errorText(cause)}`, cause));

/** What becomes of the job when `run` threw, or returned an error. Never throws. */
export const failedByError = (attempts: Attempts, thrown: unknown): Failed => {
  const own = isJobError(thrown) ? attemptsOfJobError(thrown, attempts) : attempts;
  const message = isBpmnError(thrown) ? cutMessage(String(thrown.message)) : errorText(thrown);
  let error: ErrorVariable;
  try {
    error = errorVariable(thrown, message);
  } catch (cause) {
    return unfit(own, isBpmnError(thrown) ? `BPMN error ${thrown.code}: ${errorText(thrown)}` : message, cause);
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
