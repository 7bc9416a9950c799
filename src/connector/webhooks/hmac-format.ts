import type { HmacAuth, MetaAuth, SignedBodyAuth, TimedAuth } from './auth-types.ts';

/** How a scheme writes an HMAC into a header. */
export interface HmacFormat {
  /** In lower case. */
  readonly header: string;
  readonly algorithm: 'sha1' | 'sha256' | 'sha512';
  readonly encoding: 'hex' | 'base64' | 'base64url';
  /** The text in front of the signature. */
  readonly prefix: string;
  /** See `HmacAuth.signedText`. */
  readonly signedText: string;
  /** In lower case. */
  readonly timestampHeader?: string;
  /** Whether hexadecimal digits may be in upper case. */
  readonly anyCase?: boolean;
}

/** The authentication whose header contains nothing but one HMAC, and perhaps a prefix. */
export type HeaderHmacAuth = SignedBodyAuth | MetaAuth | HmacAuth | (TimedAuth & { readonly type: 'slack' | 'zoom' });

const signedBody: HmacFormat = {
  header: 'x-hub-signature-256',
  algorithm: 'sha256',
  encoding: 'hex',
  prefix: 'sha256=',
  signedText: '{body}',
};

const signedTime: HmacFormat = { ...signedBody, prefix: 'v0=', signedText: 'v0:{timestamp}:{body}' };

/** The ready-made schemes. */
const formats: Readonly<Record<Exclude<HeaderHmacAuth['type'], 'hmac'>, HmacFormat>> = {
  github: signedBody,
  meta: signedBody,
  // The header that GitHub uses for SHA-1.
  bitbucket: { ...signedBody, header: 'x-hub-signature' },
  shopify: { ...signedBody, header: 'x-shopify-hmac-sha256', encoding: 'base64', prefix: '' },
  slack: { ...signedTime, header: 'x-slack-signature', timestampHeader: 'x-slack-request-timestamp' },
  zoom: { ...signedTime, header: 'x-zm-signature', timestampHeader: 'x-zm-request-timestamp' },
};

/** How a scheme writes its HMAC. */
export const hmacFormatOf = (auth: HeaderHmacAuth): HmacFormat => {
  if (auth.type !== 'hmac') return formats[auth.type];
  const { header, algorithm = 'sha256', encoding = 'hex', prefix = '', signedText = '{body}', timestampHeader } = auth;
  return {
    header: header.toLowerCase(),
    algorithm,
    encoding,
    prefix,
    signedText,
    ...(timestampHeader === undefined ? {} : { timestampHeader: timestampHeader.toLowerCase() }),
    anyCase: encoding === 'hex',
  };
};

type RequestPart = 'body' | 'timestamp' | 'method' | 'path' | 'url';

/** A part of a signed text: a text, or what stands for a part of the request. */
export type SignedPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: RequestPart };

const placeholder = /\{(body|timestamp|method|path|url|header:[!#$%&'*+.^_`|~0-9A-Za-z-]+)\}/;

/**
 * Splits the text that is signed into its parts. Braces around anything else are text.
 *
 * @example
 * signedParts('v0:{body}'); // [{ kind: 'text', text: 'v0:' }, { kind: 'body' }]
 */
export const signedParts = (signedText: string): readonly SignedPart[] =>
  // The pattern has a group, so every second piece is the inside of a placeholder.
  signedText.split(placeholder).flatMap((piece, index): readonly SignedPart[] => {
    if (index % 2 === 0) return piece === '' ? [] : [{ kind: 'text', text: piece }];
    if (piece.startsWith('header:')) return [{ kind: 'header', name: piece.slice('header:'.length).toLowerCase() }];
    return [{ kind: piece as RequestPart }];
  });
