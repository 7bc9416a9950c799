import { isObject } from '../../common/is-object.ts';
import { connectionFault, isConnectionFault } from '../faults.ts';
import type { ConnectionFault } from '../port.ts';
import { explainTlsCode } from './tls-diagnosis.ts';

/** The request for an access token. */
export interface TokenRequest {
  /** URL of the token server, without credentials in it. */
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly audience: string;
  /** Time limit of one request in milliseconds, including its answer. Default: 10,000. */
  readonly timeout?: number;
}

/** A token as the server issued it. */
export interface IssuedToken {
  readonly value: string;
  /** Milliseconds from now. */
  readonly lifetime: number;
}

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

/**
 * Reads a token server's answer.
 *
 * @param status HTTP status
 * @param body text of the answer
 * @param where the token server, for errors
 * @returns the token, or an error. Its text quotes nothing from the answer except a known error code.
 */
export const readTokenAnswer = (status: number, body: string, where: string): IssuedToken | ConnectionFault => {
  const answer = parseObject(body);
  if (status === 400 || status === 401 || status === 403) {
    const code = knownErrors.find((known) => known === answer.error);
    return connectionFault('credentials', 'UNAUTHENTICATED', {
      what: `The token server rejected the client's credentials (HTTP ${status}${code === undefined ? '' : `, ${code}`}).`,
      where,
      fix: checkSettings,
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
  const cause = (error as { cause?: { code?: unknown } }).cause;
  const code = typeof cause?.code === 'string' ? cause.code : 'no error code';
  const tls = explainTlsCode(code, new URL(url).hostname);
  if (tls !== undefined) return connectionFault('certificate', 'UNAVAILABLE', { ...tls, where: urlForErrors(url) });
  return connectionFault('transient', 'UNAVAILABLE', {
    what: `The token server cannot be reached (${code}).`,
    where: urlForErrors(url),
    fix: 'check CAMUNDA_OAUTH_URL (oauthUrl) and the network.',
  });
};

/**
 * Requests a token with client credentials. Makes one attempt.
 *
 * @param request the server, the client and the time limit
 * @param signal aborts the request
 * @throws ConnectionFault with the reason `credentials` if the server rejects the client, `transient` if it is down, silent
 *   or does not send a token, `certificate` if TLS cannot be established, `aborted` if the signal fires
 * @example
 * const { value } = await requestToken({ url, clientId, clientSecret, audience: 'zeebe.camunda.io' }, signal);
 */
export const requestToken = async (request: TokenRequest, signal: AbortSignal): Promise<IssuedToken> => {
  const { url, clientId, clientSecret, audience, timeout = 10_000 } = request;
  const ending = new AbortController();
  const end = (): void => ending.abort();
  signal.addEventListener('abort', end);
  const timer = setTimeout(end, timeout);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        audience,
      }),
      // A redirect would send the secret to another server.
      redirect: 'manual',
      signal: ending.signal,
    });
    const answer = readTokenAnswer(response.status, await response.text(), urlForErrors(url));
    if ('kind' in answer) throw answer;
    return answer;
  } catch (error) {
    if (signal.aborted) throw connectionFault('aborted', 'CANCELLED', { what: 'The connection is closed.' });
    if (ending.signal.aborted) {
      throw connectionFault('transient', 'DEADLINE_EXCEEDED', {
        what: `The token server did not answer within ${timeout} ms.`,
        where: urlForErrors(url),
        fix: 'check the state of the token server and CAMUNDA_OAUTH_URL (oauthUrl).',
      });
    }
    throw isConnectionFault(error) ? error : noAnswer(error, url);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
};
