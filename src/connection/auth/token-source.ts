import { connectionFault } from '../faults.ts';
import type { ConnectionFault } from '../port.ts';
import { type DiscoveredUrl, requestedWait, requestToken, type TokenRequest, urlForErrors } from './token-request.ts';

/**
 * A source of access tokens for a gateway. The provider of @camunda8/sdk does not keep the promises of a connection: a
 * request to a silent token server cannot be aborted, so it keeps the process alive for half a minute after `close()` and
 * delays every later call; its errors contain the client secret; it repeats requests by itself; and it rejects tokens that
 * are not JSON web tokens.
 */
export interface TokenSource {
  /** The token to send, without a promise if it is known. Rejects with a {@link ConnectionFault}. */
  get(): string | Promise<string>;
  /** The gateway accepted the token. */
  accepted(token: string): void;
  /** The gateway rejected the token, so the next `get` requests another one. */
  refused(token: string): void;
  /** Aborts a running request; `get` rejects from now on. */
  close(): void;
}

/** Settings of {@link createTokenSource}. */
export interface TokenSettings extends TokenRequest {
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** A number from 0 to 1. */
  readonly random?: () => number;
}

interface Token {
  readonly value: string;
  readonly renewAt: number;
  readonly expiresAt: number;
  accepted: boolean;
}

const firstPause = 1_000;
const longestPause = 30_000;

/**
 * Milliseconds without requests after a number of failures in a row. The pause doubles with each failure, and lies at
 * random in the upper half of its range, so that many clients do not return at the same time.
 */
export const pauseAfter = (failures: number, random: number): number =>
  Math.min(longestPause, firstPause * 2 ** Math.min(failures - 1, 10)) * (0.5 + random / 2);

/**
 * Creates a source of tokens that it requests with OAuth client credentials. Each token is kept until shortly before it
 * expires. All callers share one request. After a failure, there are no requests for a growing pause, in which `get`
 * rejects at once with the last error; a token that has not expired is used meanwhile.
 *
 * @param settings the token server, the client, and the time limit of a request
 * @example
 * const tokens = createTokenSource({ url, clientId, clientSecret, audience: 'zeebe.camunda.io' });
 * metadata.set('authorization', `Bearer ${await tokens.get()}`);
 */
export const createTokenSource = (settings: TokenSettings): TokenSource => {
  const now = settings.now ?? Date.now;
  const random = settings.random ?? Math.random;
  const closing = new AbortController();
  const discovered: DiscoveredUrl = {};
  let token: Token | undefined;
  let pending: Promise<string> | undefined;
  let failures = 0;
  let pause: { readonly until: number; readonly fault: ConnectionFault } | undefined;

  const failed = (fault: ConnectionFault): void => {
    failures += 1;
    pause = { until: now() + Math.max(pauseAfter(failures, random()), requestedWait(fault)), fault };
  };

  const renew = async (): Promise<string> => {
    try {
      const { value, lifetime } = await requestToken(settings, closing.signal, discovered);
      const received = now();
      // Tokens are replaced early, because the gateway's clock may be ahead.
      const margin = Math.min(30_000, lifetime / 10);
      token = {
        value,
        renewAt: received + lifetime - 2 * margin,
        expiresAt: received + lifetime - margin,
        accepted: false,
      };
      pause = undefined;
      return value;
    } catch (error) {
      failed(error as ConnectionFault);
      throw error;
    } finally {
      pending = undefined;
    }
  };

  const request = (): Promise<string> => {
    pending ??= renew();
    return pending;
  };

  const isPaused = (): boolean => pause !== undefined && now() < pause.until;

  return {
    get: () => {
      if (closing.signal.aborted) {
        return Promise.reject(connectionFault('aborted', 'CANCELLED', { what: 'The connection is closed.' }));
      }
      if (token !== undefined && now() < token.expiresAt) {
        if (now() >= token.renewAt && pending === undefined && !isPaused()) {
          // The current token is still valid, so a failure of the renewal does not concern the caller.
          request().catch(() => undefined);
        }
        return token.value;
      }
      if (pending === undefined && pause !== undefined && isPaused()) return Promise.reject(pause.fault);
      return request();
    },
    accepted: (value) => {
      if (token?.value !== value) return;
      token.accepted = true;
      failures = 0;
    },
    refused: (value) => {
      if (token?.value !== value) return;
      // A token that worked before has probably been revoked or has expired, so a new one is requested at once. If the
      // gateway rejects even a new token, a pause avoids one token request for each call.
      if (!token.accepted) {
        failed(
          connectionFault('credentials', 'UNAUTHENTICATED', {
            what: 'The gateway rejected the access token that the token server has just issued (UNAUTHENTICATED).',
            where: `the gateway, with a token from ${urlForErrors(settings.url ?? settings.discoveryUrl ?? '')}`,
            fix: 'check that the client id and secret belong to this cluster and have the scope Zeebe, and that the audience is right (CAMUNDA_TOKEN_AUDIENCE).',
          }),
        );
      }
      token = undefined;
    },
    close: () => closing.abort(),
  };
};
