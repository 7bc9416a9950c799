import type { Refused } from '../types.ts';

/** Refuses a request that does not prove who sent it. */
export const unauthenticated = (reason: string, headers: Refused['headers'] = {}): Refused => ({
  kind: 'refused',
  status: 401,
  reason,
  headers,
});

/** Refuses a request whose sender is known, but may not do this. */
export const forbidden = (reason: string): Refused => ({ kind: 'refused', status: 403, reason, headers: {} });

/**
 * Refuses a request for now: a sender must not lose an event because of a failure on our side.
 *
 * @param retryAfter seconds after which the sender should repeat it
 */
export const undecided = (reason: string, retryAfter = 5): Refused => ({
  kind: 'refused',
  status: 503,
  reason,
  headers: { 'retry-after': String(retryAfter) },
});
