/**
 * How the requests of a webhook prove who sent them, as data. Times are in seconds, as in all definitions.
 */

/**
 * A secret as text, or a reference such as `{{secrets.NAME}}` that the runtime resolves. A list is for rotation: a request
 * may use any of its secrets, at most 8.
 */
export type WebhookSecret = string | readonly string[];

/** The largest number of secrets in a list, and of signatures in a request. */
export const maxSecrets = 8;

/**
 * Seconds by which the timestamp of a request may differ from the runtime's clock, in either direction. `false` accepts every
 * timestamp, so that an old request can be sent again.
 */
export type ReplayWindow = number | false;

/** A scheme that signs the body with a shared secret, and nothing else. */
export interface SignedBodyAuth {
  /**
   * - `github`: the header `X-Hub-Signature-256`
   * - `bitbucket`: the header `X-Hub-Signature`, with SHA-256
   * - `shopify`: the header `X-Shopify-Hmac-SHA256`; the secret is the client secret of the app
   */
  readonly type: 'github' | 'bitbucket' | 'shopify';
  readonly secret: WebhookSecret;
}

/** A scheme that signs the body together with a timestamp. */
export interface TimedAuth {
  /**
   * - `stripe`: the header `Stripe-Signature`; the secret is the whole text `whsec_…`
   * - `slack`: the header `X-Slack-Signature`; the secret is the signing secret. Answers `url_verification`
   * - `zoom`: the header `x-zm-signature`; the secret is the secret token. Answers `endpoint.url_validation`
   */
  readonly type: 'stripe' | 'slack' | 'zoom';
  readonly secret: WebhookSecret;
  /** See {@link ReplayWindow}. @default 300; `false` for Zoom, which prescribes none */
  readonly window?: ReplayWindow;
}

/** Standard Webhooks 1.0: the headers `webhook-id`, `webhook-timestamp` and `webhook-signature`. */
export interface StandardWebhooksAuth {
  readonly type: 'standard';
  /** `whsec_…` (shared) or `whpk_…` (the sender's public key). */
  readonly secret: WebhookSecret;
  /** See {@link ReplayWindow}. @default 300 */
  readonly window?: ReplayWindow;
}

/** Webhooks of GitLab. */
export interface GitLabAuth {
  readonly type: 'gitlab';
  /** With `signed`, the signing token `whsec_…`; otherwise the secret token. */
  readonly secret: WebhookSecret;
  /** Whether GitLab signs the requests, by the rules of Standard Webhooks. @default false: it sends `X-Gitlab-Token` */
  readonly signed?: boolean;
  /** With `signed` only; see {@link ReplayWindow}. @default 300 */
  readonly window?: ReplayWindow;
}

/** Webhooks of Meta and WhatsApp: the header `X-Hub-Signature-256`. */
export interface MetaAuth {
  readonly type: 'meta';
  /** The app secret. */
  readonly secret: WebhookSecret;
  /** The verify token. With it, the webhook answers the GET request that Meta sends when the webhook is registered. */
  readonly verifyToken?: WebhookSecret;
}

/** Webhooks of Twilio: the header `X-Twilio-Signature`. It signs the public address, so the runtime must know that address. */
export interface TwilioAuth {
  readonly type: 'twilio';
  /** The auth token of the account; with `sha256`, the shared key. */
  readonly secret: WebhookSecret;
  /** @default 'sha1' */
  readonly algorithm?: 'sha1' | 'sha256';
}

/** Notifications of Amazon SNS, signed with a certificate of Amazon. A subscription to a known topic is confirmed. */
export interface SnsAuth {
  readonly type: 'sns';
  /** The topics, as ARNs, whose notifications are accepted: any account of Amazon can sign for topics of its own. */
  readonly topics: readonly string[];
}

/** Notifications of Microsoft Graph. Answers `validationToken`. */
export interface GraphAuth {
  readonly type: 'graph';
  /** The `clientState` of the subscription. If one notification of a request has another, the whole request is refused. */
  readonly clientState: WebhookSecret;
}

/** Any scheme, by configuration: an HMAC in a header. */
export interface HmacAuth {
  readonly type: 'hmac';
  readonly secret: WebhookSecret;
  /** The header with the signature. */
  readonly header: string;
  /** @default 'sha256' */
  readonly algorithm?: 'sha1' | 'sha256' | 'sha512';
  /** How the signature is written. @default 'hex' */
  readonly encoding?: 'hex' | 'base64' | 'base64url';
  /** The text in front of the signature, e.g. `sha256=`. @default none */
  readonly prefix?: string;
  /**
   * What is signed: text with `{body}`, and any of `{timestamp}`, `{method}`, `{path}`, `{url}` (the public address with the
   * query) and `{header:name}`. @default '{body}'
   * @example '{timestamp}.{body}'
   */
  readonly signedText?: string;
  /** The header with the timestamp, in whole seconds since 1970. `signedText` must contain `{timestamp}`. */
  readonly timestampHeader?: string;
  /** With `timestampHeader` only; see {@link ReplayWindow}. @default 300 */
  readonly window?: ReplayWindow;
}

