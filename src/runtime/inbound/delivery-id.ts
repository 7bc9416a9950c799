import { isObject } from '../../common/is-object.ts';
import type { RawRequest, WebhookAuth } from '../../connector/webhooks/auth-types.ts';

/** Finds the id of the event in a request, which all its repetitions have. */
export type DeliveryIdOf = (request: RawRequest, body: unknown) => string | undefined;

const inHeader =
  (...names: readonly string[]): DeliveryIdOf =>
  ({ headers }) => {
    for (const name of names) {
      const value = headers.find(([key]) => key.toLowerCase() === name)?.[1].trim();
      if (value !== undefined && value !== '') return value;
    }
    return undefined;
  };

const textIn = (body: unknown, ...path: readonly string[]): string | undefined => {
  let value: unknown = body;
  for (const name of path) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
};

const inBody =
  (...path: readonly string[]): DeliveryIdOf =>
  (_request, body) =>
    textIn(body, ...path);

const joined = (parts: readonly (string | undefined)[]): string | undefined =>
  parts.some((part) => part === undefined) ? undefined : parts.join(':');

/** Events of Twilio have the id of what they are about, and its status. */
const ofTwilio: DeliveryIdOf = (request, body) => {
  const token = inHeader('i-twilio-idempotency-token')(request, body);
  if (token !== undefined) return token;
  const message = textIn(body, 'MessageSid');
  if (message !== undefined) return joined([message, textIn(body, 'MessageStatus') ?? 'received']);
  return joined([textIn(body, 'CallSid'), textIn(body, 'CallStatus')]);
};

const ofZoom: DeliveryIdOf = (_request, body) =>
  joined([
    textIn(body, 'event'),
    textIn(body, 'event_ts'),
    textIn(body, 'payload', 'object', 'uuid') ?? textIn(body, 'payload', 'object', 'id'),
  ]);

/** A request may carry a list of one event. Those of a list of several have no common id. */
const ofEvents: DeliveryIdOf = (request, body) => {
  const inHeaders = joined([inHeader('ce-source')(request, body), inHeader('ce-id')(request, body)]);
  if (inHeaders !== undefined) return inHeaders;
  const event: unknown = Array.isArray(body) ? (body.length === 1 ? body[0] : undefined) : body;
  return joined([textIn(event, 'source') ?? textIn(event, 'topic') ?? '', textIn(event, 'id')]);
};

/** A header that callers of their own making can use. */
const usual = inHeader('idempotency-key', 'webhook-id');

const byType: Readonly<Record<string, DeliveryIdOf>> = {
  github: inHeader('x-github-delivery'),
  bitbucket: inHeader('x-request-uuid', 'x-request-id'),
  gitlab: inHeader('webhook-id', 'idempotency-key', 'x-gitlab-event-uuid'),
  shopify: inHeader('x-shopify-webhook-id'),
  standard: inHeader('webhook-id'),
  stripe: inBody('id'),
  slack: inBody('event_id'),
  zoom: ofZoom,
  twilio: ofTwilio,
  sns: inBody('MessageId'),
  eventGrid: ofEvents,
  cloudEvents: ofEvents,
  // Their requests are batches of events, so `run` has to choose the ids.
  meta: () => undefined,
  graph: () => undefined,
};

const sources: Readonly<Record<string, string>> = {
  github: 'the header X-GitHub-Delivery',
  bitbucket: 'the header X-Request-UUID',
  gitlab: 'the header Idempotency-Key',
  shopify: 'the header X-Shopify-Webhook-Id',
  standard: 'the header webhook-id',
  stripe: 'the field id',
  slack: 'the field event_id',
  zoom: 'the event, its time and its object',
  twilio: 'the id and the status of the message or call',
  sns: 'the field MessageId',
  eventGrid: 'the source and the id of the event',
  cloudEvents: 'the source and the id of the event',
};

const typeOf = (auth: WebhookAuth): string => (auth === 'none' ? 'none' : auth.type);

/**
 * How the id of an event is found in the requests of a webhook.
 *
 * @example
 * deliveryIdFor({ type: 'stripe', secret: 'whsec_…' })(request, { id: 'evt_1' }); // 'evt_1'
 */
export const deliveryIdFor = (auth: WebhookAuth): DeliveryIdOf => byType[typeOf(auth)] ?? usual;

/** The headers in which senders repeat the id of an event. Others have it in the body. */
const idHeaders: Readonly<Record<string, string>> = {
  github: 'x-github-delivery',
  bitbucket: 'x-request-uuid',
  gitlab: 'webhook-id',
  shopify: 'x-shopify-webhook-id',
  standard: 'webhook-id',
  twilio: 'i-twilio-idempotency-token',
};

/**
 * The header in which a sender gives the id of an event; `undefined` if the id is in the body, or there is none. `isUsual`: every
 * request of the sender has it.
 *
 * @example
 * deliveryIdHeader({ type: 'github', secret: '…' }); // { name: 'x-github-delivery', isUsual: true }
 */
export const deliveryIdHeader = (
  auth: WebhookAuth,
): { readonly name: string; readonly isUsual: boolean } | undefined => {
  const type = typeOf(auth);
  const name = Object.hasOwn(idHeaders, type) ? idHeaders[type] : undefined;
  if (name !== undefined) return { name, isUsual: type !== 'twilio' };
  return Object.hasOwn(byType, type) ? undefined : { name: 'idempotency-key', isUsual: false };
};

/** Where the id of an event is found, in words; `undefined` if `run` has to choose the ids. */
export const deliveryIdSource = (auth: WebhookAuth): string | undefined => {
  const type = typeOf(auth);
  if (type === 'meta' || type === 'graph') return undefined;
  return sources[type] ?? 'the header Idempotency-Key';
};
