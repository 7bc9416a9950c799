import type { Clock } from '../../common/clock.ts';
import { isConnectionFault } from '../../connection/faults.ts';
import type { Connection } from '../../connection/port.ts';
import type { Reservation, ReservationWatcher, UpdateTimeout } from '../execute/time-limit.ts';
import { type CommandedJob, timeoutCommand } from '../send/command.ts';
import type { Sender } from '../send/sender.ts';
import type { Delivery } from '../shared/delivery.ts';
import { createRenewal, type Renewal } from './renewal.ts';
import { type JobRequest, jobMargin } from './requests.ts';

/** The time until which the cluster leaves a job with this runtime. */
export interface JobDeadline extends Reservation {
  /** The deadline now, on the runtime's clock. */
  at(): number;
  /** When the cluster may have offered the job, on the runtime's clock. */
  readonly offeredAt: number;
  /** Asks the cluster for another deadline; sends one request. */
  readonly updateTimeout: UpdateTimeout;
  /** What became of a job that this runtime lost while it ran. */
  lost(): Delivery | undefined;
  /** Ends the renewals. */
  end(): void;
}

/** What {@link createJobDeadline} works with. */
export interface DeadlineServices {
  readonly connection: Pick<Connection, 'send'>;
  readonly sender: Pick<Sender, 'send'>;
  readonly clock: Clock;
  /** Ends the waits for answers. */
  readonly signal: AbortSignal;
}

/** Milliseconds for the cluster's answer. */
const answerTimeout = 10_000;

/**
 * Creates the deadline of an active job. A job that needs more time than it was offered for is renewed until that time.
 *
 * A request without an answer may or may not have reached the cluster, so the earlier of both deadlines counts. A request
 * that the cluster refuses rejects and changes nothing. After the deadline, no request is made: it would give time to the runtime
 * that has the job then.
 *
 * @param offeredAt when the cluster may have offered the job, on the runtime's clock
 */
export const createJobDeadline = (
  job: CommandedJob,
  offeredAt: number,
  { jobTimeout, keepFor = jobTimeout, lease = jobTimeout }: Pick<JobRequest, 'jobTimeout' | 'keepFor' | 'lease'>,
  { connection, sender, clock, signal }: DeadlineServices,
): JobDeadline => {
  let current = offeredAt + jobTimeout;
  // Most jobs need no renewal.
  let renewal: Renewal | undefined;
  let hasEnded = false;
  let watcher: (() => ReservationWatcher) | undefined;

  const renewed = (): Renewal => {
    renewal ??= createRenewal(job, lease, current, { sender, clock, signal, watcher: () => watcher?.() });
    // One that is made late, by `run` after its job has ended, must ask for nothing.
    if (hasEnded) renewal.end();
    return renewal;
  };

  if (keepFor > jobTimeout) renewed().keepUntil(offeredAt + keepFor, offeredAt);

  return {
    at: () => renewal?.until() ?? current,
    offeredAt,
    updateTimeout: async (milliseconds) => {
      // The time of the task replaces the connector's.
      renewal?.end();
      current = renewal?.until() ?? current;
      renewal = undefined;
      const now = clock.now();
      if (now >= current) return { milliseconds: current - now, certain: true };
      const wanted = now + milliseconds;
      let certain = true;
      try {
        const command = timeoutCommand(job, milliseconds);
        await connection.send(command, { timeout: answerTimeout, signal });
      } catch (error) {
        if (!isConnectionFault(error) || error.reason !== 'transient') throw error;
        certain = false;
      }
      current = certain ? wanted : Math.min(current, wanted);
      return { milliseconds: current - clock.now(), certain };
    },
    extend: async (milliseconds) => {
      const wanted = clock.now() + milliseconds + jobMargin;
      if (renewal !== undefined || wanted > current) await renewed().extend(wanted);
    },
    watch: (given) => {
      watcher = given;
    },
    lost: () => renewal?.lost(),
    end: () => {
      hasEnded = true;
      renewal?.end();
    },
  };
};
