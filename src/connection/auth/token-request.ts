import { isObject } from '../../common/is-object.ts';
import { isLoopback } from '../address.ts';
import { connectionFault, isConnectionFault } from '../faults.ts';
import { type HttpAnswer, sendHttpRequest, tooLargeCode } from '../network/http-request.ts';
import { explainTlsCode } from '../network/tls-diagnosis.ts';
import type { TlsMaterial } from '../network/tls-material.ts';
import type { ConnectionFault } from '../port.ts';
import { type AssertionKey, createAssertion } from './client-assertion.ts';

/** The request for an access token. Only what is set is sent. */
export interface TokenRequest {
  /** URL of the token server, without credentials in it. Without it, `discoveryUrl` names the server. */
  readonly url?: string;
  /** URL of an issuer's `/.well-known/openid-configuration`. */
  readonly discoveryUrl?: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  /** Signs an assertion instead of sending a secret. */
  readonly assertion?: AssertionKey;
  readonly audience?: string;
  readonly scope?: string;
  readonly resource?: string;
  /** Certificates and key for the token server; its authority is trusted in addition to the public ones. */
  readonly material?: TlsMaterial;
  /** Sends the secret to a token server on another machine without TLS. It concerns only a server that `discoveryUrl` names. */
  readonly allowPlaintext?: boolean;
  /** The variables that may name a proxy. Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Time limit of one request in milliseconds, including its answer. Default: 10,000. */
  readonly timeout?: number;
}

/** A token as the server issued it. */
export interface IssuedToken {
  readonly value: string;
  /** Milliseconds from now. */
  readonly lifetime: number;
}

/** The longest answer of a token server in bytes. A token fits into a header, so it has a few kilobytes. */
const longestAnswer = 1024 * 1024;

/** How long a token server asks its clients to wait, by fault, in milliseconds. */
const waits = new WeakMap<ConnectionFault, number>();

/** How long the token server asked to wait after this fault, in milliseconds; 0 if it did not. */
export const requestedWait = (fault: ConnectionFault): number => waits.get(fault) ?? 0;

/** No token server may stop a client for longer, in milliseconds. */
const longestWait = 300_000;

const retryAfter = ({ headers }: HttpAnswer): number => {
  const value = headers['retry-after'];
  if (typeof value !== 'string') return 0;
  const milliseconds = /^\d+$/.test(value.trim()) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isFinite(milliseconds) ? Math.min(longestWait, Math.max(0, milliseconds)) : 0;
};

/** Lifetime of a token in milliseconds if the server does not state it. */
const defaultLifetime = 300_000;

// Error messages quote only these codes: any other text may contain the secret.
const knownErrors: readonly string[] = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
  'access_denied',
];

const parseObject = (body: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
};

const checkSettings =
  'check the client id, the client secret and the URL of the token server (CAMUNDA_CLIENT_ID, CAMUNDA_CLIENT_SECRET, CAMUNDA_OAUTH_URL).';

const unexpected = (status: number, where: string): ConnectionFault => {
  if (status === 408 || status === 429 || status >= 500) {
    return connectionFault('transient', 'UNAVAILABLE', {
      what: `The token server failed (HTTP ${status}).`,
      where,
      fix: 'try again later. If the error persists, check the state of the token server.',
    });
  }
  return connectionFault('credentials', 'UNAUTHENTICATED', {
    what: `The URL is not that of a token server (HTTP ${status}).`,
    where,
    fix: 'correct CAMUNDA_OAUTH_URL (oauthUrl).',
  });
};

/** What to do about an error of a token server, by its code and by what the request lacked. */
const adviceFor = (status: number, code: string | undefined, request: Partial<TokenRequest>): string => {
  if (code === 'invalid_scope') {
    return request.scope === undefined
      ? 'set CAMUNDA_TOKEN_SCOPE (scope); Entra ID needs <application id>/.default.'
      : 'correct CAMUNDA_TOKEN_SCOPE (scope).';
  }
  if (code === 'invalid_target')
    return 'correct CAMUNDA_TOKEN_AUDIENCE (audience) or CAMUNDA_TOKEN_RESOURCE (resource).';
  const isAudience =
    request.clientId !== undefined && request.audience === undefined && (status === 403 || code === 'access_denied');
  return isAudience
    ? `${checkSettings} If the token server requires an audience, set CAMUNDA_TOKEN_AUDIENCE (audience).`
    : checkSettings;
};

