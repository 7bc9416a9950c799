import { isConnectionFault } from '../../../connection/faults.ts';
import type { Connection, ConnectionFault, TenantSelection } from '../../../connection/port.ts';
import { type ConnectServices, repeatUntilAnswered } from '../../send/await-cluster.ts';
import { processFile } from './subscription-process.ts';

/** Milliseconds to wait for one answer. */
const answerTime = 10_000;

/** The first key that a cluster assigns. It is never a job's key, since a process must be deployed before. */
const noJob = '2251799813685249';

/**
 * Deploys a process of the runtime; deploying the same bytes again changes nothing.
 *
 * @param tenantId the tenant that gets it; absent: the tenant of the connection
 * @param file default: the process of the subscriptions
 */
export const deployProcess = async (
  connection: Connection,
  signal: AbortSignal,
  tenantId?: string,
  file: typeof processFile = processFile,
): Promise<void> => {
  const content = Buffer.from(file.content);
  const options = { timeout: answerTime, signal, ...(tenantId === undefined ? {} : { tenantId }) };
  await connection.deploy([{ name: file.name, content }], options);
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
 * The tenants in which the process is deployed at the start; `undefined`: the tenant of the connection. With the tenant filter
 * `ASSIGNED`, the tenants are not known before their first activation.
 */
export const knownTenants = (selection: TenantSelection = {}): readonly (string | undefined)[] => {
  const { tenantIds = [], tenantFilter } = selection;
  if (tenantFilter === 'ASSIGNED') return [];
  return tenantIds.length === 0 ? [undefined] : tenantIds;
};

/** Whether waiting can help: the cluster does not answer. */
const isUnanswered = (error: unknown): boolean => isConnectionFault(error) && !isRefusal(error);

/**
 * Deploys a process of the runtime in a tenant. Waits until the cluster answers.
 *
 * @param file default: the process of the subscriptions
 * @returns the error that the cluster refuses with; `undefined` when the process is deployed
 */
export const awaitDeployed = (
  services: ConnectServices,
  tenantId: string | undefined,
  file: typeof processFile = processFile,
): Promise<unknown> => {
  const { connection, signal } = services;
  return repeatUntilAnswered(() => deployProcess(connection, signal, tenantId, file), isUnanswered, services);
};

/**
 * Prepares the cluster for durable subscriptions. Waits until the cluster answers.
 *
 * @param tenants where to deploy the process
 * @returns the error that the cluster refuses with; `undefined` when the cluster is ready
 */
export const awaitPrepared = (
  services: ConnectServices,
  tenants: readonly (string | undefined)[],
): Promise<unknown> => {
  const { connection, signal } = services;
  const prepare = async (): Promise<void> => {
    for (const tenantId of tenants) await deployProcess(connection, signal, tenantId);
    await checkRenewal(connection, signal);
  };
  return repeatUntilAnswered(prepare, isUnanswered, services);
};
