import type { RawRequest } from '../../../../connector/webhooks/auth-types.ts';
import { type HmacFormat, type SignedPart, signedParts } from '../../../../connector/webhooks/hmac-format.ts';
import { singleHeader } from '../headers.ts';
import { isTimestamp, type SignatureScheme } from './scheme.ts';

/** The public address of a request: that of the webhook, with the query as it arrived. */
export const addressOf = (address: string, query: string): string => (query === '' ? address : `${address}?${query}`);

type Contents = Readonly<Record<'timestamp' | 'method' | 'path' | 'url', string>> & { readonly body: Uint8Array };

/** What a part of the signed text stands for; `undefined` for a header that does not occur exactly once. */
const contentOf = (
  part: SignedPart,
  contents: Contents,
  headers: RawRequest['headers'],
): string | Uint8Array | undefined => {
  if (part.kind === 'text') return part.text;
  return part.kind === 'header' ? singleHeader(headers, part.name) : contents[part.kind];
};

/**
 * A scheme whose header contains one HMAC.
 *
 * @param address the public address of the webhook; needed if `{url}` is signed
 */
export const headerHmac = (format: HmacFormat, address: string | undefined): SignatureScheme => {
  const { header, algorithm, encoding, prefix, timestampHeader, anyCase = false } = format;
  const parts = signedParts(format.signedText);
  const timed = timestampHeader !== undefined;
  return {
    algorithm,
    encoding,
    timed,
    read: ({ headers }) => {
      const value = singleHeader(headers, header);
      if (value === undefined) return `there is not exactly one header ${header}`;
      // The prefix is no secret.
      if (!value.startsWith(prefix)) return `the header ${header} does not begin with its prefix`;
      const timestamp = timed ? singleHeader(headers, timestampHeader) : '';
      if (timestamp === undefined) return `there is not exactly one header ${timestampHeader}`;
      if (timed && !isTimestamp(timestamp)) return `the header ${timestampHeader} is not a timestamp`;
      const given = value.slice(prefix.length);
      return { signatures: [anyCase ? given.toLowerCase() : given], timestamp };
    },
    texts: ({ method, path, query, headers, body }, timestamp) => {
      const text: (string | Uint8Array)[] = [];
      const known = { body, timestamp, method, path, url: addressOf(address ?? '', query) };
      for (const part of parts) {
        const content = contentOf(part, known, headers);
        if (content === undefined) return 'a header that is signed is missing or occurs twice';
        text.push(content);
      }
      return [text];
    },
    write: (signature, timestamp) => ({
      [header]: `${prefix}${signature}`,
      ...(timed ? { [timestampHeader]: timestamp } : {}),
    }),
  };
};
