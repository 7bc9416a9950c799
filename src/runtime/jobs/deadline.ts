import type { Clock } from '../../common/clock.ts';
import { isFault } from '../../common/fault.ts';
import type { Connection, ConnectionFault } from '../../connection/port.ts';
import type { UpdateTimeout } from '../execute/job-timeout.ts';

/** The time for which the cluster leaves a job with us. */
export interface Lease {
  /** When it ends, on our clock. */
  deadline(): number;
  /** Asks for another time, once. */
  readonly updateTimeout: UpdateTimeout;
}

/** Milliseconds for the cluster's answer. */
const answerTime = 10_000;

/**
 * Opens the lease of a job in hand.
 *
 * A request without an answer may have reached the cluster or not, so the shorter of both times holds. One that the
 * cluster refuses rejects, and leaves the lease as it was.
 *
 * @param deadline when the cluster takes the job away unless it is asked, on our clock
 * @param signal ends the waiting for an answer
 */
export const openLease = (
  jobKey: string,
  deadline: number,
  connection: Pick<Connection, 'send'>,
  clock: Pick<Clock, 'now'>,
  signal: AbortSignal,
): Lease => {
  let ends = deadline;
  return {
    deadline: () => ends,
    updateTimeout: async (milliseconds) => {
      const wanted = clock.now() + milliseconds;
      let certain = true;
      try {
        const command = { kind: 'updateJobTimeout', jobKey, timeout: milliseconds } as const;
        await connection.send(command, { timeout: answerTime, signal });
      } catch (error) {
        if (!isFault(error, 'connection') || (error as ConnectionFault).reason !== 'transient') throw error;
        certain = false;
      }
      ends = certain ? wanted : Math.min(ends, wanted);
      return { milliseconds: ends - clock.now(), certain };
    },
  };
};
