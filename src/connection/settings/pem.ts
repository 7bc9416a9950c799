import { createPrivateKey, X509Certificate } from 'node:crypto';
import { fileTooLongCode } from '../../common/files/read-file.ts';

/** Access to the files that settings name. It is a parameter, so that reading settings stays a pure function. */
export interface Files {
  /** The text of a file. Throws if it cannot be read. */
  read(path: string): string;
  /** Whether a file or folder exists. */
  exists(path: string): boolean;
}

/** A checked value, or a problem as the end of a sentence that begins with the setting's name. */
export type Checked<T> = { readonly value: T } | { readonly problem: string };

/** The content that a PEM text must have. */
export type PemKind = 'certificate' | 'privateKey';

const kindText: Record<PemKind, string> = { certificate: 'certificate', privateKey: 'private key' };

const isPem = (text: string): boolean => text.includes('-----BEGIN ');

// In .env files and container settings, PEM text is often on one line with `\n` for line breaks.
const withLineBreaks = (text: string): string =>
  `${text
    .replace(/\\r|\r/g, '')
    .replaceAll('\\n', '\n')
    .trim()}\n`;

/**
 * Whether a value can only be a path. A value that is neither PEM text nor a readable file may be a key without its header
 * line, which no error may show. Base64 contains no dot, and a key in base64 does not begin with a slash.
 */
const isSurelyPath = (text: string): boolean =>
  text.length <= 260 && /^[^\r\n]+$/.test(text) && /^(?:\.{0,2}\/|~|[a-z]:[\\/])|\.[a-z0-9]{1,8}$/i.test(text);

const certificatesIn = (pem: string): readonly string[] =>
  pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;

const problemOf = (kind: PemKind, pem: string): string | undefined => {
  if (kind === 'privateKey' && /^(?:-----BEGIN ENCRYPTED|Proc-Type: .*ENCRYPTED)/m.test(pem)) {
    return 'is protected by a passphrase; set it (CAMUNDA_MTLS_KEY_PASSPHRASE, keyPassphrase), or remove it from the key, e.g. with: openssl pkey -in key.pem -out plain.pem';
  }
  try {
    if (kind === 'privateKey') {
      createPrivateKey(pem);
      return undefined;
    }
    const certificates = certificatesIn(pem);
    for (const certificate of certificates) new X509Certificate(certificate);
    return certificates.length > 0 ? undefined : 'contains no certificate (-----BEGIN CERTIFICATE-----)';
  } catch {
    return `contains no readable ${kindText[kind]} in PEM form`;
  }
};

const whyUnread = (error: unknown): string => {
  const code = codeOf(error);
  if (code === 'ENOENT') return 'which does not exist';
  return code === fileTooLongCode ? 'which is too long for certificates and keys' : 'which cannot be read';
};

/**
 * Reads a setting that is PEM text, with line breaks or with `\n`, or the path of a file that contains it.
 *
 * @returns the PEM text with line breaks, or a problem, which never contains a private key
 */
export const readPem = (kind: PemKind, text: string, files: Files): Checked<string> => {
  if (isPem(text)) {
    const pem = withLineBreaks(text);
    const problem = problemOf(kind, pem);
    return problem === undefined ? { value: pem } : { problem };
  }
  let content: string;
  try {
    content = files.read(text);
  } catch (error) {
    return {
      problem: isSurelyPath(text)
        ? `names the file ${text}, ${whyUnread(error)}`
        : 'is neither PEM text (-----BEGIN …) nor the path of a readable file',
    };
  }
  const pem = withLineBreaks(content);
  const problem = problemOf(kind, pem);
  return problem === undefined ? { value: pem } : { problem: `names the file ${text}, which ${problem}` };
};

/** Whether the key belongs to the first certificate of the chain. {@link readPem} must have accepted both. */
export const keyFits = (privateKey: string, certificateChain: string): boolean =>
  new X509Certificate(certificatesIn(certificateChain)[0] ?? '').checkPrivateKey(createPrivateKey(privateKey));

/**
 * Removes the passphrase of a private key.
 *
 * @param value PEM text or the path of a file
 * @returns the key as PEM text without a passphrase; the value as it was if the passphrase does not fit or the key has none
 */
export const unlockKey = (value: unknown, passphrase: string, files: Files): unknown => {
  if (typeof value !== 'string') return value;
  try {
    const key = withLineBreaks(isPem(value) ? value : files.read(value.trim()));
    return createPrivateKey({ key, passphrase }).export({ type: 'pkcs8', format: 'pem' });
  } catch {
    return value;
  }
};
