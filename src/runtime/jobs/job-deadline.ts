import type { Clock } from '../../common/clock.ts';
import { isConnectionFault } from '../../connection/faults.ts';
import type { Connection } from '../../connection/port.ts';
import type { UpdateTimeout } from '../execute/time-limit.ts';

/** The time until which the cluster leaves a job with this runtime. */
export interface JobDeadline {
  /** The deadline now, on the runtime's clock. */
  at(): number;
  /** When the cluster may have offered the job, on the runtime's clock. */
  readonly offeredAt: number;
  /** Asks the cluster for another deadline; sends one request. */
  readonly updateTimeout: UpdateTimeout;
}

/** Milliseconds for the cluster's answer. */
const answerTimeout = 10_000;

/**
 * Creates the deadline of an active job.
 *
 * A request without an answer may or may not have reached the cluster, so the earlier of both deadlines counts. A request
 * that the cluster refuses rejects and changes nothing. After the deadline, no request is made: it would give time to the runtime
 * that has the job then.
 *
 * @param offeredAt when the cluster may have offered the job, on the runtime's clock
 * @param deadline when the cluster takes the job away unless it is asked for more time, on the runtime's clock
 * @param signal ends the wait for an answer
 */
export const createJobDeadline = (
  jobKey: string,
  offeredAt: number,
  deadline: number,
  connection: Pick<Connection, 'send'>,
  clock: Pick<Clock, 'now'>,
  signal: AbortSignal,
): JobDeadline => {
  let current = deadline;
  return {
    at: () => current,
    offeredAt,
    updateTimeout: async (milliseconds) => {
      const now = clock.now();
      if (now >= current) return { milliseconds: current - now, certain: true };
      const wanted = now + milliseconds;
      let certain = true;
      try {
        const command = { kind: 'updateJobTimeout', jobKey, timeout: milliseconds } as const;
        await connection.send(command, { timeout: answerTimeout, signal });
      } catch (error) {
        if (!isConnectionFault(error) || error.reason !== 'transient') throw error;
        certain = false;
      }
      current = certain ? wanted : Math.min(current, wanted);
      return { milliseconds: current - clock.now(), certain };
    },
  };
};
