import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import type { FaultText } from '../../common/fault.ts';
import type { GatewayAddress } from '../address.ts';
import type { ProxyAddress } from './proxy.ts';
import { type TlsMaterial, tlsOptionsOf } from './tls-material.ts';
import { openTunnel } from './tunnel.ts';

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
 * @param plain what a server without TLS needs, as a sentence
 * @returns what is wrong and how to fix it; `undefined` if the code is not about TLS
 */
export const explainTlsCode = (
  code: string,
  host: string,
  plain = 'A gateway without TLS needs the connection type INSECURE.',
): FaultText | undefined => {
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
      fix: `check host and port. ${plain}`,
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

/**
 * Waits for the result of a handshake.
 *
 * @param isClosed whether the diagnosis was closed, so that a late socket ends at once
 */
const verdictOf = (open: (onSocket: (socket: Duplex) => void) => Promise<Duplex> | Duplex, host: string): Attempt => {
  const sockets: Duplex[] = [];
  let isOver = false;
  const destroy = (): void => {
    isOver = true;
    for (const socket of sockets) socket.destroy();
  };
  const keep = (socket: Duplex): void => {
    sockets.push(socket);
    if (isOver) socket.destroy();
  };
  const verdict = new Promise<TlsVerdict>((resolve) => {
    let established = false;
    const end = (result: TlsVerdict): void => {
      clearTimeout(timer);
      resolve(result);
      destroy();
    };
    const timer = setTimeout(() => end({ kind: 'unknown' }), diagnosisLimit);
    const watch = (socket: Duplex): void => {
      keep(socket);
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
    };
    // A proxy that fails says nothing about the gateway's TLS.
    Promise.resolve(open(keep)).then(watch, () => end({ kind: 'unknown' }));
  });
  return { verdict, destroy };
};

interface Attempt {
  readonly verdict: Promise<TlsVerdict>;
  destroy(): void;
}

/**
 * Prepares the diagnosis of a gateway's TLS. It connects only when it is called, and the same way as the connection.
 *
 * @param material the certificates and the key of the connection
 * @param proxy the proxy of the connection, if it has one
 * @param now a clock in milliseconds
 */
export const createTlsDiagnosis = (
  address: GatewayAddress,
  material: TlsMaterial,
  proxy?: ProxyAddress,
  now: () => number = Date.now,
): TlsDiagnosis => {
  let latest: (Attempt & { until: number }) | undefined;

  const attempt = (): Promise<TlsVerdict> => {
    const { host, port } = address;
    const name = material.serverName ?? host;
    const options = {
      ...{ host: name, ALPNProtocols: ['h2'], ...tlsOptionsOf(material) },
      // TLS does not accept an IP address as the server name. The certificate is still compared with the address.
      ...(isIP(name) === 0 ? { servername: name } : {}),
    };
    const open = async (onSocket: (socket: Duplex) => void): Promise<Duplex> => {
      if (proxy === undefined) return connect({ ...options, host, port });
      return connect({ ...options, socket: await openTunnel({ host, port }, proxy, onSocket) });
    };
    const entry = { ...verdictOf(open, name), until: Number.POSITIVE_INFINITY };
    latest = entry;
    return entry.verdict.finally(() => {
      entry.until = now() + verdictLifetime;
    });
  };

  return {
    diagnose: () => (latest !== undefined && now() < latest.until ? latest.verdict : attempt()),
    close: () => latest?.destroy(),
  };
};
