import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { RawRequest, ReplayWindow } from '../../../../connector/webhooks/auth-types.ts';
import type { Refused, Verified } from '../../types.ts';
import { singleHeader } from '../headers.ts';
import { unauthenticated } from '../refusals.ts';
import {
  isRecent,
  isSigned,
  isTimestamp,
  notRecent,
  type SignatureHeaders,
  type SignatureScheme,
  tooMany,
  wrongSignature,
} from './scheme.ts';

const sharedPrefix = 'whsec_';
const publicPrefix = 'whpk_';
const privatePrefix = 'whsk_';

const idHeader = 'webhook-id';
const timestampHeader = 'webhook-timestamp';
const signatureHeader = 'webhook-signature';

/** The keys of a webhook: shared ones for `v1`, and public ones for `v1a`. */
export interface StandardKeys {
  readonly shared: readonly Uint8Array[];
  readonly public: readonly KeyObject[];
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** What a DER encoding of a public ed25519 key begins with. */
const ed25519 = Buffer.from('302a300506032b6570032100', 'hex');

/** Reads one secret: a key, or what is wrong with it. */
export const readStandardKey = (text: string): Uint8Array | KeyObject | string => {
  if (text.startsWith(privatePrefix)) return 'is a private key, which only the sender needs; use its public key whpk_…';
  const isPublic = text.startsWith(publicPrefix);
  const encoded = isPublic
    ? text.slice(publicPrefix.length)
    : text.startsWith(sharedPrefix)
      ? text.slice(sharedPrefix.length)
      : text;
  if (!base64.test(encoded)) return 'must be base64, after whsec_ or whpk_';
  const key = Buffer.from(encoded, 'base64');
  if (isPublic) {
    if (key.length !== 32) return `must be a public key of 32 bytes, but has ${key.length}`;
    return createPublicKey({ key: Buffer.concat([ed25519, key]), format: 'der', type: 'spki' });
  }
  return key.length < 24 || key.length > 64 ? `must be a key of 24 to 64 bytes, but has ${key.length}` : key;
};

/** The keys of secrets that have been checked. */
export const standardKeys = (secrets: readonly string[]): StandardKeys => {
  const keys = secrets.map(readStandardKey);
  return {
    shared: keys.filter((key): key is Uint8Array => key instanceof Uint8Array),
    public: keys.filter((key): key is KeyObject => typeof key === 'object' && !(key instanceof Uint8Array)),
  };
};

/** The signatures of a version, e.g. `v1`, without it. */
const ofVersion = (signatures: readonly string[], version: string): readonly string[] =>
  signatures.filter((one) => one.startsWith(`${version},`)).map((one) => one.slice(version.length + 1));

/** All signatures of a request, with their versions. */
const readAll = ({ headers }: RawRequest): SignatureHeaders | string => {
  const value = singleHeader(headers, signatureHeader);
  const timestamp = singleHeader(headers, timestampHeader) ?? '';
  if (value === undefined) return `there is not exactly one header ${signatureHeader}`;
  if (!isTimestamp(timestamp)) return `the header ${timestampHeader} is not a timestamp`;
  const signatures = value.split(' ');
  return tooMany(signatures) ? `the header ${signatureHeader} has too many signatures` : { signatures, timestamp };
};

/** The scheme with a shared key, which a webhook can sign with as well. */
export const standardScheme: SignatureScheme = {
  algorithm: 'sha256',
  encoding: 'base64',
  timed: true,
  read: (request) => {
    const read = readAll(request);
    return typeof read === 'string' ? read : { ...read, signatures: ofVersion(read.signatures, 'v1') };
  },
  texts: ({ headers, body }, timestamp) => {
    const id = singleHeader(headers, idHeader) ?? '';
    // With a dot in the id, another id, timestamp and body would have the same text.
    if (!/^[^.\s]{1,256}$/.test(id)) return `the header ${idHeader} is not an id without dots`;
    return [[`${id}.${timestamp}.`, body]];
  },
  write: (signature, timestamp) => ({ [timestampHeader]: timestamp, [signatureHeader]: `v1,${signature}` }),
};

/** Whether a signature has exactly the form of 64 bytes in base64: Node.js would ignore everything else in it. */
const isEd25519Signature = (text: string): boolean => /^[A-Za-z0-9+/]{85}[AQgw]==$/.test(text);

const isSignedPublicly = (keys: readonly KeyObject[], text: Uint8Array, signatures: readonly string[]): boolean =>
  signatures
    .filter(isEd25519Signature)
    .flatMap((given) => keys.map((key) => verify(null, text, key, Buffer.from(given, 'base64'))))
    .includes(true);

/**
 * Verifies a request by the rules of Standard Webhooks.
 *
 * @param now milliseconds since 1970
 */
export const verifyStandard = (
  keys: StandardKeys,
  window: ReplayWindow,
  request: RawRequest,
  now: number,
): Verified | Refused => {
  const read = readAll(request);
  const texts = typeof read === 'string' ? read : standardScheme.texts(request, read.timestamp);
  if (typeof read === 'string' || typeof texts === 'string') {
    isSigned(standardScheme, keys.shared, [[request.body]], ['']);
    return unauthenticated(typeof read === 'string' ? read : (texts as string));
  }
  const shared = isSigned(standardScheme, keys.shared, texts, ofVersion(read.signatures, 'v1'));
  const text = Buffer.concat(texts[0]!.map((part) => Buffer.from(part as string)));
  const publicly = isSignedPublicly(keys.public, text, ofVersion(read.signatures, 'v1a'));
  if (!shared && !publicly) return unauthenticated(wrongSignature);
  return isRecent(read.timestamp, window, now) ? { kind: 'verified' } : unauthenticated(notRecent);
};
