import { type FaultText, fault, isFault } from '../common/fault.ts';
import type { ConnectionFault, StatusName } from './port.ts';

/** gRPC's status names by their codes; the first stands for success, which is no fault. */
const statusNames: readonly (StatusName | 'OK')[] = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

const transient: readonly StatusName[] = [
  'CANCELLED',
  'UNKNOWN',
  'DEADLINE_EXCEEDED',
  'RESOURCE_EXHAUSTED',
  'ABORTED',
  'INTERNAL',
  'UNAVAILABLE',
];

/** How a call ended that did not succeed, as gRPC tells it. */
export interface CallStatus {
  readonly code: number;
  readonly details: string;
}

/** The name of a status code; a code that gRPC does not know counts as `UNKNOWN`. */
export const statusName = (code: number): StatusName => {
  const name = statusNames[code];
  return name === undefined || name === 'OK' ? 'UNKNOWN' : name;
};

/** What a status means to the caller, by the name alone: never by its text. */
export const reasonOf = (status: StatusName): 'transient' | 'rejected' | 'credentials' => {
  if (status === 'UNAUTHENTICATED') return 'credentials';
  return transient.includes(status) ? 'transient' : 'rejected';
};

/** Makes a connection's error. The text must hold no secret. */
export const connectionFault = (
  reason: ConnectionFault['reason'],
  status: StatusName,
  text: FaultText,
): ConnectionFault => fault('connection', text, { reason, status });

/** Whether an error came from a connection. */
export const isConnectionFault = (error: unknown): error is ConnectionFault => isFault(error, 'connection');

/** The error of a call that its caller, or `close()`, has ended. */
export const abortedFault = (method: string, address: string, closed: boolean): ConnectionFault =>
  connectionFault('aborted', 'CANCELLED', {
    what: closed ? `The connection to ${address} is closed.` : 'The call was ended by its signal.',
    where: `${method}, ${address}`,
  });

/** The error of a call that took longer than it may. */
export const deadlineFault = (method: string, address: string, timeout: number, details: string): ConnectionFault =>
  connectionFault('transient', 'DEADLINE_EXCEEDED', {
    what: `No answer within ${timeout} ms (DEADLINE_EXCEEDED${details === '' ? '' : `: ${details}`}).`,
    where: `${method}, ${address}`,
    fix: 'check that a Zeebe gateway answers at this address and is not overloaded; a slow one may need a longer timeout.',
  });

const described = (status: StatusName, details: string): FaultText => {
  const why = details === '' ? status : `${status}: ${details}`;
  switch (status) {
    case 'UNAVAILABLE':
      return {
        what: `The gateway cannot be reached (${why}).`,
        fix: 'check that it runs, and that host and port are right; a gateway with TLS needs the connection type SECURE, one without TLS INSECURE.',
      };
    case 'RESOURCE_EXHAUSTED':
      return {
        what: `The gateway has no capacity for the call, or a message was too large (${why}).`,
        fix: 'try again later; if it stays so, lower the load or make the variables smaller.',
      };
    case 'UNAUTHENTICATED':
      return {
        what: `The gateway refused the credentials (${why}).`,
        fix: 'check that the client id and secret belong to this cluster and have the scope Zeebe; a gateway that asks for a token needs the connection type CAMUNDA_CLOUD.',
      };
    case 'PERMISSION_DENIED':
      return {
        what: `The gateway does not allow this call to this client (${why}).`,
        fix: 'give the API client the permission, or use another one.',
      };
    case 'UNIMPLEMENTED':
      return {
        what: `The gateway does not know this call (${why}).`,
        fix: 'check that host and port are those of a Zeebe gateway of Camunda 8.',
      };
    default:
      return { what: `The gateway ${reasonOf(status) === 'rejected' ? 'rejected' : 'failed'} the call (${why}).` };
  }
};

/**
 * The error of a call that the gateway, or gRPC on the way to it, answered with a status other than OK.
 *
 * @param details the status's own text, without secrets
 */
export const statusFault = (method: string, address: string, status: StatusName, details: string): ConnectionFault =>
  connectionFault(reasonOf(status), status, { ...described(status, details), where: `${method}, ${address}` });
