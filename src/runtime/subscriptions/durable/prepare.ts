import { nextDelay } from '../../../common/backoff.ts';
import { pause } from '../../../common/clock.ts';
import { isFault } from '../../../common/fault.ts';
import type { Connection, ConnectionFault } from '../../../connection/port.ts';
import type { SchedulerServices } from '../scheduler.ts';
import { processFile } from './process.ts';

/** Milliseconds for one answer. */
const answerTime = 10_000;

const pauses = { base: 200, cap: 5_000 };

/** The first key that a cluster gives, which is never that of a job: a process has to be deployed before. */
const noJob = '2251799813685249';

/** Deploys the process of the subscriptions; the same bytes again change nothing. */
export const deployProcess = async (connection: Connection, signal: AbortSignal): Promise<void> => {
  const content = Buffer.from(processFile.content);
  await connection.deploy([{ name: processFile.name, content }], { timeout: answerTime, signal });
};

const isRefusal = (error: unknown): error is ConnectionFault =>
  isFault(error, 'connection') && (error as ConnectionFault).reason === 'rejected';

/** Tries whether leases can be renewed, on a job that does not exist; old clusters do not know how. */
const tryRenewal = async (connection: Connection, signal: AbortSignal): Promise<void> => {
  try {
    const command = { kind: 'updateJobTimeout', jobKey: noJob, timeout: answerTime } as const;
    await connection.send(command, { timeout: answerTime, signal });
  } catch (error) {
    if (isRefusal(error) && error.status !== 'UNIMPLEMENTED' && error.status !== 'PERMISSION_DENIED') return;
    throw error;
  }
};

/**
 * Makes the cluster ready to keep subscriptions, however long it takes to answer.
 *
 * @returns why the cluster refuses; nothing when it is ready
 */
export const awaitPrepared = async ({
  connection,
  clock,
  emit,
  signal,
}: Pick<SchedulerServices, 'connection' | 'clock' | 'emit' | 'signal'>): Promise<unknown> => {
  for (let attempt = 1; ; attempt++) {
    try {
      await deployProcess(connection, signal);
      await tryRenewal(connection, signal);
      return undefined;
    } catch (error) {
      if (signal.aborted || isRefusal(error) || !isFault(error, 'connection')) return error;
      emit('connection:waiting', { address: connection.address, attempt, error });
      await pause(clock, nextDelay(attempt - 1, clock.random(), pauses), signal);
    }
  }
};
