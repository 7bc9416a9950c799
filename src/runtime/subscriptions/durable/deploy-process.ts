import { isConnectionFault } from '../../../connection/faults.ts';
import type { Connection, ConnectionFault } from '../../../connection/port.ts';
import { type ConnectServices, repeatUntilAnswered } from '../../send/await-cluster.ts';
import { processFile } from './subscription-process.ts';

/** Milliseconds to wait for one answer. */
const answerTime = 10_000;

/** The first key that a cluster assigns. It is never a job's key, since a process must be deployed before. */
const noJob = '2251799813685249';

/** Deploys the process of the subscriptions; deploying the same bytes again changes nothing. */
export const deployProcess = async (connection: Connection, signal: AbortSignal): Promise<void> => {
  const content = Buffer.from(processFile.content);
  await connection.deploy([{ name: processFile.name, content }], { timeout: answerTime, signal });
};

const isRefusal = (error: unknown): error is ConnectionFault => isConnectionFault(error) && error.reason === 'rejected';

/** Checks on a job that does not exist whether the cluster can extend job timeouts; old clusters cannot. */
const checkRenewal = async (connection: Connection, signal: AbortSignal): Promise<void> => {
  try {
    const command = { kind: 'updateJobTimeout', jobKey: noJob, timeout: answerTime } as const;
    await connection.send(command, { timeout: answerTime, signal });
  } catch (error) {
    if (isRefusal(error) && error.status !== 'UNIMPLEMENTED' && error.status !== 'PERMISSION_DENIED') return;
    throw error;
  }
};

/**
 * Prepares the cluster for durable subscriptions. Waits until the cluster answers.
 *
 * @returns the error that the cluster refuses with; `undefined` when the cluster is ready
 */
export const awaitPrepared = (services: ConnectServices): Promise<unknown> => {
  const { connection, signal } = services;
  const prepare = async (): Promise<void> => {
    await deployProcess(connection, signal);
    await checkRenewal(connection, signal);
  };
  return repeatUntilAnswered(prepare, (error) => isConnectionFault(error) && !isRefusal(error), services);
};
