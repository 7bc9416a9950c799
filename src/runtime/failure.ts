import { isBpmnError, isJobError } from '../connector/errors.ts';
import type { Outcome } from '../connector/types.ts';
import { toJson } from '../connector/values.ts';
import { parseDayTimeDuration } from './duration.ts';
import { cutMessage, errorText } from './text.ts';

/** What a job says about its next attempt. */
export interface Attempts {
  /** Attempts left, the current one included. */
  readonly retries: number;
  /** Milliseconds from the task header `retryBackoff`; 0 without one. */
  readonly backoff: number;
}

/** The protocol carries attempts as 32 bits and pauses as 64, of which a double keeps 53. */
const mostRetries = 2 ** 31 - 1;
const longestBackoff = Number.MAX_SAFE_INTEGER;

/** An outcome of kind `fail`. */
export type Failure = Extract<Outcome, { readonly kind: 'fail' }>;

/** The pause that the task header `retryBackoff` asks for, or why it cannot be read. */
export const readBackoff = (
  headers: Readonly<Record<string, string>>,
): { readonly ok: true; readonly backoff: number } | { readonly ok: false; readonly message: string } => {
  const text = Object.hasOwn(headers, 'retryBackoff') ? headers.retryBackoff : undefined;
  if (text === undefined) return { ok: true, backoff: 0 };
  const backoff = parseDayTimeDuration(text);
  // The cluster does not know negative pauses either: it goes on at once.
  if (backoff !== undefined) return { ok: true, backoff: Math.max(0, backoff) };
  const message =
    `Failed to parse retry backoff header: ${JSON.stringify(text)} is no duration. ` +
    'To mend it: write e.g. PT30S (days, hours, minutes and seconds) in the task header retryBackoff.';
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
  retries: Math.max(0, retries - 1),
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

const variablesOf = (
  variables: Readonly<Record<string, unknown>> | undefined,
): { readonly variables?: Readonly<Record<string, unknown>> } =>
  variables === undefined ? {} : { variables: toJson(variables) as Record<string, unknown> };

const unfitVariables = (attempts: Attempts, what: string, cause: unknown): Failure =>
  failOnce(attempts, `${what}\nIts variables cannot be sent: ${errorText(cause)}`, cause);

/** The outcome of whatever `run` threw, or of an error that it returned. Never throws. */
export const outcomeOfError = (attempts: Attempts, thrown: unknown): Outcome => {
  if (isBpmnError(thrown)) {
    try {
      return {
        kind: 'bpmnError',
        code: thrown.code,
        message: cutMessage(thrown.message),
        ...variablesOf(thrown.variables),
      };
    } catch (cause) {
      return unfitVariables(attempts, `BPMN error ${thrown.code}: ${errorText(thrown)}`, cause);
    }
  }
  if (!isJobError(thrown)) return failOnce(attempts, errorText(thrown), thrown);
  const own: Attempts = {
    retries: Math.min(thrown.retries ?? attempts.retries - 1, mostRetries) + 1,
    backoff:
      thrown.backoff === undefined ? attempts.backoff : Math.min(Math.round(thrown.backoff * 1000), longestBackoff),
  };
  try {
    return { ...failOnce(own, errorText(thrown), thrown), ...variablesOf(thrown.variables) };
  } catch (cause) {
    return unfitVariables(own, errorText(thrown), cause);
  }
};
