import { nextDelay } from '../../common/backoff.ts';
import { type Clock, pause } from '../../common/clock.ts';
import { isConnectionFault } from '../../connection/faults.ts';
import type { Connection } from '../../connection/port.ts';
import type { Emit } from '../shared/events.ts';

/** What waiting for the cluster works with. */
export interface ConnectServices {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Ends the wait. */
  readonly signal: AbortSignal;
}

const pauses = { base: 200, cap: 5_000 };

/** Milliseconds for one answer. */
const answerTimeout = 10_000;

/** Waiting helps against an outage, not against a wrong secret or certificate. */
const isTransient = (error: unknown): boolean => isConnectionFault(error) && error.reason === 'transient';

/**
 * Repeats a call with growing pauses until it succeeds, fails in a way that waiting does not fix, or the signal fires.
 *
 * @param call the first call that needs an answer from the cluster
 * @param mayRetry whether waiting can help against this error
 * @returns the last error; `undefined` when the call succeeded
 */
export const repeatUntilAnswered = async (
  call: () => Promise<unknown>,
  mayRetry: (error: unknown) => boolean,
  { connection, clock, emit, signal }: ConnectServices,
): Promise<unknown> => {
  for (let attempt = 1; ; attempt++) {
    try {
      await call();
      return undefined;
    } catch (error) {
      if (signal.aborted || !mayRetry(error)) return error;
      emit('connection:waiting', { address: connection.address, attempt, error });
      await pause(clock, nextDelay(attempt - 1, clock.random(), pauses), signal);
      if (signal.aborted) return error;
    }
  }
};

/**
 * Waits until the cluster answers, however long it takes. Rejects with the connection's error when waiting does not help:
 * wrong credentials, a wrong certificate, an address without a Camunda gateway.
 *
 * @returns whether the cluster answered; `false` when the signal fired first
 */
export const awaitCluster = async (services: ConnectServices): Promise<boolean> => {
  const { connection, signal } = services;
  if (signal.aborted) return false;
  const askTopology = (): Promise<unknown> => connection.topology({ signal, timeout: answerTimeout });
  const error = await repeatUntilAnswered(askTopology, isTransient, services);
  if (signal.aborted) return false;
  if (error !== undefined) throw error;
  return true;
};
