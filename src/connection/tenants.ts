import { connectionFault } from './faults.ts';
import type { TenantSelection } from './port.ts';

/** The only tenant of a cluster without multi-tenancy. */
export const defaultTenant = '<default>';

/** Whether a text can be the id of a tenant. */
export const isTenantId = (text: string): boolean => /^(?:<default>|[a-z0-9_.-]{1,31})$/i.test(text);

/**
 * Whether a text of a cluster is about the tenant of a request. The word alone does not count, because a file may have it in
 * its name.
 */
export const isAboutTenant = (text: string): boolean =>
  /\btenant identifiers?\b|\btenant filter\b|\btenant is not authorized\b|\bmulti-tenancy\b/i.test(text);

/** The settings of tenants, as errors name them. */
export const tenantSettings =
  'CAMUNDA_TENANT_ID (tenantId), or CAMUNDA_TENANT_IDS (tenantIds) for the jobs of several tenants';

/** The tenants of a connection. */
export interface TenantSettings {
  /** The tenant of every call that names none. Default: the tenant of `tenantIds`, if it is a single one. */
  readonly tenantId?: string | undefined;
  /** The tenants whose jobs are requested. Default: `tenantId`. */
  readonly tenantIds?: readonly string[] | undefined;
  /** `ASSIGNED`: the jobs of all tenants that the client may use. */
  readonly tenantFilter?: 'PROVIDED' | 'ASSIGNED' | undefined;
}

/** What a request for jobs says about tenants. */
export type JobTenants =
  | { readonly filter: 'ASSIGNED' }
  /** No id: the request names no tenant. */
  | { readonly filter: 'PROVIDED'; readonly ids: readonly string[] };

/** Decides about the tenants of a connection's calls. */
export interface Tenants {
  /** For {@link Connection.tenants}. */
  readonly selection: Required<TenantSelection>;
  /** The tenants of a request for jobs. */
  ofJobs(request: TenantSelection): JobTenants;
  /**
   * The tenant of a call; `undefined`: it names none.
   *
   * @param tenantId the tenant that the caller names, if any
   * @param where the call, for error messages
   * @throws ConnectionFault if the caller must name one
   */
  ofCall(tenantId: string | undefined, where: string): string | undefined;
}

const isNamed = (tenantId: string | undefined): tenantId is string => tenantId !== undefined && tenantId !== '';

/**
 * Describes a selection of tenants for readers; an empty text if it names none.
 *
 * @example
 * tenantsText({ tenantIds: ['north', 'south'] }); // 'the tenants north, south'
 */
export const tenantsText = ({ tenantIds = [], tenantFilter }: TenantSelection): string => {
  if (tenantFilter === 'ASSIGNED') return 'all tenants of the client';
  if (tenantIds.length === 0) return '';
  return `the ${tenantIds.length === 1 ? 'tenant' : 'tenants'} ${tenantIds.join(', ')}`;
};

/** Makes the decisions about tenants from the settings of a connection. */
export const createTenants = ({ tenantId, tenantIds = [], tenantFilter = 'PROVIDED' }: TenantSettings): Tenants => {
  const ids = [...new Set(tenantIds)];
  const own = tenantId ?? (ids.length === 1 && tenantFilter === 'PROVIDED' ? ids[0] : undefined);
  const ofJobs = ids.length > 0 ? ids : own === undefined ? [] : [own];
  const isUnclear = own === undefined && (ids.length > 0 || tenantFilter === 'ASSIGNED');
  const selection: Required<TenantSelection> =
    tenantFilter === 'ASSIGNED' ? { tenantIds: [], tenantFilter } : { tenantIds: ofJobs, tenantFilter };
  return {
    selection,
    ofJobs: (request) => {
      const filter = request.tenantFilter ?? (request.tenantIds === undefined ? tenantFilter : 'PROVIDED');
      return filter === 'ASSIGNED' ? { filter } : { filter, ids: request.tenantIds ?? ofJobs };
    },
    ofCall: (named, where) => {
      if (isNamed(named)) return named;
      if (!isUnclear) return own;
      throw connectionFault('rejected', 'INVALID_ARGUMENT', {
        what: `The call names no tenant, but the connection is for ${tenantsText(selection)}. Nothing was sent.`,
        where,
        fix: 'name the tenant in the call (tenantId), or set CAMUNDA_TENANT_ID (tenantId) to the tenant of calls that name none.',
      });
    },
  };
};
