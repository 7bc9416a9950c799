import { connectionFault, isConnectionFault } from '../../faults.ts';
import type { ProxyAddress } from '../../network/proxy.ts';
import { explainTlsCode } from '../../network/tls-diagnosis.ts';
import { unreachableProxy } from '../../network/tunnel.ts';
import type { ConnectionFault } from '../../port.ts';
import { type ExchangeFailure, longestAnswer } from './exchange.ts';

/** What is known of the way of a request. */
export interface Way {
  readonly host: string;
  readonly isSecure: boolean;
  readonly proxy: ProxyAddress | undefined;
}

const reachFix =
  'check that the gateway runs, and CAMUNDA_REST_ADDRESS (restAddress): https:// for a gateway with TLS, http:// without.';

const plainGateway = 'A gateway without TLS needs http:// in CAMUNDA_REST_ADDRESS (restAddress).';

/** The code of an error. One of TLS that occurs in a write has its reason only in the message. */
const codeOf = ({ code, message }: NodeJS.ErrnoException): string => {
  const reason = code === 'EPROTO' ? /:SSL routines:[^:]*:([a-z0-9 ]+):/i.exec(message)?.[1] : undefined;
  if (reason !== undefined) return `ERR_SSL_${reason.trim().toUpperCase().replaceAll(' ', '_')}`;
  return code ?? 'no error code';
};

/** The error of a stream that ended before its content was complete. */
export const faultOfLostStream = (method: string, address: string, error: NodeJS.ErrnoException): ConnectionFault =>
  connectionFault('transient', 'UNAVAILABLE', {
    what: `The connection was lost before the content was complete (${codeOf(error)}).`,
    where: `${method}, ${address}`,
    fix: 'check the gateway, and any proxy in front of it.',
  });

/** The error of a request that got no answer. */
export const faultOfFailure = (
  method: string,
  address: string,
  { kind, error, sent }: ExchangeFailure,
  { host, isSecure, proxy }: Way,
): ConnectionFault => {
  const where = `${method}, ${address}`;
  if (isConnectionFault(error)) return error;
  const code = codeOf(error);
  if (kind === 'size') {
    return connectionFault('rejected', 'OUT_OF_RANGE', {
      what: `The answer is longer than ${longestAnswer} bytes.`,
      where,
      fix: 'ask for fewer jobs or variables at once: fetchVariables, maxJobs.',
    });
  }
  if (kind === 'encoding') {
    return connectionFault('transient', 'UNAVAILABLE', {
      what: 'The answer is compressed, although no compression was asked for. It was not read.',
      where,
      fix: 'switch compression off in the proxy that compresses the answers of the gateway.',
    });
  }
  // A server with TLS says so in the handshake.
  const isOtherProtocol = code.endsWith('NO_APPLICATION_PROTOCOL');
  if (kind === 'malformed' || isOtherProtocol) {
    return connectionFault('transient', 'UNAVAILABLE', {
      what: `The server at this address does not speak HTTP/1.1 (${isOtherProtocol ? code : error.message}).`,
      where,
      fix: 'check host and port: the REST API usually listens on port 8080, gRPC on 26500. If both are correct, check the proxy in front of the gateway.',
    });
  }
  const tls = isSecure ? explainTlsCode(code, host, plainGateway) : undefined;
  if (tls !== undefined) return connectionFault('certificate', 'UNAVAILABLE', { ...tls, where });
  if (proxy !== undefined && !isSecure && !sent) return unreachableProxy(proxy, code);
  if (sent) {
    return connectionFault('transient', 'UNAVAILABLE', {
      what: `The connection was lost before the answer was complete (${code}). Whether the call had an effect is unknown.`,
      where,
      fix: 'check the gateway, and any proxy in front of it.',
    });
  }
  return connectionFault('transient', 'UNAVAILABLE', {
    what: `The gateway cannot be reached (${code}: ${host}).`,
    where,
    fix: reachFix,
  });
};
