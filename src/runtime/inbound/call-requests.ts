import type { RawRequest } from '../../connector/webhooks/auth-types.ts';
import type { EndedCall } from '../shared/call.ts';

/**
 * The requests of calls that have ended, for `dev`, which can send them again. They are no part of the event, because they contain
 * secrets that listeners would log.
 */
const requests = new WeakMap<EndedCall, RawRequest>();

/** Keeps the request of a call, as long as somebody keeps its event. */
export const keepRequest = (call: EndedCall, request: RawRequest): void => void requests.set(call, request);

/**
 * The request of a call, with the secrets that it contains; `undefined` if it was refused before it was received.
 *
 * @example
 * runtime.on('call:ended', (call) => keep(requestOf(call)));
 */
export const requestOf = (call: EndedCall): RawRequest | undefined => requests.get(call);
