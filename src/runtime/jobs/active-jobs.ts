import type { Clock } from '../../common/clock.ts';
import type { ActivatedJob, Connection, StreamRequest } from '../../connection/port.ts';
import type { Outcome } from '../../connector/types.ts';
import { stoppedMessage } from '../execute/attempt.ts';
import { failOnce, failUntouched } from '../execute/failure.ts';
import type { Sender } from '../send/sender.ts';
import type { DeliveryLimits, Settled } from '../shared/delivery.ts';
import { errorText } from '../shared/error-text.ts';
import type { Emit } from '../shared/events.ts';
import { type Lease, openLease } from './deadline.ts';
import type { Capacity } from './slots.ts';

/** One job type and what handles it. */
export interface Worker {
  readonly type: string;
  /** Name for events and status. */
  readonly connector: string;
  readonly maxJobs: number;
  /** Milliseconds that the cluster leaves a job with us. */
  readonly jobTimeout: number;
  /** Variables to fetch; none: all. */
  readonly variables?: readonly string[];
  /** Most jobs of one request, so that other runtimes get a share of a backlog; absent: as many as there are places. */
  readonly batch?: number;
  /** A type of the runtime's own, whose jobs are told as something else than jobs. */
  readonly quiet?: boolean;
  /** Have its jobs pushed where the cluster does that. */
  readonly push?: boolean;
  /**
   * What the job yields. Never rejects. The signal fires when the runtime cannot wait any longer; the lease is for
   * a job that needs another time.
   */
  readonly handle: (
    job: ActivatedJob,
    signal: AbortSignal,
    lease: Lease,
    /** To be told of work that goes on after its outcome: it keeps the job's place until it has ended. */
    leftRunning: (work: Promise<void>) => void,
  ) => Promise<Outcome | Settled>;
}

/** The part that is the same in every request for the worker's jobs, asked for or pushed. */
export const jobsOf = (worker: Worker, workerName: string): StreamRequest => ({
  type: worker.type,
  worker: workerName,
  timeout: worker.jobTimeout,
  ...(worker.variables === undefined ? {} : { fetchVariables: worker.variables }),
});

/** What the hands work with. */
export interface HandsServices {
  readonly connection: Pick<Connection, 'send'>;
  readonly capacity: Capacity;
  readonly sender: Sender;
  readonly clock: Clock;
  readonly emit: Emit;
}

/** Sees jobs through. */
export interface Hands {
  /**
   * Executes a job, settles it and gives its place back. Never rejects.
   *
   * @param waited milliseconds that the job may have waited since it was handed out
   */
  see(worker: Worker, job: ActivatedJob, waited?: number): Promise<void>;
  /** Hands a job back with the attempts that it had. It holds no place. Never rejects. */
  giveBack(worker: Worker, job: ActivatedJob, message?: string): Promise<void>;
  /** Jobs in hand of a type. */
  inFlight(type: string): number;
}

/**
 * Makes the hands.
 *
 * @param force aborts the jobs that run
 * @param giveUp ends the waiting for the cluster's answers
 */
export const createHands = (
  { connection, capacity, sender, clock, emit }: HandsServices,
  force: AbortSignal,
  giveUp: AbortSignal,
): Hands => {
  const running = new Map<string, number>();

  /** By our own clock: the cluster's may show another time. */
  const deadlineOf = (worker: Worker, waited = 0): number => clock.now() + worker.jobTimeout - waited;

  const limits = (job: ActivatedJob, deadline: number): DeliveryLimits => ({
    subject: job.key,
    deadline,
    signal: giveUp,
  });

  const giveBack: Hands['giveBack'] = async (worker, job, message = stoppedMessage) => {
    const outcome = failUntouched(job, message);
    const delivery = await sender.settle(job, outcome, limits(job, deadlineOf(worker)));
    if (worker.quiet !== true) emit('job:returned', { connector: worker.connector, job, delivery });
  };

  const see: Hands['see'] = async (worker, job, waited) => {
    const { connector, type } = worker;
    const started = clock.now();
    const deadline = deadlineOf(worker, waited);
    const lease = openLease(job.key, deadline, connection, clock, force);
    running.set(type, (running.get(type) ?? 0) + 1);
    if (worker.quiet !== true) emit('job:started', { connector, job });
    let left: Promise<void> | undefined;
    let isLeft = false;
    let yielded: Outcome | Settled;
    try {
      yielded = await worker.handle(job, force, lease, (work) => {
        isLeft = true;
        left = work.then(() => {
          isLeft = false;
        });
      });
    } catch (error) {
      yielded = failOnce({ retries: job.retries, backoff: 0 }, errorText(error), error);
    }
    const handled = clock.now() - started;
    const { outcome, delivery } =
      yielded.kind === 'settled'
        ? yielded
        : { outcome: yielded, delivery: await sender.settle(job, yielded, limits(job, lease.deadline())) };
    const leave = (): void => void running.set(type, (running.get(type) ?? 0) - 1);
    const overran = isLeft ? left : undefined;
    if (overran === undefined) leave();
    const took = Math.round(clock.now() - started);
    if (worker.quiet !== true) emit('job:settled', { connector, job, outcome, delivery, handled, took });
    if (overran === undefined) {
      capacity.release(type, 1);
      return;
    }
    emit('job:overran', { connector, job });
    // Not waited for, so that it does not hold up the end of the runtime.
    void overran.then(() => {
      leave();
      capacity.release(type, 1);
    });
  };

  return { see, giveBack, inFlight: (type) => running.get(type) ?? 0 };
};
