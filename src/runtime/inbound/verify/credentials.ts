import { secretList } from '../../../connector/webhooks/auth-secrets.ts';
import type { ApiKeyAuth, BasicAuth, RawRequest } from '../../../connector/webhooks/auth-types.ts';
import { readPairs } from '../bodies/form.ts';
import type { Refused, Verified } from '../types.ts';
import { isOneOf, isSame } from './compare.ts';
import { headerBytes, headerValues, singleHeader } from './headers.ts';
import { unauthenticated } from './refusals.ts';
import { tooMany } from './signatures/scheme.ts';

const asksForBasic = { 'www-authenticate': 'Basic realm="webhook", charset="UTF-8"' };

const basic = /^basic +((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/i;

const colon = 0x3a;

/** Verifies a user name and a password. A password may contain colons. */
export const verifyBasic = ({ username, password }: BasicAuth, { headers }: RawRequest): Verified | Refused => {
  const [, encoded = ''] = basic.exec(singleHeader(headers, 'authorization') ?? '') ?? [];
  const given = Buffer.from(encoded, 'base64');
  const at = given.indexOf(colon);
  const isUser = isSame(given.subarray(0, Math.max(0, at)), username);
  const isPassword = isOneOf(given.subarray(at + 1), secretList(password));
  return at !== -1 && isUser && isPassword
    ? { kind: 'verified' }
    : unauthenticated('the user name or the password is wrong or missing', asksForBasic);
};

/** The header of an API key. */
export const apiKeyHeader = ({ header, query }: ApiKeyAuth): string | undefined =>
  header?.toLowerCase() ?? (query === undefined ? 'x-api-key' : undefined);

/** The keys of a request: none unless every one begins with the prefix, whose case does not matter, as in `Bearer `. */
const givenKeys = (auth: ApiKeyAuth, { headers, query }: RawRequest): readonly Uint8Array[] => {
  const { prefix = '' } = auth;
  const header = apiKeyHeader(auth);
  const values = header === undefined ? [] : headerValues(headers, header);
  const unprefixed = values.filter((value) => value.slice(0, prefix.length).toLowerCase() === prefix.toLowerCase());
  if (unprefixed.length < values.length) return [];
  const inQuery = auth.query === undefined ? [] : (readPairs(query) ?? []).filter(([name]) => name === auth.query);
  return [
    ...unprefixed.map((value) => headerBytes(value.slice(prefix.length))),
    ...inQuery.map(([, value]) => Buffer.from(value)),
  ];
};

/** Verifies an API key. If a request has several, each of them must be right. */
export const verifyApiKey = (auth: ApiKeyAuth, request: RawRequest): Verified | Refused => {
  const keys = secretList(auth.key);
  const given = givenKeys(auth, request);
  // Each costs a comparison with each secret, and a query can repeat a parameter thousands of times.
  if (tooMany(given)) return unauthenticated('the API key occurs too often');
  const results = given.map((one) => isOneOf(one, keys));
  return results.length > 0 && !results.includes(false)
    ? { kind: 'verified' }
    : unauthenticated('the API key is wrong or missing');
};

/** Verifies the secret token of GitLab. */
export const verifyToken = (secrets: readonly string[], { headers }: RawRequest): Verified | Refused =>
  isOneOf(headerBytes(singleHeader(headers, 'x-gitlab-token') ?? ''), secrets)
    ? { kind: 'verified' }
    : unauthenticated('the header x-gitlab-token is wrong or missing');
