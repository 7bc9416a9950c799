import { isConnectionFault } from '../../../connection/faults.ts';
import type { Connection, ConnectionFault } from '../../../connection/port.ts';
import { type ConnectServices, repeatUntilAnswered } from '../../send/connect.ts';
import { processFile } from './process.ts';

/** Milliseconds for one answer. */
const answerTime = 10_000;

/** The first key that a cluster gives, which is never that of a job: a process has to be deployed before. */
const noJob = '2251799813685249';

/** Deploys the process of the subscriptions; the same bytes again change nothing. */
export const deployProcess = async (connection: Connection, signal: AbortSignal): Promise<void> => {
  const content = Buffer.from(processFile.content);
  await connection.deploy([{ name: processFile.name, content }], { timeout: answerTime, signal });
};

const isRefusal = (error: unknown): error is ConnectionFault => isConnectionFault(error) && error.reason === 'rejected';

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
export const awaitPrepared = (services: ConnectServices): Promise<unknown> => {
  const { connection, signal } = services;
  const prepare = async (): Promise<void> => {
    await deployProcess(connection, signal);
    await tryRenewal(connection, signal);
  };
  return repeatUntilAnswered(prepare, (error) => isConnectionFault(error) && !isRefusal(error), services);
};
