import type { FaultText } from '../common/fault.ts';
import { connectionFault } from './faults.ts';
import type { ConnectionFault, StatusName } from './port.ts';

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

const textOf = (status: StatusName, why: string): FaultText => {
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
