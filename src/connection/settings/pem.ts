import { createPrivateKey, X509Certificate } from 'node:crypto';

/** The files that settings may name. Handed in, so that reading settings stays a pure function. */
export interface Files {
  /** The file's text; throws when it cannot be read. */
  read(path: string): string;
  /** Tells whether a file or folder is there. */
  exists(path: string): boolean;
}

/** A checked value, or what is wrong with it as the end of a sentence that begins with the setting's name. */
export type Checked<T> = { readonly value: T } | { readonly problem: string };

/** What a PEM text should hold. */
export type PemKind = 'certificate' | 'privateKey';

const wanted: Record<PemKind, string> = { certificate: 'certificate', privateKey: 'private key' };

const isPem = (text: string): boolean => text.includes('-----BEGIN ');

// In an .env file or a container's settings a PEM text often stands on one line with `\n` written out.
const tidy = (text: string): string =>
  `${text
    .replace(/\\r|\r/g, '')
    .replaceAll('\\n', '\n')
    .trim()}\n`;

/**
 * A value that is neither PEM text nor a readable file may be a key whose header line got lost. So it is named in
 * an error only when it can be nothing but a path; base64 holds no dot and a DER document does not begin with a slash.
 */
const isSurelyPath = (text: string): boolean =>
  text.length <= 260 && /^[^\r\n]+$/.test(text) && /^(?:\.{0,2}\/|~|[a-z]:[\\/])|\.[a-z0-9]{1,8}$/i.test(text);

const certificatesIn = (pem: string): readonly string[] =>
  pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;

const problemOf = (kind: PemKind, pem: string): string | undefined => {
  if (kind === 'privateKey' && /^(?:-----BEGIN ENCRYPTED|Proc-Type: .*ENCRYPTED)/m.test(pem)) {
    return 'holds a private key under a passphrase; store it without one, e.g. with: openssl pkey -in key.pem -out plain.pem';
  }
  try {
    if (kind === 'privateKey') {
      createPrivateKey(pem);
      return undefined;
    }
    const certificates = certificatesIn(pem);
    for (const certificate of certificates) new X509Certificate(certificate);
    return certificates.length > 0 ? undefined : 'holds no certificate (-----BEGIN CERTIFICATE-----)';
  } catch {
    return `holds no readable ${wanted[kind]} in PEM form`;
  }
};

/**
 * Reads a setting that is PEM text, also with `\n` written out, or the path of a file that holds it.
 *
 * @returns the PEM text with real line breaks, or what is wrong. A private key is never part of the text.
 */
export const readPem = (kind: PemKind, text: string, files: Files): Checked<string> => {
  if (isPem(text)) {
    const pem = tidy(text);
    const problem = problemOf(kind, pem);
    return problem === undefined ? { value: pem } : { problem };
  }
  let content: string;
  try {
    content = files.read(text);
  } catch (error) {
    const why = codeOf(error) === 'ENOENT' ? 'which does not exist' : 'which cannot be read';
    return {
      problem: isSurelyPath(text)
        ? `names the file ${text}, ${why}`
        : 'is neither PEM text (-----BEGIN …) nor the path of a readable file',
    };
  }
  const pem = tidy(content);
  const problem = problemOf(kind, pem);
  return problem === undefined ? { value: pem } : { problem: `names the file ${text}, which ${problem}` };
};

/** Tells whether the key belongs to the first certificate of the chain. Both have been checked by {@link readPem}. */
export const keyFits = (privateKey: string, certificateChain: string): boolean =>
  new X509Certificate(certificatesIn(certificateChain)[0] ?? '').checkPrivateKey(createPrivateKey(privateKey));
