import { fault } from '../../common/fault.ts';
import { isObject } from '../../common/is-object.ts';
import { stringifyValue } from '../../connector/values/json-text.ts';
import type { RawRequest, WebhookAuth } from '../../connector/webhooks/auth-types.ts';
import { formType, isTextType, readMediaType } from '../../runtime/inbound/bodies/media-type.ts';
import { deliveryIdHeader, deliveryIdSource } from '../../runtime/inbound/delivery-id.ts';
import { isSignable, signRequest } from '../../runtime/inbound/samples/sign.ts';
import { withHeaders } from '../../runtime/inbound/verify/headers.ts';
import type { CallRequest, WebhookCall } from './types.ts';

/** Where a request goes. */
export interface Target {
  readonly method: string;
  readonly path: string;
  /** As it is, without the question mark. */
  readonly query: string;
}

/** Senders write UTF-8, which Node.js expects as latin-1. */
const toHeader = (text: string): string => Buffer.from(text).toString('latin1');

const lowerCased = (headers: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), toHeader(value)]));

const formOf = (body: unknown): string => {
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries(isObject(body) ? body : {})) {
    for (const item of Array.isArray(value) ? value : [value]) fields.append(name, String(item));
  }
  return fields.toString();
};

const bodyText = (body: unknown, contentType: string): string => {
  const { type } = readMediaType(contentType);
  if (type === formType) return formOf(body);
  return isTextType(type) && typeof body === 'string' ? body : stringifyValue(body);
};

/**
 * The request of a call, without a signature.
 *
 * @param type the content type, unless the headers of the call have one
 */
export const requestOf = (
  target: Target,
  { body, rawBody, headers, query = {} }: CallRequest,
  type = 'application/json',
): RawRequest => {
  const own = lowerCased(headers);
  const hasBody = body !== undefined || rawBody !== undefined;
  const contentType = own['content-type'] ?? type;
  const parameters = new URLSearchParams(query as Record<string, string>).toString();
  return {
    method: target.method,
    path: target.path,
    query: [target.query, parameters].filter((part) => part !== '').join('&'),
    headers: Object.entries({ ...(hasBody ? { 'content-type': contentType } : {}), ...own }),
    body: hasBody ? Buffer.from(rawBody ?? bodyText(body, contentType)) : Buffer.alloc(0),
  };
};

const typeOf = (auth: WebhookAuth): string => (auth === 'none' ? 'none' : auth.type);

const contentTypes: Readonly<Record<string, string>> = {
  twilio: formType,
  cloudEvents: 'application/cloudevents+json',
};

/** The state of its subscription is a part of each notification of Microsoft Graph. */
const withState = (auth: WebhookAuth, body: unknown): unknown => {
  if (auth === 'none' || auth.type !== 'graph' || !isObject(body) || !Array.isArray(body.value)) return body;
  const clientState = [auth.clientState].flat()[0];
  return { ...body, value: body.value.map((item: unknown) => (isObject(item) ? { clientState, ...item } : item)) };
};

const refuse = (what: string, fix: string): Error =>
  fault('definition', { what, where: 'processes.call(webhook, request)', fix });

/** The header with the id of the event. */
const idOf = (
  auth: WebhookAuth,
  deliveryId: string | undefined,
  next: () => string,
): Readonly<Record<string, string>> => {
  const header = deliveryIdHeader(auth);
  if (header !== undefined) {
    const id = deliveryId ?? (header.isUsual ? next() : undefined);
    return id === undefined ? {} : { [header.name]: id };
  }
  if (deliveryId === undefined) return {};
  const source = deliveryIdSource(auth) ?? 'what run returns as messageId';
  throw refuse(
    `Senders of the type ${typeOf(auth)} have no header with the id of an event: it is ${source}.`,
    'put the id into the body, and remove deliveryId.',
  );
};

/** What the request of a webhook depends on. */
export interface WebhookParts {
  readonly name: string;
  /** With its secrets resolved. */
  readonly auth: WebhookAuth;
  /** The address that senders use, without a query. */
  readonly address: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** An id that no other call has. */
  readonly nextId: () => string;
}

/**
 * The request of a call of a webhook, as its sender would make it: with an id, and signed.
 *
 * @throws a fault of kind `definition` if only the sender can sign, or if the sender has no header for the id
 */
export const webhookRequest = (target: Target, call: WebhookCall, parts: WebhookParts): RawRequest => {
  const { name, auth, address, now, nextId } = parts;
  const { deliveryId, sign = true, body, ...rest } = call;
  const own = lowerCased(call.headers);
  const known = sign ? withState(auth, body) : body;
  const plain = requestOf(
    target,
    { ...rest, ...(known === undefined ? {} : { body: known }) },
    contentTypes[typeOf(auth)],
  );
  const request = { ...plain, headers: withHeaders(plain.headers, { ...idOf(auth, deliveryId, nextId), ...own }) };
  if (!sign) return request;
  if (!isSignable(auth) && own.authorization === undefined) {
    throw refuse(
      `Only the sender of the webhook ${JSON.stringify(name)} can sign a call: auth is of the type ${typeOf(auth)}.`,
      `give the test a copy of the webhook that anyone can call, { ...webhook, auth: 'none' }, or call it with sign: false and with what its sender has sent.`,
    );
  }
  const signed = signRequest(request, { auth, address, now });
  return { ...signed, headers: withHeaders(signed.headers, own) };
};
