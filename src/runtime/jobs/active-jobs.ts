import type { Clock } from '../../common/clock.ts';
import type { ActivatedJob, Connection } from '../../connection/port.ts';
import type { Outcome } from '../../connector/types.ts';
import { failOnce, failUntouched, stoppedMessage } from '../execute/failure.ts';
import type { Sender } from '../send/sender.ts';
import type { Settled } from '../shared/delivery.ts';
import { errorText } from '../shared/error-text.ts';
import type { Emit } from '../shared/events.ts';
import { createJobDeadline } from './job-deadline.ts';
import type { Slots } from './slots.ts';
import type { Worker } from './worker.ts';

/** Milliseconds for which the result of a job with a lease token is sent, also after the time of the job. */
const lateResultTime = 30_000;

/** What {@link createActiveJobs} works with. */
export interface ActiveJobsServices {
  readonly connection: Pick<Connection, 'send'>;
  readonly slots: Slots;
  readonly sender: Sender;
  readonly clock: Clock;
  readonly emit: Emit;
}

/** The jobs that run now. */
export interface ActiveJobs {
  /**
   * Runs a job, settles it and releases its slot. Never rejects. A job whose time may be over already does not run, since
   * another runtime may have it.
   *
   * @param waited milliseconds for which the job may have waited since the cluster offered it
   */
  run(worker: Worker, job: ActivatedJob, waited?: number): Promise<void>;
  /**
   * Returns a job that was not started to the cluster, with all its retries. It takes no slot. Never rejects.
   *
   * @param waited milliseconds for which the job may have waited since the cluster offered it
   */
  returnUnstarted(worker: Worker, job: ActivatedJob, message?: string, waited?: number): Promise<void>;
  /** How many jobs of a type are active. */
  inFlight(type: string): number;
}

/**
 * Creates an empty set of active jobs.
 *
 * @param force aborts the jobs that run
 * @param giveUp ends the wait for the cluster's answers
 */
export const createActiveJobs = (
  { connection, slots, sender, clock, emit }: ActiveJobsServices,
  force: AbortSignal,
  giveUp: AbortSignal,
): ActiveJobs => {
  const counts = new Map<string, number>();

  const count = (type: string, change: 1 | -1): void => {
    counts.set(type, (counts.get(type) ?? 0) + change);
  };

  const returnUnstarted: ActiveJobs['returnUnstarted'] = async (worker, job, message = stoppedMessage, waited = 0) => {
    const limits = { subject: job.key, deadline: clock.now() + worker.jobTimeout - waited, signal: giveUp };
    const delivery = await sender.settle(job, failUntouched(job, message), limits);
    if (worker.internal !== true) emit('job:returned', { connector: worker.connector, job, delivery });
  };

  const run: ActiveJobs['run'] = async (worker, job, waited = 0) => {
    const { connector, type, internal = false } = worker;
    const started = clock.now();
    if (waited >= worker.jobTimeout) {
      // Its deadline has passed, so this sends nothing.
      await returnUnstarted(worker, job, stoppedMessage, waited);
      slots.release(type, 1);
      return;
    }
    // Measured on this runtime's clock, since the cluster's may show another time.
    const offeredAt = started - waited;
    const deadline = createJobDeadline(job, offeredAt, worker, { connection, sender, clock, signal: force });
    count(type, 1);
    if (!internal) emit('job:started', { connector, job });
    let remaining: Promise<void> | undefined;
    let isRemaining = false;
    let result: Outcome | Settled;
    try {
      result = await worker.handle(job, force, deadline, (work) => {
        isRemaining = true;
        remaining = work.then(() => {
          isRemaining = false;
        });
      });
    } catch (error) {
      result = failOnce({ retries: job.retries, backoff: 0 }, errorText(error), error);
    }
    const ended = clock.now();
    const handled = ended - started;
    let outcome: Outcome;
    let delivery: Settled['delivery'];
    if (result.kind === 'settled') {
      ({ outcome, delivery } = result);
    } else {
      outcome = result;
      // With a token, a late result does no harm: the cluster refuses it if another worker has the job.
      const until = job.leaseToken === undefined ? deadline.at : () => Math.max(deadline.at(), ended + lateResultTime);
      delivery =
        deadline.lost() ?? (await sender.settle(job, outcome, { subject: job.key, deadline: until, signal: giveUp }));
    }
    deadline.end();
    const overrun = isRemaining ? remaining : undefined;
    if (overrun === undefined) count(type, -1);
    const took = Math.round(clock.now() - started);
    if (!internal) emit('job:settled', { connector, job, outcome, delivery, handled, took });
    if (overrun === undefined) {
      slots.release(type, 1);
      return;
    }
    emit('job:overran', { connector, job });
    // Not awaited, so that this work does not delay the stop of the runtime.
    void overrun.then(() => {
      count(type, -1);
      slots.release(type, 1);
    });
  };

  return { run, returnUnstarted, inFlight: (type) => counts.get(type) ?? 0 };
};
