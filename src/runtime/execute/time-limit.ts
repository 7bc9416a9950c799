import { onAbort } from '../../common/abort.ts';
import { type Clock, systemClock } from '../../common/clock.ts';
import { fault } from '../../common/fault.ts';
import { checkExtension, extensionAdvice } from '../../connector/extension.ts';
import { errorText, plainErrorText } from '../shared/error-text.ts';
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

/** Who is told what becomes of a job while it runs. */
export interface ReservationWatcher {
  /** The job is no longer with this runtime, so its result would not count. */
  lost(error: Error): void;
  /** The cluster refuses to leave the job with this runtime for longer than these milliseconds. */
  refused(error: unknown, milliseconds: number): void;
}

/** The cluster's reservation of a job, which is renewed while the job runs. */
export interface Reservation {
  /**
   * Reserves the job for at least so many milliseconds from now, and for the time that sending a failure takes. Rejects if the
   * cluster refuses, or if the job is lost.
   */
  extend(milliseconds: number): Promise<void>;
  /** Sets the watcher. */
  watch(watcher: ReservationWatcher): void;
}

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
  /** The cluster's reservation of the job. Absent: the job has no cluster, as in a unit test. */
  readonly reservation?: Reservation | undefined;
}

/** Makes an attempt that ends after its time, and when the runtime stops. What `run` yields later is dropped. */
export const attemptWithin = (
  milliseconds: number,
  parts: AttemptParts,
  { signal: stopping, clock = systemClock, leftRunning, reservation }: LimitServices,
): Promise<AttemptResult | Returned> =>
  new Promise((resolve) => {
    const { subject, attempts, logger } = parts;
    const controller = new AbortController();
    const begun = clock.now();
    let until = begun + milliseconds;
    /** Why the attempt ends before its own time, if the cluster does not give it that time. */
    let refusal: unknown;
    /** What to say about a call of `extend` that changed nothing and was likely meant in seconds. */
    let advice: string | undefined;
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
    const abandon = (error: Error): void => {
      leave();
      finish(failedWith(errorTypes.timeout, failOnce(attempts, error.message, error), plainErrorText(error)));
      controller.abort(error);
    };
    const onTimeout = (): void => {
      const seconds = (until - begun) / 1000;
      const fix = advice === undefined ? {} : { fix: advice };
      abandon(
        fault(
          'timeout',
          refusal === undefined
            ? { what: `The ${subject} did not end within its timeout of ${seconds} s.`, ...fix }
            : {
                what: `The ${subject} did not end within ${seconds} s, and the cluster refuses to leave the job with this runtime any longer: ${errorText(refusal)}`,
                ...fix,
              },
        ),
      );
    };
    const limitTo = (time: number): void => {
      until = time;
      cancelTimer();
      cancelTimer = clock.timer(Math.max(0, time - clock.now()), onTimeout);
    };
    const extend = async (more: number): Promise<void> => {
      checkExtension(more);
      const wanted = clock.now() + more;
      if (controller.signal.aborted) throw controller.signal.reason;
      if (wanted <= until) {
        if (advice === undefined) {
          advice = extensionAdvice(more);
          if (advice !== undefined) logger.warn(`A call of the ${subject} changes nothing: ${advice}`);
        }
        return;
      }
      await reservation?.extend(more);
      if (controller.signal.aborted) throw controller.signal.reason;
      if (wanted > until) limitTo(wanted);
    };
    let cancelTimer = clock.timer(milliseconds, onTimeout);
    // Shared, because removing a listener of its own from among those of all active jobs would take longer than the job.
    const ignoreStop = stopping === undefined ? undefined : onAbort([stopping], onStop);
    reservation?.watch({
      lost: abandon,
      refused: (error, left) => {
        refusal = error;
        limitTo(Math.min(until, clock.now() + runTime(left)));
      },
    });
    const running = attempt(parts, controller.signal, extend);
    running.then(finish, (thrown: unknown) => finish(failedByError(attempts, thrown)));
  });