/**
 * Reads a token server's answer.
 *
 * @param status HTTP status
 * @param body text of the answer
 * @param where the token server, for errors
 * @returns the token, or an error. Its text quotes nothing from the answer except a known error code.
 */
export const readTokenAnswer = (
  status: number,
  body: string,
  where: string,
  request: Partial<TokenRequest> = {},
): IssuedToken | ConnectionFault => {
  const answer = parseObject(body);
  if (status === 400 || status === 401 || status === 403) {
    const code = knownErrors.find((known) => known === answer.error);
    return connectionFault('credentials', 'UNAUTHENTICATED', {
      what: `The token server rejected the client's credentials (HTTP ${status}${code === undefined ? '' : `, ${code}`}).`,
      where,
      fix: adviceFor(status, code, request),
    });
  }
  if (status !== 200) return unexpected(status, where);
  const { access_token: value, expires_in: seconds } = answer;
  // Other characters are not allowed in a header, and the error for them would quote the token.
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) {
    return connectionFault('transient', 'UNAVAILABLE', {
      what: 'The token server answered without an access token (HTTP 200, but no JSON with access_token).',
      where,
      fix: 'check that CAMUNDA_OAUTH_URL (oauthUrl) is the address of a token server, and that no proxy answers instead.',
    });
  }
  const lifetime = Number(seconds) * 1_000;
  return { value, lifetime: Number.isFinite(lifetime) && lifetime > 0 ? lifetime : defaultLifetime };
};

/** The URL for error messages: without its query, which may contain a key. */
export const urlForErrors = (url: string): string => {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
};

const noAnswer = (error: unknown, url: string): ConnectionFault => {
  const { code } = error as { readonly code?: unknown };
  if (code === tooLargeCode) {
    return connectionFault('transient', 'UNAVAILABLE', {
      what: `The token server sent more than ${longestAnswer} bytes.`,
      where: urlForErrors(url),
      fix: 'check that CAMUNDA_OAUTH_URL (oauthUrl) is the address of a token server, and that no proxy answers instead.',
    });
  }
  const name = typeof code === 'string' ? code : 'no error code';
  const plain = 'A token server without TLS needs http:// in CAMUNDA_OAUTH_URL (oauthUrl).';
  const tls = explainTlsCode(name, new URL(url).hostname, plain);
  if (tls !== undefined) {
    // The code names the side that complained, which here is the token server.
    const what = tls.what.replace('The gateway', 'The token server');
    return connectionFault('certificate', 'UNAVAILABLE', { ...tls, what, where: urlForErrors(url) });
  }
  return connectionFault('transient', 'UNAVAILABLE', {
    what: `The token server cannot be reached (${name}).`,
    where: urlForErrors(url),
    fix: 'check CAMUNDA_OAUTH_URL (oauthUrl) and the network.',
  });
};

const hostOf = (url: string): string => new URL(url).hostname.replace(/^\[|\]$/g, '');

