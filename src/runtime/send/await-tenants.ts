import { connectionFault, isConnectionFault } from '../../connection/faults.ts';
import type { CallOptions, Connection, ConnectionFault, TenantSelection } from '../../connection/port.ts';
import { defaultTenant, isAboutTenant, tenantSettings, tenantsText } from '../../connection/tenants.ts';
import { tenantProbeType } from '../../connector/activation-names.ts';
import { type ConnectServices, repeatUntilAnswered } from './await-cluster.ts';

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
  await connection.activateJobs({ type: tenantProbeType, ...limits, ...tenants }, { timeout: answerTime, ...options });
};

/** Whether the cluster refuses the tenants themselves, which waiting does not change. */
export const isTenantRefusal = (error: unknown, { tenantFilter }: TenantSelection): boolean =>
  isConnectionFault(error) &&
  error.reason === 'rejected' &&
  (isAboutTenant(error.message) || (tenantFilter === 'ASSIGNED' && error.status === 'UNIMPLEMENTED'));

const isOutage = (error: unknown): boolean => isConnectionFault(error) && error.status === 'UNAVAILABLE';

/** What a cluster tells about the tenants of a client that does not fit those whose jobs are requested. */
export interface TenantMisfit {
  readonly what: string;
  readonly fix: string;
  /** Whether it surely prevents jobs. A cluster without multi-tenancy may know tenants and still use only `<default>`. */
  readonly isCertain: boolean;
}

/**
 * Compares the tenants whose jobs are requested with those that the client may use. Some clusters answer a request for jobs of
 * a tenant that the client may not use with no jobs and no error.
 *
 * @param allowed the tenants of the client; none if the cluster does not tell
 * @returns `undefined` if they fit
 */
export const compareTenants = (
  { tenantIds = [], tenantFilter }: TenantSelection,
  allowed: readonly string[],
): TenantMisfit | undefined => {
  if (tenantFilter === 'ASSIGNED' || allowed.length === 0) return undefined;
  const refused = (tenantIds.length === 0 ? [defaultTenant] : tenantIds).filter((id) => !allowed.includes(id));
  const named = refused.filter((id) => id !== defaultTenant);
  if (refused.length === 0) return undefined;
  const may = `It may use ${tenantsText({ tenantIds: allowed })}`;
  if (named.length > 0) {
    return {
      what: `The client may not use ${tenantsText({ tenantIds: named })}, so that it would get no jobs of ${named.length === 1 ? 'it' : 'them'}. ${may}.`,
      fix: `assign the client to the tenant, or correct ${tenantSettings}.`,
      isCertain: true,
    };
  }
  return {
    what: `The client requests jobs of the tenant ${defaultTenant}, which it may not use. ${may}. A cluster with multi-tenancy then sends no jobs.`,
    fix: `set ${tenantSettings}, e.g. CAMUNDA_TENANT_IDS=${allowed.join(',')}`,
    isCertain: false,
  };
};

/** Asks the cluster who the client is, and compares the tenants. */
const checkIdentity = async (
  { identity, streamJobs }: Connection,
  tenants: TenantSelection,
  signal: AbortSignal,
): Promise<TenantMisfit | undefined> => {
  // Beside gRPC, the REST API may be out of reach, so it is asked only if it matters.
  const matters = (tenants.tenantIds ?? []).length > 0 || streamJobs === undefined;
  if (identity === undefined || !matters) return undefined;
  const allowed = await identity({ timeout: answerTime, signal }).then(
    ({ tenantIds }) => tenantIds,
    () => [],
  );
  return compareTenants(tenants, allowed);
};

/** The error for tenants that the cluster refuses. */
const refusalOf = (
  refused: readonly { readonly probe: TenantSelection; readonly error: ConnectionFault }[],
  address: string,
): ConnectionFault => {
  const [{ error }] = refused as [(typeof refused)[number]];
  if (refused.length === 1) return error;
  const tenantIds = refused.flatMap(({ probe }) => probe.tenantIds ?? []);
  return connectionFault('rejected', error.status, {
    what: `The cluster refuses ${tenantsText({ tenantIds })}.`,
    where: address,
    fix: `assign the client to the tenants, or correct ${tenantSettings}.`,
    cause: error,
  });
};

/**
 * Checks that the cluster lets the client have the jobs of its tenants. Otherwise the runtime would wait for jobs in vain. A
 * cluster that cannot say so now is not asked again, because each request for jobs reports a refusal as well.
 *
 * @param tenants the tenants of the runtime; absent: those of the connection
 * @returns what the log should say once, if anything
 * @throws the error of the connection for a tenant that is refused, or for a cluster with tenants if none is set
 */
export const awaitTenants = async (
  services: ConnectServices,
  tenants?: TenantSelection,
): Promise<string | undefined> => {
  const { connection, signal } = services;
  const selection = tenants ?? connection.tenants;
  if (selection === undefined || signal.aborted) return undefined;
  const answers = await Promise.all(
    tenantProbes(selection).map(async (probe) => {
      const request = (): Promise<void> => requestNoJob(connection, probe, { signal });
      const error = await repeatUntilAnswered(request, isOutage, services);
      return isConnectionFault(error) && isTenantRefusal(error, probe) ? [{ probe, error }] : [];
    }),
  );
  const refused = answers.flat();
  if (signal.aborted) return undefined;
  if (refused.length > 0) throw refusalOf(refused, connection.address);
  const misfit = await checkIdentity(connection, selection, signal);
  if (misfit === undefined || signal.aborted) return undefined;
  const { isCertain, ...text } = misfit;
  if (!isCertain) return `${text.what} Fix: ${text.fix}`;
  throw connectionFault('rejected', 'PERMISSION_DENIED', { ...text, where: connection.address });
};
