import { nextDelay } from '../../common/backoff.ts';
import { type Clock, pause } from '../../common/clock.ts';
import { isFault } from '../../common/fault.ts';
import type { Connection, ConnectionFault } from '../../connection/port.ts';
import type { Emit } from '../shared/events.ts';

const pauses = { base: 200, cap: 5_000 };

/** Milliseconds for one answer. */
const answerTime = 10_000;

/** Whether waiting may help: an outage ends by itself, a wrong secret or certificate does not. */
const mayEnd = (error: unknown): boolean =>
  isFault(error, 'connection') && (error as ConnectionFault).reason === 'transient';

/**
 * Waits until the cluster answers, however long it takes. Rejects with the connection's own error when waiting does not
 * help: wrong credentials, wrong certificate, an address where no gateway of Camunda is.
 *
 * @returns whether the cluster answered; `false` when the signal fired before
 */
export const awaitCluster = async (
  connection: Connection,
  clock: Clock,
  emit: Emit,
  signal: AbortSignal,
): Promise<boolean> => {
  for (let attempt = 1; !signal.aborted; attempt++) {
    try {
      await connection.topology({ signal, timeout: answerTime });
      return !signal.aborted;
    } catch (error) {
      if (signal.aborted) return false;
      if (!mayEnd(error)) throw error;
      emit('connection:waiting', { address: connection.address, attempt, error });
      await pause(clock, nextDelay(attempt - 1, clock.random(), pauses), signal);
    }
  }
  return false;
};
