import type { FaultText } from '../common/fault.ts';
import { connectionFault } from './faults.ts';
import type { ConnectionFault, StatusName } from './port.ts';
import { isAboutTenant, tenantSettings } from './tenants.ts';

const transient: readonly StatusName[] = [
  'CANCELLED',
  'UNKNOWN',
  'DEADLINE_EXCEEDED',
  'RESOURCE_EXHAUSTED',
  'ABORTED',
  'INTERNAL',
  'UNAVAILABLE',
];

/** What a status means for the caller. Depends only on the name, never on the text. */
export const reasonOf = (status: StatusName): 'transient' | 'rejected' | 'credentials' => {
  if (status === 'UNAUTHENTICATED') return 'credentials';
  return transient.includes(status) ? 'transient' : 'rejected';
};

const tenantStatuses: readonly StatusName[] = ['INVALID_ARGUMENT', 'PERMISSION_DENIED'];

/** The text for a call that was refused because of its tenant; `undefined` for others. Only the cluster's text tells. */
const tenantText = (status: StatusName, why: string): FaultText | undefined => {
  if (!(tenantStatuses.includes(status) && isAboutTenant(why))) return undefined;
  if (/multi-tenancy is disabled/i.test(why)) {
    return {
      what: `The cluster has no tenants, but the call names one (${why}).`,
      fix: `remove the tenant from the call, or ${tenantSettings} and the tenant filter from the settings.`,
    };
  }
  if (/no tenant identifiers? w(?:as|ere) provided/i.test(why)) {
    return {
      what: `The cluster has tenants, but the call names none (${why}).`,
      fix: `set ${tenantSettings}. CAMUNDA_DEFAULT_TENANT_ID is another name of the first one.`,
    };
  }
  return {
    what: `The gateway refused the call because of its tenant (${why}).`,
    fix: `assign the client to the tenant, or correct ${tenantSettings}.`,
  };
};

const textOf = (status: StatusName, why: string): FaultText => {
  const ofTenant = tenantText(status, why);
  if (ofTenant !== undefined) return ofTenant;
  switch (status) {
    case 'RESOURCE_EXHAUSTED':
      return {
        what: `The gateway has no capacity for the call, or a message was too large (${why}).`,
        fix: 'try again later. If the error persists, reduce the load or the size of the variables.',
      };
    case 'UNAUTHENTICATED':
      return {
        what: `The gateway rejected the credentials (${why}).`,
        fix: 'check that the client id and secret belong to this cluster and have the scope Zeebe. A gateway that requires a token needs the connection type CAMUNDA_CLOUD.',
      };
    case 'PERMISSION_DENIED':
      return {
        what: `The gateway does not allow this client to make this call (${why}).`,
        fix: 'give the API client the permission, or use another client.',
      };
    default:
      return { what: `The gateway ${reasonOf(status) === 'rejected' ? 'rejected' : 'failed'} the call (${why}).` };
  }
};

/**
 * The error of a call that the gateway, or its protocol, answered with a failure.
 *
 * @param details the text of the failure, without secrets
 * @param special the text for a status that the protocol explains by itself
 */
export const statusFault = (
  method: string,
  address: string,
  status: StatusName,
  details: string,
  special: (status: StatusName, why: string) => FaultText | undefined,
): ConnectionFault => {
  const why = details === '' ? status : `${status}: ${details}`;
  const text = special(status, why) ?? textOf(status, why);
  return connectionFault(reasonOf(status), status, { ...text, where: `${method}, ${address}` });
};
