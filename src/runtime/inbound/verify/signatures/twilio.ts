import { createHash } from 'node:crypto';
import type { RawRequest, TwilioAuth } from '../../../../connector/webhooks/auth-types.ts';
import { readPairs, singleParameter } from '../../bodies/form.ts';
import { formType, readMediaType } from '../../bodies/media-type.ts';
import { isSame } from '../compare.ts';
import { headerValues, singleHeader } from '../headers.ts';
import { addressOf } from './header-hmac.ts';
import type { SignatureScheme } from './scheme.ts';

const header = 'x-twilio-signature';

const defaultPorts: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' };

/**
 * The spellings of an address that Twilio may have signed: with and without the default port.
 *
 * @example
 * addressVariants('https://example.com/a'); // ['https://example.com/a', 'https://example.com:443/a']
 */
export const addressVariants = (address: string): readonly string[] => {
  const [, scheme = '', host = '', port, rest = ''] =
    /^([a-z]+:)\/\/(\[[^\]/?]*\]|[^:/?]*)(?::(\d+))?(.*)$/i.exec(address) ?? [];
  const standard = defaultPorts[scheme.toLowerCase()];
  if (standard === undefined) return [address];
  if (port === undefined) return [address, `${scheme}//${host}:${standard}${rest}`];
  return port === standard ? [address, `${scheme}//${host}${rest}`] : [address];
};

/** By UTF-16 units, as Twilio sorts. */
const byText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** The fields of a form as Twilio signs them: sorted by name, each value once, nothing between them. */
const formText = (body: Uint8Array): string | undefined => {
  const pairs = readPairs(Buffer.from(body).toString('utf8'));
  if (pairs === undefined) return undefined;
  const values = new Map<string, Set<string>>();
  for (const [name, value] of pairs) values.set(name, (values.get(name) ?? new Set()).add(value));
  return [...values.keys()]
    .sort(byText)
    .map((name) =>
      [...values.get(name)!]
        .sort(byText)
        .map((value) => name + value)
        .join(''),
    )
    .join('');
};

/** What follows the address in the signed text; `undefined` if the body does not belong to the request. */
const signedBody = ({ query, headers, body }: RawRequest): string | undefined => {
  if (body.length === 0) return '';
  const { type } = readMediaType(headerValues(headers, 'content-type')[0] ?? '');
  if (type === formType) return formText(body);
  // Only the address is signed, so it must contain the hash of the body.
  const hash = singleParameter(query, 'bodySHA256');
  return hash !== undefined && isSame(createHash('sha256').update(body).digest('hex'), hash) ? '' : undefined;
};

/**
 * Twilio's scheme: the public address, with the fields of a form, in one header.
 *
 * @param address the public address of the webhook
 */
export const twilioScheme = ({ algorithm = 'sha1' }: TwilioAuth, address: string): SignatureScheme => ({
  algorithm,
  encoding: 'base64',
  timed: false,
  read: ({ headers }) => {
    const value = singleHeader(headers, header);
    return value === undefined ? `there is not exactly one header ${header}` : { signatures: [value], timestamp: '' };
  },
  texts: (request) => {
    const body = signedBody(request);
    if (body === undefined) return 'the body is neither a valid form nor has its hash in the address';
    return addressVariants(addressOf(address, request.query)).map((variant) => [variant, body]);
  },
  write: (signature) => ({ [header]: signature }),
});
