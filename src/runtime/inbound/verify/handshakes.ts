import { isObject } from '../../../common/is-object.ts';
import { secretList } from '../../../connector/webhooks/auth-secrets.ts';
import type {
  CloudEventsAuth,
  EventGridAuth,
  MetaAuth,
  RawRequest,
  SchemeAuth,
  TimedAuth,
} from '../../../connector/webhooks/auth-types.ts';
import { singleParameter } from '../bodies/form.ts';
import { parseBody } from '../bodies/parse-body.ts';
import type { Handshake, Refused, WebAnswer } from '../types.ts';
import { jsonAnswer, textAnswer } from './answers.ts';
import { isOneOf } from './compare.ts';
import { singleHeader } from './headers.ts';
import { forbidden } from './refusals.ts';
import { signText, verifySignature } from './signatures/scheme.ts';
import { schemeOf } from './signatures/schemes.ts';

/** The longest text of a caller that is sent back. */
const maxEcho = 2048;

const answered = (answer: WebAnswer): Handshake => ({ kind: 'handshake', answer });

/** The GET request of Meta, with `hub.challenge`. */
const answerMeta = ({ verifyToken }: MetaAuth, { query }: RawRequest): Handshake | Refused => {
  const challenge = singleParameter(query, 'hub.challenge') ?? '';
  const isKnown = isOneOf(singleParameter(query, 'hub.verify_token') ?? '', secretList(verifyToken ?? []));
  const isSubscription = singleParameter(query, 'hub.mode') === 'subscribe' && challenge !== '';
  return isKnown && isSubscription && challenge.length <= maxEcho
    ? answered(textAnswer(challenge))
    : forbidden('the GET request is not a registration with the verify token');
};

/** The requests a minute that are allowed, if the sender asks for some number or the webhook has a limit. */
const allowedRate = (asked: string | undefined, limit: number | undefined): string | undefined => {
  const wanted = asked !== undefined && /^[1-9]\d{0,8}$/.test(asked) ? Number(asked) : undefined;
  if (wanted !== undefined) return String(Math.min(wanted, limit ?? wanted));
  return limit === undefined ? asked && '*' : String(limit);
};

const eventGridOrigins = ['eventgrid.azure.net'];

/** The OPTIONS request of CloudEvents. A callback is never called: any stranger could name an address inside the network. */
const answerOptions = (auth: CloudEventsAuth | EventGridAuth, { headers }: RawRequest): Handshake => {
  const origin = singleHeader(headers, 'webhook-request-origin')?.toLowerCase();
  const { origins = eventGridOrigins } = auth;
  const isAllowed = origin !== undefined && origins.some((one) => one.toLowerCase() === origin);
  if (!isAllowed) return answered({ status: 405, headers: { allow: 'POST' }, body: '' });
  const rate = allowedRate(singleHeader(headers, 'webhook-request-rate'), auth.rate);
  return answered({
    status: 200,
    headers: {
      allow: 'POST',
      'webhook-allowed-origin': origin,
      ...(rate === undefined ? {} : { 'webhook-allowed-rate': rate }),
    },
    body: '',
  });
};

/** The methods of handshakes that come without the authentication of events. */
export const handshakeMethods = (auth: SchemeAuth): readonly string[] => {
  if (auth.type === 'meta') return auth.verifyToken === undefined ? [] : ['GET'];
  return auth.type === 'cloudEvents' || auth.type === 'eventGrid' ? ['OPTIONS'] : [];
};

/**
 * Answers a handshake that comes without the authentication of events.
 *
 * @returns `undefined` for any other request
 */
export const answerUnsigned = (auth: SchemeAuth, request: RawRequest): Handshake | Refused | undefined => {
  const { method, query } = request;
  if (auth.type === 'meta' && method === 'GET' && auth.verifyToken !== undefined) return answerMeta(auth, request);
  if ((auth.type === 'cloudEvents' || auth.type === 'eventGrid') && method === 'OPTIONS') {
    return answerOptions(auth, request);
  }
  const token = auth.type === 'graph' && method === 'POST' ? singleParameter(query, 'validationToken') : undefined;
  return token === undefined || token.length > maxEcho ? undefined : answered(textAnswer(token));
};

/** The body of a request as JSON; `undefined` if it is anything else. */
const bodyOf = ({ body }: RawRequest): unknown => {
  const parsed = parseBody(undefined, body, { format: 'json' });
  return parsed.ok ? parsed.body : undefined;
};

const textAt = (value: unknown, name: string): string | undefined => {
  const text = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return typeof text === 'string' ? text : undefined;
};

/** Whether the bytes may contain a name, so that not every body is parsed twice. JSON may escape letters. */
const mentions = ({ body }: RawRequest, name: string): boolean => {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return bytes.includes(name) || bytes.includes('\\u');
};

const answerSlack = (request: RawRequest): Handshake | undefined => {
  if (!mentions(request, 'url_verification')) return undefined;
  const body = bodyOf(request);
  const challenge = textAt(body, 'challenge');
  return textAt(body, 'type') === 'url_verification' && challenge !== undefined && challenge.length <= maxEcho
    ? answered(textAnswer(challenge))
    : undefined;
};

/** Whether a request is signed with the secret, at whatever time. */
const isSignedBy = (auth: TimedAuth, request: RawRequest): boolean => {
  const keyed = schemeOf(auth, undefined);
  return keyed !== undefined && verifySignature(keyed.scheme, keyed.keys, false, request, 0).kind === 'verified';
};

/** The token of Zoom. With a colon, it could be the signed text of a request, and the answer would be its signature. */
const zoomToken = /^[\w+/=-]{1,128}$/;

const answerZoom = (auth: TimedAuth, request: RawRequest): Handshake | undefined => {
  if (!mentions(request, 'endpoint.url_validation')) return undefined;
  const body = bodyOf(request);
  const plainToken = textAt(isObject(body) ? body.payload : undefined, 'plainToken');
  if (textAt(body, 'event') !== 'endpoint.url_validation' || plainToken === undefined) return undefined;
  if (!zoomToken.test(plainToken)) return undefined;
  // While the secret changes, Zoom expects the answer to be signed with the one that it has used.
  const secret = secretList(auth.secret).find((one) => isSignedBy({ ...auth, secret: one }, request));
  if (secret === undefined) return undefined;
  const encryptedToken = signText({ algorithm: 'sha256', encoding: 'hex' }, secret, [plainToken]);
  return answered(jsonAnswer({ plainToken, encryptedToken }));
};

/** `validationUrl`, the other way to confirm, is not fetched: it is an address of the caller. */
const answerEventGrid = (request: RawRequest): Handshake | undefined => {
  if (singleHeader(request.headers, 'aeg-event-type') !== 'SubscriptionValidation') return undefined;
  const body = bodyOf(request);
  const event: unknown = Array.isArray(body) && body.length === 1 ? body[0] : undefined;
  const code = textAt(isObject(event) ? event.data : undefined, 'validationCode');
  return code === undefined || code.length > maxEcho ? undefined : answered(jsonAnswer({ validationResponse: code }));
};

/**
 * Answers a handshake that is signed or authenticated like an event, after this has been verified.
 *
 * @returns `undefined` for any other request
 */
export const answerSigned = (auth: SchemeAuth, request: RawRequest): Handshake | undefined => {
  if (auth.type === 'slack') return answerSlack(request);
  if (auth.type === 'zoom') return answerZoom(auth, request);
  return auth.type === 'eventGrid' ? answerEventGrid(request) : undefined;
};
