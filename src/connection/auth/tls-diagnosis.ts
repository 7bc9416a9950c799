import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { FaultText } from '../../common/fault.ts';
import type { GatewayAddress } from '../address.ts';

/** What a client shows and trusts, as PEM text. */
export interface TlsMaterial {
  /** Authority to trust instead of the public ones. */
  readonly rootCa?: string;
  readonly privateKey?: string;
  readonly certificateChain?: string;
}

/** What one attempt to agree on TLS has shown. */
export type TlsVerdict =
  /** TLS was agreed and the other side speaks, or nothing could be found out. */
  | { readonly kind: 'unknown' }
  /** TLS was agreed, and the other side hung up before its first word. */
  | { readonly kind: 'closed' }
  | { readonly kind: 'refused'; readonly text: FaultText };

const extraAuthority =
  'set SSL_ROOT_CA (rootCa) to the certificate of the authority that signed it; with CAMUNDA_CLOUD behind a proxy that inspects TLS, set NODE_EXTRA_CA_CERTS.';

const unknownAuthority: readonly string[] = [
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
];

const refusedInOtherWays: readonly string[] = [
  'CERT_REVOKED',
  'CERT_REJECTED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_CHAIN_TOO_LONG',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'HOSTNAME_MISMATCH',
];

/**
 * Explains an error code of node:tls.
 *
 * @param code the `code` of the error
 * @param host the name or address that was asked for
 * @returns what is wrong and how to fix it; `undefined` when the code is not about TLS
 */
export const explainTlsCode = (code: string, host: string): FaultText | undefined => {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return {
      what: `The server's certificate is not for the host name ${host} (${code}).`,
      fix: 'use a host name that the certificate lists, or give the server a certificate for this one.',
    };
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return {
      what: `The server's certificate ${code === 'CERT_HAS_EXPIRED' ? 'has expired' : 'is not valid yet'} (${code}).`,
      fix: "renew the server's certificate, or set this machine's clock.",
    };
  }
  if (unknownAuthority.includes(code)) {
    return {
      what: `The server's certificate is signed by an authority that is not trusted (${code}).`,
      fix: extraAuthority,
    };
  }
  if (refusedInOtherWays.includes(code)) {
    return { what: `The server's certificate is not valid (${code}).`, fix: "replace the server's certificate." };
  }
  if (code.endsWith('ALERT_CERTIFICATE_REQUIRED')) {
    return {
      what: `The gateway demands a client certificate, and none was shown (${code}).`,
      fix: 'set SSL_PRIVATE_KEY and SSL_CERTIFICATE_CHAIN (privateKey, certificateChain).',
    };
  }
  if (/ALERT_(?:UNKNOWN_CA|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_\w+)$/.test(code)) {
    return {
      what: `The gateway refused the client's certificate (${code}).`,
      fix: 'set SSL_PRIVATE_KEY and SSL_CERTIFICATE_CHAIN (privateKey, certificateChain) to a key and certificate that the gateway trusts and that have not expired.',
    };
  }
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') {
    return {
      what: `The server does not speak TLS (${code}).`,
      fix: 'check host and port; a gateway without TLS needs the connection type INSECURE.',
    };
  }
  if (code.startsWith('ERR_SSL_')) {
    return {
      what: `The server and this client could not agree on TLS (${code}).`,
      fix: 'check host and port; a gateway that demands a client certificate needs SSL_PRIVATE_KEY and SSL_CERTIFICATE_CHAIN (privateKey, certificateChain).',
    };
  }
  return undefined;
};

/** Finds out why TLS fails, by trying it once more without gRPC around it. */
export interface TlsDiagnosis {
  /** Calls at the same time share one attempt, and for some seconds its verdict. */
  diagnose(): Promise<TlsVerdict>;
  close(): void;
}

/** Milliseconds that an attempt may take. */
export const diagnosisLimit = 3_000;
/** Milliseconds that a verdict stands: during an outage every failing call asks for it. */
const verdictLife = 5_000;

const verdictOf = (socket: TLSSocket, host: string): Promise<TlsVerdict> =>
  new Promise((resolve) => {
    let agreed = false;
    const end = (verdict: TlsVerdict): void => {
      clearTimeout(timer);
      resolve(verdict);
      socket.destroy();
    };
    const timer = setTimeout(() => end({ kind: 'unknown' }), diagnosisLimit);
    socket.once('secureConnect', () => {
      agreed = true;
    });
    // With TLS 1.3 a server refuses a missing client certificate only after the client is done. The first bytes of
    // HTTP/2 come from the server unasked, so they show that it accepts us.
    socket.once('data', () => end({ kind: 'unknown' }));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const text = explainTlsCode(error.code ?? '', host);
      end(text === undefined ? { kind: agreed ? 'closed' : 'unknown' } : { kind: 'refused', text });
    });
    socket.once('close', () => end({ kind: agreed ? 'closed' : 'unknown' }));
  });

/**
 * Prepares the diagnosis of a gateway's TLS. Connects only when asked.
 *
 * @param address the gateway
 * @param material what the connection itself trusts and shows
 * @param now milliseconds since some epoch
 */
export const createTlsDiagnosis = (
  address: GatewayAddress,
  material: TlsMaterial,
  now: () => number = Date.now,
): TlsDiagnosis => {
  let latest: { readonly verdict: Promise<TlsVerdict>; readonly socket: TLSSocket; until: number } | undefined;

  const attempt = (): Promise<TlsVerdict> => {
    const { host, port } = address;
    const socket = connect({
      host,
      port,
      // An IP address is no server name in TLS; the certificate is compared with the address all the same.
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ALPNProtocols: ['h2'],
      ...(material.rootCa === undefined ? {} : { ca: material.rootCa }),
      ...(material.privateKey === undefined ? {} : { key: material.privateKey }),
      ...(material.certificateChain === undefined ? {} : { cert: material.certificateChain }),
    });
    const entry = { verdict: verdictOf(socket, host), socket, until: Number.POSITIVE_INFINITY };
    latest = entry;
    return entry.verdict.finally(() => {
      entry.until = now() + verdictLife;
    });
  };

  return {
    diagnose: () => (latest !== undefined && now() < latest.until ? latest.verdict : attempt()),
    close: () => latest?.socket.destroy(),
  };
};
