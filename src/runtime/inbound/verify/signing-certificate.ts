import { X509Certificate } from 'node:crypto';

/** A certificate of Amazon SNS that signs messages, as it was served. */
export interface SigningCertificate {
  readonly leaf: X509Certificate;
  /** It, and those that were served with it. */
  readonly all: readonly X509Certificate[];
}

/** One certificate or several, and nothing around them: `X509Certificate` alone would find one within any text. */
const onlyCertificates = /^\s*(?:-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+$/;

/** The most certificates in one file. Longer chains do not exist. */
const maxLength = 8;

const read = (text: string): readonly X509Certificate[] | undefined => {
  if (!onlyCertificates.test(text)) return undefined;
  const pieces = text.split(/(?<=-----END CERTIFICATE-----)/).filter((piece) => piece.trim() !== '');
  if (pieces.length > maxLength) return undefined;
  return pieces.map((piece) => new X509Certificate(piece));
};

/**
 * The names of certificates that sign messages of a region: the one that most regions share, and its own ones. Newer regions have
 * `sns-signing`, and those of China and of the government of the USA `sns-REGION`; the latter share one.
 */
const namesOf = (host: string): readonly string[] => {
  const [, region = '', suffix = ''] = /^sns\.([^.]+)\.(.+)$/.exec(host) ?? [];
  return [
    'sns.amazonaws.com',
    host,
    `sns-signing.${region}.${suffix}`,
    `sns-${region}.${suffix}`,
    ...(region.startsWith('us-gov-') ? [`sns-us-gov-west-1.${suffix}`] : []),
  ];
};

const isIssuedBy = (certificate: X509Certificate, issuer: X509Certificate): boolean =>
  certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);

const problemOf = (
  [leaf, ...others]: readonly X509Certificate[],
  host: string,
  roots: () => readonly X509Certificate[],
): string | undefined => {
  if (!namesOf(host).some((name) => leaf!.checkHost(name, { wildcards: false }) !== undefined)) {
    return 'its name is not that of Amazon SNS';
  }
  if (leaf!.ca) return 'it belongs to an authority';
  const all = [leaf!, ...others];
  const isChain = others.every((issuer, index) => issuer.ca && isIssuedBy(all[index]!, issuer));
  if (!isChain) return 'the certificates that come with it have not issued it';
  const last = all.at(-1)!;
  const isSelfIssued = last.checkIssued(last);
  const known = roots().filter((root) => last.checkIssued(root));
  // Amazon serves the certificate alone, and the authority that has issued it is not among the roots.
  if (known.length === 0 && others.length === 0 && !isSelfIssued) return undefined;
  return known.some((root) => last.verify(root.publicKey)) ? undefined : 'no known authority has issued it';
};

/**
 * Reads a certificate of Amazon SNS and checks what does not depend on the time: its name, and that each certificate that was served
 * with it has issued the one before it, up to an authority that Node.js knows. Amazon usually serves the certificate alone; then only
 * the connection over which it came proves that it is Amazon's.
 *
 * @param text PEM
 * @param host the host that served it, e.g. `sns.eu-west-1.amazonaws.com`
 * @param roots the certificates of the authorities that are trusted
 * @throws an error that says what is wrong with it
 * @example
 * readSigningCertificate(pem, 'sns.eu-west-1.amazonaws.com', rootCertificates()).leaf.publicKey;
 */
export const readSigningCertificate = (
  text: string,
  host: string,
  roots: () => readonly X509Certificate[],
): SigningCertificate => {
  const all = read(text);
  if (all === undefined) throw new Error('it is not a certificate');
  const problem = problemOf(all, host, roots);
  if (problem !== undefined) throw new Error(problem);
  return { leaf: all[0]!, all };
};

/**
 * Whether a certificate, and all that were served with it, are valid at a time.
 *
 * @param now milliseconds since 1970
 */
export const isValidAt = ({ all }: SigningCertificate, now: number): boolean =>
  all.every(({ validFrom, validTo }) => Date.parse(validFrom) <= now && now <= Date.parse(validTo));
