import { connectionFault } from '../faults.ts';
import type { ConnectionFault } from '../port.ts';
import { requestToken, shownUrl, type TokenRequest } from './token-request.ts';

/**
 * Access tokens for a gateway. @camunda8/sdk has a provider of its own, which does not hold what a connection
 * promises: a request to a silent token server cannot be ended, so that it keeps the process alive for half a minute
 * after `close()` and every later call waits for it; its errors carry the request with the client secret; it repeats
 * requests unasked; and it refuses tokens that are not JSON web tokens.
 */
export interface TokenSource {
  /** The token to send now, at once where there is one. Rejects with a {@link ConnectionFault}. */
  get(): string | Promise<string>;
  /** The gateway took the token. */
  accepted(token: string): void;
  /** The gateway refused the token, so the next `get` asks for another one. */
  refused(token: string): void;
  /** Ends a request under way; `get` rejects from now on. */
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
 * Milliseconds to leave the token server alone after so many failures in a row: doubling, spread over the upper half
 * so that many clients do not come back in step.
 */
export const pauseAfter = (failures: number, random: number): number =>
  Math.min(longestPause, firstPause * 2 ** Math.min(failures - 1, 10)) * (0.5 + random / 2);

/**
 * Gets tokens by OAuth client credentials and keeps each until shortly before its end. One request at a time serves
 * all callers. After a failure the token server is left alone for a growing while, in which `get` rejects at once
 * with the last error; a token that is still good is used meanwhile.
 *
 * @param settings the token server, the client, and a time limit in milliseconds for one request
 * @example
 * const tokens = createTokenSource({ url, clientId, clientSecret, audience: 'zeebe.camunda.io' });
 * metadata.set('authorization', `Bearer ${await tokens.get()}`);
 */
export const createTokenSource = (settings: TokenSettings): TokenSource => {
  const now = settings.now ?? Date.now;
  const random = settings.random ?? Math.random;
  const closing = new AbortController();
  let token: Token | undefined;
  let pending: Promise<string> | undefined;
  let failures = 0;
  let pause: { readonly until: number; readonly fault: ConnectionFault } | undefined;

  const failed = (fault: ConnectionFault): void => {
    failures += 1;
    pause = { until: now() + pauseAfter(failures, random()), fault };
  };

  const renew = async (): Promise<string> => {
    try {
      const { value, lifetime } = await requestToken(settings, closing.signal);
      const received = now();
      // Early enough that a token is not refused for a clock that runs a little ahead.
      const early = Math.min(30_000, lifetime / 10);
      token = {
        value,
        renewAt: received + lifetime - 2 * early,
        expiresAt: received + lifetime - early,
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

  const paused = (): boolean => pause !== undefined && now() < pause.until;

  return {
    get: () => {
      if (closing.signal.aborted) {
        return Promise.reject(connectionFault('aborted', 'CANCELLED', { what: 'The connection is closed.' }));
      }
      if (token !== undefined && now() < token.expiresAt) {
        if (now() >= token.renewAt && pending === undefined && !paused()) {
          // The callers have a good token, so its renewal may fail without them.
          request().catch(() => undefined);
        }
        return token.value;
      }
      if (pending === undefined && pause !== undefined && paused()) return Promise.reject(pause.fault);
      return request();
    },
    accepted: (value) => {
      if (token?.value !== value) return;
      token.accepted = true;
      failures = 0;
    },
    refused: (value) => {
      if (token?.value !== value) return;
      // One that worked before has probably been revoked or expired: a new one may be had at once. But a gateway that
      // refuses what the token server has just given out would otherwise cost a token request per call.
      if (!token.accepted) {
        failed(
          connectionFault('credentials', 'UNAUTHENTICATED', {
            what: 'The gateway refuses the access token that the token server has just given out (UNAUTHENTICATED).',
            where: `the gateway, with a token from ${shownUrl(settings.url)}`,
            fix: 'check that the client id and secret belong to this cluster and have the scope Zeebe.',
          }),
        );
      }
      token = undefined;
    },
    close: () => closing.abort(),
  };
};
