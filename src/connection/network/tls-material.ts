import * as tls from 'node:tls';
import { fileLimits, readFileWithinSync } from '../../common/files/read-file.ts';

/** The certificates and the key of a client, as PEM text. */
export interface TlsMaterial {
  /** Certificate of the authority to trust. */
  readonly rootCa?: string;
  /** Whether `rootCa` is trusted in addition to the public authorities, not instead of them. */
  readonly addsToPublic?: boolean;
  readonly privateKey?: string;
  readonly certificateChain?: string;
  /** The host name in the server's certificate, if it is not that of the address. */
  readonly serverName?: string;
}

const extraAuthorities = (): readonly string[] => {
  const path = process.env.NODE_EXTRA_CA_CERTS;
  if (path === undefined || path === '') return [];
  try {
    return [readFileWithinSync(path, fileLimits.certificates).toString('utf8')];
  } catch {
    // Node.js has already warned about this file at its start.
    return [];
  }
};

/** The authorities that Node.js trusts by default, with those of NODE_EXTRA_CA_CERTS. */
const defaultAuthorities = (): readonly string[] => {
  // Since Node.js 22.15; it contains the extra ones as well.
  const { getCACertificates } = tls as { getCACertificates?: (type: 'default') => readonly string[] };
  return getCACertificates?.('default') ?? [...tls.rootCertificates, ...extraAuthorities()];
};

/** The authorities to trust, as PEM texts; `undefined` for the default of Node.js. */
export const authoritiesOf = ({ rootCa, addsToPublic = false }: TlsMaterial): readonly string[] | undefined => {
  if (rootCa === undefined) return undefined;
  return addsToPublic ? [...defaultAuthorities(), rootCa] : [rootCa];
};

/** The TLS options of Node.js for these certificates. */
export const tlsOptionsOf = (material: TlsMaterial): tls.ConnectionOptions => {
  const authorities = authoritiesOf(material);
  return {
    ...(authorities === undefined ? {} : { ca: [...authorities] }),
    ...(material.privateKey === undefined ? {} : { key: material.privateKey }),
    ...(material.certificateChain === undefined ? {} : { cert: material.certificateChain }),
  };
};
