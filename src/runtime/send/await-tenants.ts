import { connectionFault, isConnectionFault } from '../../connection/faults.ts';
import type { CallOptions, Connection, TenantSelection } from '../../connection/port.ts';
import { defaultTenant, isAboutTenant, tenantSettings, tenantsText } from '../../connection/tenants.ts';
import { type ConnectServices, repeatUntilAnswered } from './await-cluster.ts';

/** The job type of the request that shows what the cluster says about a tenant. No process has it, so no job is activated. */
const probeType = '_camunda_connectors_tenants';

/** Milliseconds for one answer. */
const answerTime = 5_000;

/**
 * The requests that show whether a client may use some tenants: one for each of them.
 *
 * @example
 * tenantProbes({ tenantIds: ['north', 'south'] }); // [{ tenantIds: ['north'] }, { tenantIds: ['south'] }]
 */
export const tenantProbes = ({ tenantIds = [], tenantFilter }: TenantSelection): readonly TenantSelection[] => {
  if (tenantFilter === 'ASSIGNED') return [{ tenantFilter }];
  return tenantIds.length === 0 ? [{}] : tenantIds.map((id) => ({ tenantIds: [id] }));
};

/** Requests jobs of a type that no process has. Rejects as any request for jobs of these tenants would. */
export const requestNoJob = async (
  connection: Connection,
  tenants: TenantSelection,
  options: CallOptions = {},
): Promise<void> => {
  const limits = { worker: 'camunda-connectors', timeout: 1_000, maxJobs: 1, requestTimeout: -1 };
  await connection.activateJobs({ type: probeType, ...limits, ...tenants }, { timeout: answerTime, ...options });
};

/** Whether the cluster refuses the tenants themselves, which waiting does not change. */
export const isTenantRefusal = (error: unknown, { tenantFilter }: TenantSelection): boolean =>
  isConnectionFault(error) &&
  error.reason === 'rejected' &&
  (isAboutTenant(error.message) || (tenantFilter === 'ASSIGNED' && error.status === 'UNIMPLEMENTED'));

const isOutage = (error: unknown): boolean => isConnectionFault(error) && error.status === 'UNAVAILABLE';

/**
 * What the cluster's answer to "who am I" says against the tenants; `undefined`: nothing. From Camunda 8.8 on, a request for
 * jobs of a tenant that the client may not use brings no jobs, and no error either.
 *
 * @param allowed the tenants of the client; none if the cluster does not tell
 */
export const identityProblem = (
  { tenantIds = [], tenantFilter }: TenantSelection,
  allowed: readonly string[],
): { readonly what: string; readonly fix: string } | undefined => {
  if (tenantFilter === 'ASSIGNED' || allowed.length === 0) return undefined;
  if (tenantIds.length === 0) {
    if (allowed.includes(defaultTenant)) return undefined;
    return {
      what: `The client may use ${tenantsText({ tenantIds: allowed })}, but none is set, so that it would get no jobs.`,
      fix: `set ${tenantSettings}, e.g. CAMUNDA_TENANT_IDS=${allowed.join(',')}`,
    };
  }
  const refused = tenantIds.filter((id) => !allowed.includes(id));
  if (refused.length === 0) return undefined;
  return {
    what: `The client may not use ${tenantsText({ tenantIds: refused })}, so that it would get no jobs of ${refused.length === 1 ? 'it' : 'them'}. It may use ${tenantsText({ tenantIds: allowed })}.`,
    fix: `assign the client to the tenant, or correct ${tenantSettings}.`,
  };
};

/** Throws if the cluster tells who the client is, and this client may not use the tenants. */
const checkIdentity = async (
  { identity, streamJobs, address }: Connection,
  tenants: TenantSelection,
  signal: AbortSignal,
): Promise<void> => {
  // Beside gRPC, the REST API may be out of reach, so it is asked only if it matters.
  const matters = (tenants.tenantIds ?? []).length > 0 || streamJobs === undefined;
  if (identity === undefined || !matters) return;
  const allowed = await identity({ timeout: answerTime, signal }).then(
    ({ tenantIds }) => tenantIds,
    () => [],
  );
  const problem = identityProblem(tenants, allowed);
  if (problem !== undefined) {
    throw connectionFault('rejected', 'PERMISSION_DENIED', { ...problem, where: address });
  }
};

/**
 * Checks that the cluster lets the client have the jobs of its tenants. Otherwise the runtime would wait for jobs in vain. A
 * cluster that cannot say so now is not asked again, because each request for jobs reports a refusal as well.
 *
 * @param tenants the tenants of the runtime; absent: those of the connection
 * @throws the error of the connection for a tenant that is refused, or for a cluster with tenants if none is set
 */
export const awaitTenants = async (services: ConnectServices, tenants?: TenantSelection): Promise<void> => {
  const { connection, signal } = services;
  const selection = tenants ?? connection.tenants;
  if (selection === undefined || signal.aborted) return;
  const check = async (probe: TenantSelection): Promise<unknown> => {
    const request = (): Promise<void> => requestNoJob(connection, probe, { signal });
    const error = await repeatUntilAnswered(request, isOutage, services);
    return isTenantRefusal(error, probe) ? error : undefined;
  };
  const errors = await Promise.all(tenantProbes(selection).map(check));
  const refusal = errors.find((error) => error !== undefined);
  if (signal.aborted) return;
  if (refusal !== undefined) throw refusal;
  await checkIdentity(connection, selection, signal);
};
