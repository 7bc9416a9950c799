import { constants, privateEncrypt } from 'node:crypto';
import forge, { type Digest, type Signer } from 'node-forge';
import { newKey } from './keys.ts';

/** A certificate with its key, as PEM text. */
export interface Pair {
  readonly certificate: string;
  readonly privateKey: string;
}

/** The subject of a certificate. */
export interface Subject {
  readonly name: string;
  readonly dns?: readonly string[];
  readonly ip?: readonly string[];
  /** Validity in days from now; may be in the past. Default: yesterday to next week. */
  readonly days?: { readonly from: number; readonly to: number };
}

/** A certificate authority for a test. */
export interface Authority {
  readonly certificate: string;
  issue(subject: Subject): Pair;
  /** An authority that this one has made. */
  authorize(subject: Subject): Authority;
}

/** What RFC 8017 puts before a SHA-256 digest that is signed. */
const digestInfo = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** Signs as the library would, in a tenth of the time. */
const signer = (key: string): Signer => ({
  sign: (digest: Digest) =>
    privateEncrypt(
      { key, padding: constants.RSA_PKCS1_PADDING },
      Buffer.concat([digestInfo, Buffer.from(digest.digest().getBytes(), 'latin1')]),
    ).toString('latin1'),
});

let serial = 0;

const sign = (
  { name, dns = [], ip = [], days = { from: -1, to: 7 } }: Subject,
  key: string,
  issuer: { readonly name: string; readonly key: string },
  authority: boolean,
): string => {
  const subjectKey = forge.pki.privateKeyFromPem(key);
  const certificate = forge.pki.createCertificate();
  serial += 1;
  certificate.publicKey = forge.pki.setRsaPublicKey(subjectKey.n, subjectKey.e);
  certificate.serialNumber = serial.toString(16).padStart(4, '0');
  certificate.validity.notBefore = new Date(Date.now() + days.from * 86_400_000);
  certificate.validity.notAfter = new Date(Date.now() + days.to * 86_400_000);
  certificate.setSubject([{ name: 'commonName', value: name }]);
  certificate.setIssuer([{ name: 'commonName', value: issuer.name }]);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: authority },
    { name: 'keyUsage', keyCertSign: authority, digitalSignature: true, keyEncipherment: !authority },
    {
      name: 'subjectAltName',
      altNames: [...dns.map((value) => ({ type: 2, value })), ...ip.map((address) => ({ type: 7, ip: address }))],
    },
  ]);
  certificate.sign(signer(issuer.key), forge.md.sha256.create());
  return forge.pki.certificateToPem(certificate);
};

const authorityOf = (name: string, key: string, certificate: string): Authority => ({
  certificate,
  issue: (subject) => {
    const privateKey = newKey();
    return { certificate: sign(subject, privateKey, { name, key }, false), privateKey };
  },
  authorize: (subject) => {
    const own = newKey();
    return authorityOf(subject.name, own, sign(subject, own, { name, key }, true));
  },
});

/** Creates an authority with its own key. */
export const createAuthority = (name: string): Authority => {
  const key = newKey();
  return authorityOf(name, key, sign({ name, dns: [name] }, key, { name, key }, true));
};