/** Asks an issuer for the URL of its token server. */
const discover = async (request: TokenRequest, discoveryUrl: string, signal: AbortSignal): Promise<string> => {
  const { material = {}, allowPlaintext = false, env = process.env } = request;
  const where = urlForErrors(discoveryUrl);
  const headers = { accept: 'application/json' };
  const answer = await sendHttpRequest({
    method: 'GET',
    url: discoveryUrl,
    headers,
    material,
    env,
    maxBytes: longestAnswer,
    signal,
  });
  const fix =
    'correct CAMUNDA_ISSUER_URL (issuerUrl), or set CAMUNDA_OAUTH_URL (oauthUrl) to the URL of the token server.';
  if (answer.status !== 200) {
    const isTemporary = answer.status === 408 || answer.status === 429 || answer.status >= 500;
    throw connectionFault(isTemporary ? 'transient' : 'credentials', isTemporary ? 'UNAVAILABLE' : 'UNAUTHENTICATED', {
      what: `The issuer did not describe itself (HTTP ${answer.status}).`,
      where,
      fix,
    });
  }
  const { token_endpoint: endpoint } = parseObject(answer.body);
  const isUrl = typeof endpoint === 'string' && URL.canParse(endpoint) && /^https?:$/.test(new URL(endpoint).protocol);
  if (!isUrl) {
    throw connectionFault('transient', 'UNAVAILABLE', {
      what: 'The issuer did not name its token server (no JSON with token_endpoint).',
      where,
      fix,
    });
  }
  if (new URL(endpoint).protocol === 'http:' && !isLoopback(hostOf(endpoint)) && !allowPlaintext) {
    throw connectionFault('credentials', 'UNAUTHENTICATED', {
      what: 'The issuer names a token server without TLS, which would expose the client secret.',
      where,
      fix: 'let the issuer name an https:// URL, or accept the risk with CAMUNDA_ALLOW_PLAINTEXT_CREDENTIALS=true (allowPlaintextCredentials).',
    });
  }
  return endpoint;
};

const formOf = (request: TokenRequest, url: string): string => {
  const { clientId, clientSecret, assertion, audience, scope, resource } = request;
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId });
  if (assertion !== undefined) {
    form.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    form.set('client_assertion', createAssertion(assertion, clientId, url, Date.now()));
  } else if (clientSecret !== undefined) form.set('client_secret', clientSecret);
  for (const [name, value] of Object.entries({ audience, scope, resource })) {
    if (value !== undefined) form.set(name, value);
  }
  return form.toString();
};

/** Remembers the URL that an issuer named, since it rarely changes. Forgotten when a token request fails. */
export interface DiscoveredUrl {
  url?: string | undefined;
}

/**
 * Requests a token with client credentials. Makes one attempt.
 *
 * @param request the server, the client and the time limit
 * @param signal aborts the request
 * @param discovered keeps the URL of the token server between requests
 * @throws ConnectionFault with the reason `credentials` if the server rejects the client, `transient` if it is down, silent
 *   or does not send a token, `certificate` if TLS cannot be established, `aborted` if the signal fires
 * @example
 * const { value } = await requestToken({ url, clientId, clientSecret, audience: 'zeebe.camunda.io' }, signal);
 */
export const requestToken = async (
  request: TokenRequest,
  signal: AbortSignal,
  discovered: DiscoveredUrl = {},
): Promise<IssuedToken> => {
  const { discoveryUrl, material = {}, env = process.env, timeout = 10_000 } = request;
  const ending = new AbortController();
  const end = (): void => ending.abort();
  signal.addEventListener('abort', end);
  const timer = setTimeout(end, timeout);
  let asked = request.url ?? discovered.url ?? discoveryUrl ?? '';
  try {
    if (signal.aborted) end();
    ending.signal.throwIfAborted();
    discovered.url ??= request.url ?? (await discover(request, discoveryUrl ?? '', ending.signal));
    const url = discovered.url;
    asked = url;
    const answer = await sendHttpRequest({
      method: 'POST',
      url,
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' },
      body: formOf(request, url),
      material,
      env,
      maxBytes: longestAnswer,
      signal: ending.signal,
    });
    const token = readTokenAnswer(answer.status, answer.body, urlForErrors(url), request);
    if (!('kind' in token)) return token;
    waits.set(token, retryAfter(answer));
    throw token;
  } catch (error) {
    discovered.url = undefined;
    if (signal.aborted) throw connectionFault('aborted', 'CANCELLED', { what: 'The connection is closed.' });
    if (ending.signal.aborted) {
      throw connectionFault('transient', 'DEADLINE_EXCEEDED', {
        what: `The token server did not answer within ${timeout} ms.`,
        where: urlForErrors(asked),
        fix: 'check the state of the token server and CAMUNDA_OAUTH_URL (oauthUrl).',
      });
    }
    throw isConnectionFault(error) ? error : noAnswer(error, asked);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
};
