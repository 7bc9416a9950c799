import type { RawRequest } from '../../../connector/webhooks/auth-types.ts';

type Headers = RawRequest['headers'];

/**
 * The values of a header, in the order in which they arrived.
 *
 * @param name in lower case
 */
export const headerValues = (headers: Headers, name: string): readonly string[] =>
  headers.filter(([one]) => one.toLowerCase() === name).map(([, value]) => value);

/**
 * The value of a header that occurs exactly once; `undefined` otherwise. Of two signatures, no one could say which is meant.
 *
 * @param name in lower case
 */
export const singleHeader = (headers: Headers, name: string): string | undefined => {
  const values = headerValues(headers, name);
  return values.length === 1 ? values[0] : undefined;
};

/** The bytes of a header's value. Node.js decodes headers as latin-1, whatever the sender wrote. */
export const headerBytes = (value: string): Uint8Array => Buffer.from(value, 'latin1');

/** Headers with some of them replaced. */
export const withHeaders = (headers: Headers, replaced: Readonly<Record<string, string>>): Headers => [
  ...headers.filter(([name]) => !Object.hasOwn(replaced, name.toLowerCase())),
  ...Object.entries(replaced),
];
