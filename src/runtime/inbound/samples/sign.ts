import { randomUUID } from 'node:crypto';
import { secretList } from '../../../connector/webhooks/auth-secrets.ts';
import type { RawRequest, SchemeAuth, WebhookAuth } from '../../../connector/webhooks/auth-types.ts';
import { readPairs } from '../bodies/form.ts';
import { apiKeyHeader } from '../verify/credentials.ts';
import { singleHeader, withHeaders } from '../verify/headers.ts';
import { signText } from '../verify/signatures/scheme.ts';
import { isStandard, schemeOf } from '../verify/signatures/schemes.ts';

/** What {@link signRequest} needs. */
export interface SigningSettings {
  /** With its secrets resolved. The first secret signs. */
  readonly auth: WebhookAuth;
  /** The public address of the webhook, without a query; needed by schemes that sign it. */
  readonly address?: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

type Headers = Readonly<Record<string, string>>;

const toHeader = (text: string): string => Buffer.from(text).toString('latin1');

/** The headers of credentials, which do not depend on the request. */
const credentials = (auth: SchemeAuth): Headers => {
  switch (auth.type) {
    case 'gitlab':
      return { 'x-gitlab-token': toHeader(secretList(auth.secret)[0]!) };
    case 'basic': {
      const pair = `${auth.username}:${secretList(auth.password)[0]!}`;
      return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
    }
    case 'apiKey': {
      const header = apiKeyHeader(auth);
      return header === undefined ? {} : { [header]: toHeader(`${auth.prefix ?? ''}${secretList(auth.key)[0]!}`) };
    }
    default:
      return {};
  }
};

/** A query with an API key in it, in place of those that it has. */
const withQueryKey = (query: string, name: string, key: string): string => {
  const others = query.split('&').filter((part) => part !== '' && (readPairs(part) ?? [])[0]?.[0] !== name);
  return [...others, `${encodeURIComponent(name)}=${encodeURIComponent(key)}`].join('&');
};

const withCredentials = (request: RawRequest, auth: SchemeAuth): RawRequest => {
  if (auth.type === 'eventGrid' || auth.type === 'cloudEvents') return withCredentials(request, auth.auth);
  const headers = withHeaders(request.headers, credentials(auth));
  if (auth.type !== 'apiKey' || apiKeyHeader(auth) !== undefined) return { ...request, headers };
  return { ...request, headers, query: withQueryKey(request.query, auth.query!, secretList(auth.key)[0]!) };
};

/**
 * Whether a request can be signed with what the webhook knows. Otherwise, only its sender can: it has the private key.
 *
 * @param auth with its secrets resolved
 */
export const isSignable = (auth: WebhookAuth): boolean => {
  if (auth === 'none') return true;
  if (auth.type === 'eventGrid' || auth.type === 'cloudEvents') return isSignable(auth.auth);
  if (auth.type === 'jwt' || auth.type === 'sns') return false;
  return !isStandard(auth) || schemeOf(auth, undefined)?.keys[0] !== undefined;
};

/**
 * Signs a stored request anew, as its sender would now: with the current time, and the first secret. Whoever sends it again is
 * not refused because it is old. The id of the delivery stays, so that it is recognised as a repetition.
 *
 * A request with a JWT, a certificate or a public key comes back unchanged: only its sender can sign it.
 *
 * @example
 * await send(signRequest(request, { auth, address, now: Date.now() }));
 */
export const signRequest = (request: RawRequest, { auth, address, now }: SigningSettings): RawRequest => {
  if (auth === 'none') return request;
  const keyed = schemeOf(auth, address);
  if (keyed === undefined) return withCredentials(request, auth);
  const [key] = keyed.keys;
  if (key === undefined) return request;
  const identified =
    isStandard(auth) && singleHeader(request.headers, 'webhook-id') === undefined
      ? { ...request, headers: withHeaders(request.headers, { 'webhook-id': `msg_${randomUUID()}` }) }
      : request;
  const timestamp = String(Math.floor(now / 1000));
  const texts = keyed.scheme.texts(identified, timestamp);
  if (typeof texts === 'string') return request;
  const signature = signText(keyed.scheme, key, texts[0]!);
  return { ...identified, headers: withHeaders(identified.headers, keyed.scheme.write(signature, timestamp)) };
};
