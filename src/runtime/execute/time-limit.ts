import {
  type AbortSubscription,
  abortLazily,
  createLazyAbort,
  type LazyAbort,
  subscribe,
  unsubscribe,
} from '../../common/abort.ts';
import { type Clock, systemClock } from '../../common/clock.ts';
import { fault } from '../../common/fault.ts';
import { checkExtension, extensionAdvice } from '../../connector/extension.ts';
import type { MaybePromise } from '../../connector/types.ts';
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
  /** Sets the watcher, which is made when there is something to say. */
  watch(watcher: () => ReservationWatcher): void;
}

/** What a call of `extend` for a job that has ended is rejected with. */
export const endedFault = (): Error =>
  fault('timeout', {
    what: 'The job cannot get more time: it has its outcome already, or the runtime stops.',
    fix: 'await context.extend(…) before `run` ends, and stop when context.signal fires.',
  });

const longestMargin = 10_000;

/** The part of a job's time that `run` may take. In the rest, a failure reaches the cluster before it times out the job. */
export const runTime = (granted: number): number => granted - Math.min(longestMargin, granted / 10);

/** How many milliseconds `run` may take, as agreed with the cluster for a task with the header `jobTimeout`. */
const agreeOnTime = async (
  jobTimeout: number,
  { attempts, logger }: AttemptParts,
  updateTimeout: UpdateTimeout,
): Promise<number | AttemptResult> => {
  const { milliseconds, certain } = await updateTimeout(jobTimeout);
  if (!certain) logger.warn('The cluster did not confirm the time of the task header jobTimeout.');
  if (milliseconds > 0) return runTime(milliseconds);
  const what = 'The time of the task header jobTimeout was over before the cluster had granted it.';
  return failedWith(errorTypes.timeout, failOnce(attempts, what));
};

/**
 * How many milliseconds `run` may take: a promise only if the cluster is asked, because most tasks have no time of their own.
 */
export const timeOf = (
  parts: AttemptParts,
  updateTimeout: UpdateTimeout | undefined,
): MaybePromise<number | AttemptResult> => {
  const { connector, headers, attempts } = parts;
  const { jobTimeout, problems } = headers;
  // An invalid header has no attempt to wait for.
  if (problems.jobTimeout !== undefined) {
    return failedByInput({ retries: attempts.retries, backoff: 0 }, problems.jobTimeout);
  }
  if (jobTimeout === undefined) return connector.timeout * 1000;
  return updateTimeout === undefined ? runTime(jobTimeout) : agreeOnTime(jobTimeout, parts, updateTimeout);
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

/** An attempt that runs. Plain data: every job has one, and functions of its own would cost each job microseconds. */
interface RunningAttempt {
  readonly parts: AttemptParts;
  readonly services: LimitServices;
  readonly clock: Clock;
  readonly begun: number;
  readonly abort: LazyAbort;
  readonly resolve: (result: AttemptResult | Returned) => void;
  until: number;
  cancelTimer: () => void;
  stop: AbortSubscription | undefined;
  /** What the connector is doing. Absent before it has begun. */
  work: Promise<unknown> | undefined;
  /** Why the attempt ends before its own time, if the cluster does not give it that time. */
  refusal: unknown;
  /** What to say about a call of `extend` that changed nothing and was likely meant in seconds. */
  advice: string | undefined;
  /** Whether its result is known. From then on, nothing may set a timer or abort its signal. */
  isOver: boolean;
}

const nothing = (): void => {};

const finish = (running: RunningAttempt, result: AttemptResult | Returned): void => {
  running.isOver = true;
  running.cancelTimer();
  unsubscribe(running.stop);
  running.resolve(result);
};

/** Ends an attempt whose `run` may go on. */
const leave = (running: RunningAttempt, result: AttemptResult | Returned, reason: Error): void => {
  const { leftRunning } = running.services;
  // What ends it may come from `run` itself, before it has returned.
  if (leftRunning !== undefined) leftRunning(Promise.resolve().then(() => running.work?.then(nothing, nothing)));
  finish(running, result);
  abortLazily(running.abort, reason);
};

const onStop = (running: RunningAttempt): void =>
  leave(running, returned(running.parts.attempts), fault('timeout', { what: stoppedMessage }));

const abandon = (running: RunningAttempt, error: Error): void => {
  if (running.isOver) return;
  const outcome = failOnce(running.parts.attempts, error.message, error);
  leave(running, failedWith(errorTypes.timeout, outcome, plainErrorText(error)), error);
};

const onTimeout = (running: RunningAttempt): void => {
  const { parts, until, begun, refusal, advice } = running;
  const seconds = (until - begun) / 1000;
  const fix = advice === undefined ? {} : { fix: advice };
  const what =
    refusal === undefined
      ? `The ${parts.subject} did not end within its timeout of ${seconds} s.`
      : `The ${parts.subject} did not end within ${seconds} s, and the cluster refuses to leave the job with this runtime any longer: ${errorText(refusal)}`;
  abandon(running, fault('timeout', { what, ...fix }));
};

const limitTo = (running: RunningAttempt, time: number): void => {
  if (running.isOver) return;
  const { clock } = running;
  running.until = time;
  running.cancelTimer();
  running.cancelTimer = clock.timer(Math.max(0, time - clock.now()), () => onTimeout(running));
};

const extend = async (running: RunningAttempt, more: number): Promise<void> => {
  checkExtension(more);
  const { clock, abort, services, parts } = running;
  const wanted = clock.now() + more;
  if (abort.isAborted) throw abort.reason;
  if (wanted <= running.until) {
    if (running.advice === undefined) {
      running.advice = extensionAdvice(more);
      if (running.advice !== undefined) {
        parts.logger.warn(`A call of the ${parts.subject} changes nothing: ${running.advice}`);
      }
    }
    return;
  }
  if (running.isOver) throw endedFault();
  await services.reservation?.extend(more);
  if (abort.isAborted) throw abort.reason;
  if (wanted > running.until) limitTo(running, wanted);
};

const watcherOf = (running: RunningAttempt): ReservationWatcher => ({
  lost: (error) => abandon(running, error),
  refused: (error, left) => {
    running.refusal = error;
    limitTo(running, Math.min(running.until, running.clock.now() + runTime(left)));
  },
});

/** Makes an attempt that ends after its time, and when the runtime stops. What `run` yields later is dropped. */
export const attemptWithin = (
  milliseconds: number,
  parts: AttemptParts,
  services: LimitServices,
): Promise<AttemptResult | Returned> =>
  new Promise((resolve) => {
    const { signal: stopping, clock = systemClock, reservation } = services;
    const begun = clock.now();
    const running: RunningAttempt = {
      parts,
      services,
      clock,
      begun,
      abort: createLazyAbort(),
      resolve,
      until: begun + milliseconds,
      cancelTimer: nothing,
      // Shared, because removing a listener of its own from among those of all active jobs would take longer than the job.
      stop: stopping === undefined ? undefined : subscribe(stopping, () => onStop(running)),
      work: undefined,
      refusal: undefined,
      advice: undefined,
      isOver: false,
    };
    reservation?.watch(() => watcherOf(running));
    running.work = attempt(parts, running.abort, (more) => extend(running, more)).then(
      (result) => finish(running, result),
      (thrown: unknown) => finish(running, failedByError(parts.attempts, thrown)),
    );
    // Behind the first steps of `run`, which would otherwise begin later. No timer can interrupt them anyway.
    limitTo(running, running.until);
  });
