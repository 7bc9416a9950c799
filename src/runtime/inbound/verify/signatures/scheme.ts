import { createHmac } from 'node:crypto';
import { maxSecrets, type RawRequest, type ReplayWindow } from '../../../../connector/webhooks/auth-types.ts';
import type { HmacFormat } from '../../../../connector/webhooks/hmac-format.ts';
import type { Refused, Verified } from '../../types.ts';
import { isSame } from '../compare.ts';
import { unauthenticated } from '../refusals.ts';

/** A text that is signed, in parts, so that a large body is not copied. */
export type SignedText = readonly (string | Uint8Array)[];

/** What the headers of a request say about its signature. */
export interface SignatureHeaders {
  readonly signatures: readonly string[];
  /** As it stands in the header, because that is what is signed. Empty without one. */
  readonly timestamp: string;
}

/** A scheme that signs with a shared secret, for those who verify and those who sign. */
export interface SignatureScheme extends Pick<HmacFormat, 'algorithm' | 'encoding'> {
  /** Whether a timestamp is signed. */
  readonly timed: boolean;
  /** Reads the signature of a request, or says why there is none. */
  readonly read: (request: RawRequest) => SignatureHeaders | string;
  /** The texts that may have been signed, or why there is none. The one that a signer uses is the first. */
  readonly texts: (request: RawRequest, timestamp: string) => readonly SignedText[] | string;
  /** The headers for a signature, with their names in lower case. */
  readonly write: (signature: string, timestamp: string) => Readonly<Record<string, string>>;
}

/** A secret as the key of an HMAC. */
export type HmacKey = string | Uint8Array;

/** Makes the signature of a text. */
export const signText = (
  { algorithm, encoding }: Pick<SignatureScheme, 'algorithm' | 'encoding'>,
  key: HmacKey,
  text: SignedText,
): string => {
  const mac = createHmac(algorithm, key);
  for (const part of text) mac.update(part);
  return mac.digest(encoding);
};

/**
 * Whether one of the signatures belongs to one of the texts and one of the keys. Our signature is compared as text with theirs:
 * decoding theirs would accept other spellings of it. Compares all of them.
 */
export const isSigned = (
  scheme: Pick<SignatureScheme, 'algorithm' | 'encoding'>,
  keys: readonly HmacKey[],
  texts: readonly SignedText[],
  signatures: readonly string[],
): boolean =>
  keys
    .flatMap((key) => texts.map((text) => signText(scheme, key, text)))
    .flatMap((expected) => signatures.map((given) => isSame(expected, given)))
    .includes(true);

/** Whole seconds, as every scheme writes them. Neither a sign nor a fraction nor an exponent. */
export const isTimestamp = (text: string): boolean => /^\d{1,12}$/.test(text);

/**
 * Whether a timestamp is within the window, in either direction.
 *
 * @param now milliseconds since 1970
 */
export const isRecent = (timestamp: string, window: ReplayWindow, now: number): boolean =>
  window === false || Math.abs(Math.floor(now / 1000) - Number(timestamp)) <= window;

/** Refuses more signatures than any sender needs, each of which costs a comparison. */
export const tooMany = (signatures: readonly unknown[]): boolean => signatures.length > maxSecrets;

const noSignature = 'the request has no signature of this scheme';

/** The reason of a request whose signature is wrong. */
export const wrongSignature = 'the signature does not belong to the request and to a secret';

/** The reason of a request that is too old, or from the future. */
export const notRecent = 'the timestamp is outside the window';

/**
 * Verifies the signature of a request. The window is checked after the signature: a timestamp that is not signed says nothing.
 *
 * @param now milliseconds since 1970
 */
export const verifySignature = (
  scheme: SignatureScheme,
  keys: readonly HmacKey[],
  window: ReplayWindow,
  request: RawRequest,
  now: number,
): Verified | Refused => {
  const read = scheme.read(request);
  const texts = typeof read === 'string' ? read : scheme.texts(request, read.timestamp);
  if (typeof read === 'string' || typeof texts === 'string') {
    // As much work as for a wrong signature, so that the time of the answer does not tell which it was.
    isSigned(scheme, keys, [[request.body]], [noSignature]);
    return unauthenticated(typeof read === 'string' ? read : (texts as string));
  }
  if (!isSigned(scheme, keys, texts, read.signatures)) return unauthenticated(wrongSignature);
  if (scheme.timed && !isRecent(read.timestamp, window, now)) return unauthenticated(notRecent);
  return { kind: 'verified' };
};
