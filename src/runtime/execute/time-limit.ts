import { onAbort } from '../../common/abort.ts';
import { type Clock, systemClock } from '../../common/clock.ts';
import { fault } from '../../common/fault.ts';
import { type AttemptParts, type AttemptResult, attempt, type Returned, returned } from './attempt.ts';
import { errorTypes } from './error-variable.ts';
import { failedByError, failedByInput, failedWith, failOnce, stoppedMessage } from './failure.ts';

/** How long the cluster reserves a job after the runtime has asked for another time. */
export interface Granted {
  /** Milliseconds from now. */
  readonly milliseconds: number;
  /** Whether the cluster has answered. If not, this is the shorter of the old and the new time. */
  readonly certain: boolean;
}

/** Asks the cluster to reserve the job for a number of milliseconds from now. Rejects if the cluster refuses. */
export type UpdateTimeout = (milliseconds: number) => Promise<Granted>;

const longestMargin = 10_000;

/** The part of a job's time that `run` may take. In the rest, a failure reaches the cluster before it times out the job. */
export const runTime = (granted: number): number => granted - Math.min(longestMargin, granted / 10);

/** How many milliseconds `run` may take, as agreed with the cluster if the task has the header `jobTimeout`. */
export const agreeOnTime = async (
  { connector, headers: { jobTimeout, problems }, attempts, logger }: AttemptParts,
  updateTimeout: UpdateTimeout | undefined,
): Promise<number | AttemptResult> => {
  // An invalid header has no attempt to wait for.
  if (problems.jobTimeout !== undefined) {
    return failedByInput({ retries: attempts.retries, backoff: 0 }, problems.jobTimeout);
  }
  if (jobTimeout === undefined) return connector.timeout * 1000;
  if (updateTimeout === undefined) return runTime(jobTimeout);
  const { milliseconds, certain } = await updateTimeout(jobTimeout);
  if (!certain) logger.warn('The cluster did not confirm the time of the task header jobTimeout.');
  if (milliseconds > 0) return runTime(milliseconds);
  const what = 'The time of the task header jobTimeout was over before the cluster had granted it.';
  return failedWith(errorTypes.timeout, failOnce(attempts, what));
};

/** What limits an attempt besides its time. */
export interface LimitServices {
  /** Fires when the runtime stops. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  /** Receives an attempt that is still running when the limit has ended the job. */
  readonly leftRunning?: (run: Promise<void>) => void;
}

/** Makes an attempt that ends after its time, and when the runtime stops. What `run` yields later is dropped. */
export const attemptWithin = (
  milliseconds: number,
  parts: AttemptParts,
  { signal: stopping, clock = systemClock, leftRunning }: LimitServices,
): Promise<AttemptResult | Returned> =>
  new Promise((resolve) => {
    const { subject, attempts } = parts;
    const controller = new AbortController();
    const finish = (result: AttemptResult | Returned): void => {
      cancelTimer();
      ignoreStop?.();
      resolve(result);
    };
    const leave = (): void => {
      leftRunning?.(
        running.then(
          () => {},
          () => {},
        ),
      );
    };
    const onStop = (): void => {
      leave();
      finish(returned(attempts));
      controller.abort(fault('timeout', { what: stoppedMessage }));
    };
    const onTimeout = (): void => {
      const late = fault('timeout', {
        what: `The ${subject} did not end within its timeout of ${milliseconds / 1000} s.`,
      });
      leave();
      finish(failedWith(errorTypes.timeout, failOnce(attempts, late.message, late)));
      controller.abort(late);
    };
    const cancelTimer = clock.timer(milliseconds, onTimeout);
    // Shared, because removing a listener of its own from among those of all active jobs would take longer than the job.
    const ignoreStop = stopping === undefined ? undefined : onAbort([stopping], onStop);
    const running = attempt(parts, controller.signal);
    running.then(finish, (thrown: unknown) => finish(failedByError(attempts, thrown)));
  });
