import { secretList } from '../../../../connector/webhooks/auth-secrets.ts';
import type {
  GitLabAuth,
  ReplayWindow,
  SchemeAuth,
  StandardWebhooksAuth,
} from '../../../../connector/webhooks/auth-types.ts';
import { hmacFormatOf } from '../../../../connector/webhooks/hmac-format.ts';
import { headerHmac } from './header-hmac.ts';
import type { HmacKey, SignatureScheme } from './scheme.ts';
import { standardKeys, standardScheme } from './standard-webhooks.ts';
import { stripeScheme } from './stripe.ts';
import { twilioScheme } from './twilio.ts';

const defaultWindow = 300;

/** The window of a scheme, or its default. */
export const windowOf = (auth: SchemeAuth): ReplayWindow => {
  const given = 'window' in auth ? auth.window : undefined;
  return given ?? (auth.type === 'zoom' ? false : defaultWindow);
};

/** Whether a request is signed by the rules of Standard Webhooks. */
export const isStandard = (auth: SchemeAuth): auth is StandardWebhooksAuth | (GitLabAuth & { readonly signed: true }) =>
  auth.type === 'standard' || (auth.type === 'gitlab' && auth.signed === true);

/** A scheme with its keys. */
export interface KeyedScheme {
  readonly scheme: SignatureScheme;
  readonly keys: readonly HmacKey[];
}

/**
 * The scheme of an authentication that signs requests with a shared secret; `undefined` for any other.
 *
 * @param address the public address of the webhook
 */
export const schemeOf = (auth: SchemeAuth, address: string | undefined): KeyedScheme | undefined => {
  switch (auth.type) {
    case 'github':
    case 'bitbucket':
    case 'shopify':
    case 'meta':
    case 'hmac':
      return { scheme: headerHmac(hmacFormatOf(auth), address), keys: secretList(auth.secret) };
    case 'slack':
    case 'zoom':
      return {
        scheme: headerHmac(hmacFormatOf({ ...auth, type: auth.type }), address),
        keys: secretList(auth.secret),
      };
    case 'stripe':
      return { scheme: stripeScheme, keys: secretList(auth.secret) };
    case 'twilio':
      return { scheme: twilioScheme(auth, address ?? ''), keys: secretList(auth.secret) };
    case 'standard':
    case 'gitlab':
      return isStandard(auth)
        ? { scheme: standardScheme, keys: standardKeys(secretList(auth.secret)).shared }
        : undefined;
    default:
      return undefined;
  }
};
