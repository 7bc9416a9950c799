import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { FaultText } from '../../common/fault.ts';
import type { GatewayAddress } from '../address.ts';

/** The certificates and the key of a client, as PEM text. */
export interface TlsMaterial {
  /** Certificate of the authority to trust instead of the public ones. */
  readonly rootCa?: string;
  readonly privateKey?: string;
  readonly certificateChain?: string;
}

/** The result of one attempt to establish TLS. */
export type TlsVerdict =
  /** TLS is not the problem, or the attempt gave no answer. */
  | { readonly kind: 'unknown' }
  /** TLS was established, but the server closed the connection before it sent anything. */
  | { readonly kind: 'closed' }
  /** TLS could not be established. */
  | { readonly kind: 'refused'; readonly text: FaultText };

const extraAuthority =
  'set SSL_ROOT_CA (rootCa) to the certificate of the authority that signed it. With CAMUNDA_CLOUD behind a proxy that inspects TLS, set NODE_EXTRA_CA_CERTS.';

const unknownAuthority: readonly string[] = [
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
];

const otherCertificateErrors: readonly string[] = [
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
 * @param host the name or address of the server
 * @returns what is wrong and how to fix it; `undefined` if the code is not about TLS
 */
export const explainTlsCode = (code: string, host: string): FaultText | undefined => {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return {
      what: `The server's certificate is not for the host name ${host} (${code}).`,
      fix: 'use a host name that the certificate contains, or install a certificate for this host name.',
    };
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return {
      what: `The server's certificate ${code === 'CERT_HAS_EXPIRED' ? 'has expired' : 'is not valid yet'} (${code}).`,
      fix: "renew the server's certificate, or correct the clock of this machine.",
    };
  }
  if (unknownAuthority.includes(code)) {
    return {
      what: `The server's certificate is signed by an authority that is not trusted (${code}).`,
      fix: extraAuthority,
    };
  }
  if (otherCertificateErrors.includes(code)) {
    return { what: `The server's certificate is not valid (${code}).`, fix: "replace the server's certificate." };
  }
  if (code.endsWith('ALERT_CERTIFICATE_REQUIRED')) {
    return {
      what: `The gateway requires a client certificate, but none is configured (${code}).`,
      fix: 'set SSL_PRIVATE_KEY and SSL_CERTIFICATE_CHAIN (privateKey, certificateChain).',
    };
  }
  if (/ALERT_(?:UNKNOWN_CA|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_\w+)$/.test(code)) {
    return {
      what: `The gateway rejected the client certificate (${code}).`,
      fix: 'set SSL_PRIVATE_KEY and SSL_CERTIFICATE_CHAIN (privateKey, certificateChain) to a pair that the gateway trusts and that has not expired.',
    };
  }
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') {
    return {
      what: `The server does not speak TLS (${code}).`,
      fix: 'check host and port. A gateway without TLS needs the connection type INSECURE.',
    };
  }
  if (code.startsWith('ERR_SSL_')) {
    return {
      what: `The server and this client could not establish TLS (${code}).`,
      fix: 'check host and port. A gateway that requires a client certificate needs SSL_PRIVATE_KEY and SSL_CERTIFICATE_CHAIN (privateKey, certificateChain).',
    };
  }
  return undefined;
};

/** Finds the reason why TLS fails, by another attempt without gRPC. */
export interface TlsDiagnosis {
  /** Concurrent calls share one attempt. Its result is reused for a few seconds. */
  diagnose(): Promise<TlsVerdict>;
  close(): void;
}

/** Time limit of an attempt in milliseconds. */
export const diagnosisLimit = 3_000;
/** Milliseconds for which a result is reused. During an outage, every failing call asks for it. */
const verdictLifetime = 5_000;

const verdictOf = (socket: TLSSocket, host: string): Promise<TlsVerdict> =>
  new Promise((resolve) => {
    let established = false;
    const end = (verdict: TlsVerdict): void => {
      clearTimeout(timer);
      resolve(verdict);
      socket.destroy();
    };
    const timer = setTimeout(() => end({ kind: 'unknown' }), diagnosisLimit);
    socket.once('secureConnect', () => {
      established = true;
    });
    // With TLS 1.3, a server rejects a client certificate only after the client has finished the handshake. In HTTP/2 the
    // server sends the first bytes by itself, so they show that it accepts the client.
    socket.once('data', () => end({ kind: 'unknown' }));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const text = explainTlsCode(error.code ?? '', host);
      end(text === undefined ? { kind: established ? 'closed' : 'unknown' } : { kind: 'refused', text });
    });
    socket.once('close', () => end({ kind: established ? 'closed' : 'unknown' }));
  });

/**
 * Prepares the diagnosis of a gateway's TLS. It connects only when it is called.
 *
 * @param material the certificates and the key of the connection
 * @param now a clock in milliseconds
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
      // TLS does not accept an IP address as the server name. The certificate is still compared with the address.
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ALPNProtocols: ['h2'],
      ...(material.rootCa === undefined ? {} : { ca: material.rootCa }),
      ...(material.privateKey === undefined ? {} : { key: material.privateKey }),
      ...(material.certificateChain === undefined ? {} : { cert: material.certificateChain }),
    });
    const entry = { verdict: verdictOf(socket, host), socket, until: Number.POSITIVE_INFINITY };
    latest = entry;
    return entry.verdict.finally(() => {
      entry.until = now() + verdictLifetime;
    });
  };

  return {
    diagnose: () => (latest !== undefined && now() < latest.until ? latest.verdict : attempt()),
    close: () => latest?.socket.destroy(),
  };
};
