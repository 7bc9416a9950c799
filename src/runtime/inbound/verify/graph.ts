import { isObject } from '../../../common/is-object.ts';
import type { RawRequest } from '../../../connector/webhooks/auth-types.ts';
import { parseBody } from '../bodies/parse-body.ts';
import type { Refused, Verified } from '../types.ts';
import { isOneOf } from './compare.ts';
import { unauthenticated } from './refusals.ts';

/** The most notifications of one request. Microsoft Graph sends far fewer. */
const maxItems = 1000;

/** Verifies notifications of Microsoft Graph: every one must have the state that its subscription was made with. */
export const verifyGraph = (states: readonly string[], { body }: RawRequest): Verified | Refused => {
  const parsed = parseBody(undefined, body, { format: 'json' });
  const items: unknown = parsed.ok && isObject(parsed.body) ? parsed.body.value : undefined;
  if (!Array.isArray(items) || items.length === 0 || items.length > maxItems) {
    return unauthenticated('the body has no notifications of Microsoft Graph');
  }
  const isKnown = (item: unknown): boolean => {
    const state = isObject(item) ? item.clientState : undefined;
    return isOneOf(typeof state === 'string' ? state : '', states);
  };
  return items.map(isKnown).includes(false)
    ? unauthenticated('a notification has another `clientState`')
    : { kind: 'verified' };
};
