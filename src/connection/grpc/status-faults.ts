import type { FaultText } from '../../common/fault.ts';
import { statusCodes } from '../../grpc/status-codes.ts';
import { connectionFault } from '../faults.ts';
import type { TlsVerdict } from '../network/tls-diagnosis.ts';
import type { ConnectionFault, StatusName } from '../port.ts';
import { statusFault as callFault } from '../status-faults.ts';

/** The names of gRPC's status codes, by code. */
const statusNames = Object.keys(statusCodes) as readonly (keyof typeof statusCodes)[];

/** The name of a status code. An unknown code counts as `UNKNOWN`. */
export const statusName = (code: number): StatusName => {
  const name = statusNames[code];
  return name === undefined || name === 'OK' ? 'UNKNOWN' : name;
};

const unavailable = (why: string, alternative: string | undefined): FaultText => {
  const other =
    alternative === undefined
      ? ''
      : ` Where gRPC is blocked, CAMUNDA_PREFER_REST=true (preferRest) uses the REST API at ${alternative} instead.`;
  // HTTP/2's name for an answer that is not HTTP/2, such as that of a web server.
  return why.includes('Protocol error')
    ? {
        what: `The server at this address does not speak gRPC (${why}).`,
        fix: `check host and port: a Zeebe gateway usually listens on port 26500. A gateway with TLS needs the connection type SECURE.${other}`,
      }
    : {
        what: `The gateway cannot be reached (${why}).`,
        fix: `check that the gateway runs, and that host and port are correct. A gateway with TLS needs the connection type SECURE; a gateway without TLS needs INSECURE.${other}`,
      };
};

/** The texts for what gRPC itself explains. */
const textOf =
  (alternative: string | undefined) =>
  (status: StatusName, why: string): FaultText | undefined => {
    if (status === 'UNAVAILABLE') return unavailable(why, alternative);
    if (status !== 'UNIMPLEMENTED') return undefined;
    return {
      what: `The gateway does not support this call (${why}).`,
      fix: 'check that host and port are those of a Zeebe gateway of Camunda 8.',
    };
  };

/**
 * The error of a call that the gateway, or gRPC itself, answered with a status other than OK.
 *
 * @param details the text of the status, without secrets
 * @param alternative the address of the REST API, if it is known
 */
export const statusFault = (
  method: string,
  address: string,
  status: StatusName,
  details: string,
  alternative?: string,
): ConnectionFault => callFault(method, address, status, details, textOf(alternative));

/**
 * The error of a call over TLS that found no connection.
 *
 * @param verdict the result of an attempt to establish TLS
 * @param details the text of the status UNAVAILABLE, without secrets
 * @param alternative the address of the REST API, if it is known
 */
export const tlsFault = (
  method: string,
  address: string,
  verdict: TlsVerdict,
  details: string,
  alternative?: string,
): ConnectionFault => {
  const status = 'UNAVAILABLE';
  switch (verdict.kind) {
    case 'refused':
      return connectionFault('certificate', status, { ...verdict.text, where: `${method}, ${address}` });
    case 'closed':
      return connectionFault('transient', status, {
        what: `The gateway accepts TLS, but then closes the connection immediately (${status}: ${details}).`,
        where: `${method}, ${address}`,
        fix: 'if the gateway requires a client certificate, set SSL_PRIVATE_KEY and SSL_CERTIFICATE_CHAIN (privateKey, certificateChain) to a pair that it trusts. Otherwise check the gateway and any proxy in front of it.',
      });
    case 'unknown':
      return statusFault(method, address, status, details, alternative);
  }
};
