import { settledOrAborted } from '../../../common/abort.ts';
import { fault } from '../../../common/fault.ts';
import { isInputError } from '../../../connector/errors.ts';
import type { MaybePromise } from '../../../connector/types.ts';
import type { CallEnd } from '../call-end.ts';
import { problem, unavailable } from '../http-answer.ts';
import { invalidCall } from './read-request.ts';

const late = (seconds: number): Error =>
  fault('timeout', {
    what: `run did not return within ${seconds} seconds.`,
    fix: 'let run only decide what to publish, and do the work in the process.',
  });

/**
 * Calls `run`, for a limited time. Rejects with its error, or with a fault of kind `timeout` when the signal has fired.
 *
 * @param seconds the time limit, for the error
 */
export const decide = async <Result>(
  run: () => MaybePromise<Result>,
  seconds: number,
  signal: AbortSignal,
): Promise<Result> => {
  let result: { readonly value: Result } | undefined;
  const running = (async () => {
    result = { value: await run() };
  })();
  // A rejection after the time limit has nobody to report to.
  running.catch(() => {});
  await settledOrAborted(running, signal);
  if (result === undefined) throw late(seconds);
  return result.value;
};

/** The end of a call whose `run` threw, or returned something that cannot be carried out. */
export const failedCall = (error: unknown, signal: AbortSignal): CallEnd => {
  // Only the error that `inputError` makes is meant for the caller.
  if (isInputError(error) && error.name === 'InputError') return { ...invalidCall(422, error.message), error };
  if (signal.aborted) {
    return {
      answer: unavailable('The request could not be handled in time. Repeat it.'),
      result: 'unavailable',
      error,
    };
  }
  return { answer: problem(500), result: 'failed', error };
};