/** A user name and a password in the header `Authorization`. */
export interface BasicAuth {
  readonly type: 'basic';
  readonly username: string;
  readonly password: WebhookSecret;
}

/** A key in a header or in the query. */
export interface ApiKeyAuth {
  readonly type: 'apiKey';
  readonly key: WebhookSecret;
  /** The header. @default 'x-api-key', unless `query` is set */
  readonly header?: string;
  /** The parameter of the query. Addresses appear in the logs of proxies, so prefer a header. */
  readonly query?: string;
  /** The text in front of the key in the header, e.g. `Bearer `. @default none */
  readonly prefix?: string;
}

/** The signature algorithms of JWTs that are accepted. None of them works with a shared secret. */
export type JwtAlgorithm =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA';

/** A JWT in the header `Authorization: Bearer`, verified with keys that the issuer publishes. It must have `exp`. */
export interface JwtAuth {
  readonly type: 'jwt';
  /** The address of the issuer's keys (JWKS): https, or http on this machine. */
  readonly jwks: string;
  /** The claim `iss`. @default not checked */
  readonly issuer?: string | readonly string[];
  /** The claim `aud`: one of these. @default not checked; any token of the issuer is accepted then */
  readonly audience?: string | readonly string[];
  /** @default all of {@link JwtAlgorithm} */
  readonly algorithms?: readonly JwtAlgorithm[];
  /**
   * Claims that a token must have: each as text, one of a list of texts, or a word of a text such as `scope`. A token without
   * them is answered with 403. A list asks for all of its items.
   * @example { roles: ['webhooks.write'] }
   */
  readonly requiredClaims?: Readonly<Record<string, string | readonly string[]>>;
  /** Seconds by which the clocks of issuer and runtime may differ, up to 60. @default 30 */
  readonly clockTolerance?: number;
}

/** The schemes for senders that register a webhook with a handshake, and prove themselves otherwise. */
export type PlainAuth = BasicAuth | ApiKeyAuth | JwtAuth;

/** Events of Azure Event Grid. Answers its handshakes: `SubscriptionValidation`, and that of CloudEvents. */
export interface EventGridAuth {
  readonly type: 'eventGrid';
  /** How events prove who sent them: a key in the query or in a header, or a token of Microsoft Entra. */
  readonly auth: PlainAuth;
  /** The origins that may register the webhook with the handshake of CloudEvents. @default ['eventgrid.azure.net'] */
  readonly origins?: readonly string[];
  /** The largest number of requests a minute that is allowed. @default as many as the sender asks for */
  readonly rate?: number;
}

/** Events of a sender that follows the HTTP webhook specification of CloudEvents. Answers its handshake. */
export interface CloudEventsAuth {
  readonly type: 'cloudEvents';
  /** How events prove who sent them. */
  readonly auth: PlainAuth;
  /** The origins that may register the webhook, e.g. `eventemitter.example.com`. */
  readonly origins: readonly string[];
  /** The largest number of requests a minute that is allowed. @default as many as the sender asks for */
  readonly rate?: number;
}

/** How the requests of a webhook prove who sent them, except for `'none'`. */
export type SchemeAuth =
  | SignedBodyAuth
  | TimedAuth
  | StandardWebhooksAuth
  | GitLabAuth
  | MetaAuth
  | TwilioAuth
  | SnsAuth
  | GraphAuth
  | HmacAuth
  | PlainAuth
  | EventGridAuth
  | CloudEventsAuth;

/**
 * How the requests of a webhook prove who sent them. `'none'`: they do not, so anybody who knows the address can send one.
 *
 * @example { type: 'github', secret: '{{secrets.GITHUB_WEBHOOK}}' }
 * @example { type: 'hmac', secret: '{{secrets.SHOP}}', header: 'x-signature', prefix: 'sha256=' }
 */
export type WebhookAuth = 'none' | SchemeAuth;

/** A request as it arrived, before anything is read from it. */
export interface RawRequest {
  readonly method: string;
  /** The path as it arrived, without the query. */
  readonly path: string;
  /** The query as it arrived, without the question mark; empty if there is none. */
  readonly query: string;
  /** All headers in their order, as Node.js decodes them (latin-1). Names may have any case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
  readonly remoteAddress?: string;
}
