import type { RawRequest } from '../../connector/webhooks/auth-types.ts';
import type { AnyWebhook } from '../../connector/webhooks/types.ts';
import type { SecretSettings } from '../secrets/provider.ts';
import { resolveAuth, type SecretServices } from './prepare-webhooks.ts';
import { isSignable, signRequest } from './samples/sign.ts';

/** A request that can be sent again. */
export interface RepeatableRequest {
  readonly request: RawRequest;
  /** `anew`: with the current secret and time. `unchanged`: it needs no signature. `sender`: only its sender can sign it. */
  readonly signature: 'anew' | 'unchanged' | 'sender';
}

/** What {@link signAgain} needs. */
export interface SignAgainServices extends SecretServices {
  readonly secrets: SecretSettings;
  /** Without a slash at the end; for schemes that sign the public address. */
  readonly publicUrl: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const isSame = (a: RawRequest, b: RawRequest): boolean =>
  a.query === b.query && JSON.stringify(a.headers) === JSON.stringify(b.headers);

/**
 * Signs a request to a webhook as its sender would sign it now, with the secrets of now.
 *
 * Rejects with a fault of kind `configuration` if a secret is missing.
 *
 * @example
 * const { request } = await signAgain(webhook, stored, { secrets, publicUrl, now: Date.now(), logger, signal });
 */
export const signAgain = async (
  webhook: AnyWebhook,
  request: RawRequest,
  { secrets, publicUrl, now, ...services }: SignAgainServices,
): Promise<RepeatableRequest> => {
  if (webhook.auth === 'none') return { request, signature: 'unchanged' };
  const auth = await resolveAuth(webhook, secrets, services);
  if (auth === 'none' || !isSignable(auth)) return { request, signature: 'sender' };
  const signed = signRequest(request, { auth, address: `${publicUrl}${webhook.path}`, now });
  return { request: signed, signature: isSame(signed, request) ? 'unchanged' : 'anew' };
};
