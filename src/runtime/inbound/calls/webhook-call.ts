import { settledOrAborted, withDeadline } from '../../../common/abort.ts';
import { fault } from '../../../common/fault.ts';
import { isConnectionFault } from '../../../connection/faults.ts';
import type { Connection } from '../../../connection/port.ts';
import { isInputError } from '../../../connector/errors.ts';
import { bindInput } from '../../../connector/input/validate-input.ts';
import type { Logger } from '../../../connector/types.ts';
import type { RawRequest } from '../../../connector/webhooks/auth-types.ts';
import type { AnyWebhook, WebhookRequest, WebhookResult } from '../../../connector/webhooks/types.ts';
import type { PublishedMessage } from '../../shared/call.ts';
import { fieldsOf, readPairs } from '../bodies/form.ts';
import { parseBody } from '../bodies/parse-body.ts';
import type { CallEnd } from '../call-end.ts';
import { httpAnswer, problem, unavailable } from '../http-answer.ts';
import type { Verifier } from '../types.ts';
import { type DeliverServices, deliver } from './deliver.ts';
import { type Effect, effectOf, type Publication } from './effect.ts';

/** What handling a call of a webhook needs. */
export interface WebhookServices extends DeliverServices {
  readonly connection: Pick<Connection, 'send' | 'correlateMessage'>;
  readonly verifier: Verifier;
  /** Finds the id of the event, which its repetitions share. */
  readonly deliveryIdOf: (request: RawRequest, body: unknown) => string | undefined;
  readonly logger: Logger;
  /** Fires when the runtime can wait no longer. */
  readonly force: AbortSignal;
}

/** The headers by their names in lower case. The values of a repeated header are joined, as HTTP allows. */
const headersOf = ({ headers }: RawRequest): Readonly<Record<string, string>> => {
  const joined: Record<string, string> = Object.create(null);
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const before = joined[key];
    joined[key] = before === undefined ? value : `${before}, ${value}`;
  }
  return joined;
};

const invalid = (status: number, detail: string): CallEnd => ({
  answer: problem(status, detail),
  result: 'invalid',
  error: fault('input', { what: detail }),
});

/** The methods of a webhook: with GET also HEAD. */
export const ownMethods = ({ method }: AnyWebhook): readonly string[] =>
  method === 'GET' ? ['GET', 'HEAD'] : [method];

type Read = { readonly ok: true; readonly request: WebhookRequest } | { readonly ok: false; readonly end: CallEnd };

/** Reads a verified request: its query and its body, which the schema of the webhook checks. */
const readRequest = async (
  webhook: AnyWebhook,
  raw: RawRequest,
  claims: WebhookRequest['claims'],
  deliveryIdOf: WebhookServices['deliveryIdOf'],
): Promise<Read> => {
  const headers = headersOf(raw);
  const query = readPairs(raw.query);
  if (query === undefined) return { ok: false, end: invalid(400, 'The query has an invalid escape.') };
  const parsed = parseBody(headers['content-type']?.split(',')[0], raw.body, { payloadField: true });
  if (!parsed.ok) return { ok: false, end: invalid(parsed.status, `The body cannot be read: ${parsed.reason}.`) };
  const deliveryId = deliveryIdOf(raw, parsed.body);
  const request: WebhookRequest = {
    method: raw.method,
    path: raw.path,
    query: fieldsOf(query),
    headers,
    body: parsed.body,
    rawBody: raw.body,
    ...(deliveryId === undefined ? {} : { deliveryId }),
    ...(claims === undefined ? {} : { claims }),
  };
  if (webhook.body === undefined) return { ok: true, request };
  const bound = await bindInput(webhook.body, parsed.body as never);
  if (bound.ok) return { ok: true, request: { ...request, body: bound.value } };
  const detail = `The body does not fit: ${bound.problems.join('; ')}.`;
  return { ok: false, end: invalid(422, detail) };
};

const late = (seconds: number): Error =>
  fault('timeout', {
    what: `run did not return within ${seconds} seconds.`,
    fix: 'let run only decide what to publish, and do the work in the process.',
  });

/** Calls `run`, for a limited time. */
const decide = async (
  webhook: AnyWebhook,
  request: WebhookRequest,
  signal: AbortSignal,
  logger: Logger,
): Promise<WebhookResult> => {
  let result: { readonly value: WebhookResult } | undefined;
  const running = (async () => {
    result = { value: await webhook.run(request as never, { logger, signal }) };
  })();
  await settledOrAborted(running, signal);
  // A rejection after the time limit has nobody to report to.
  running.catch(() => {});
  if (result === undefined) throw late(webhook.timeout);
  return result.value;
};

const describe = ({ name, correlationKey, messageId }: Publication, duplicate: boolean): PublishedMessage => ({
  messageName: name,
  correlationKey,
  messageId,
  duplicate,
});

/** Publishes the messages in their order. The first that the cluster does not take ends the call. */
const publishAll = async (
  webhook: AnyWebhook,
  { messages, answer }: Extract<Effect, { kind: 'publish' }>,
  deadline: number,
  signal: AbortSignal,
  services: WebhookServices,
): Promise<CallEnd> => {
  const published: PublishedMessage[] = [];
  for (const message of messages) {
    const delivered = await deliver(message, `${webhook.name}:${nextCall()}`, deadline, signal, services);
    if (delivered.kind === 'unavailable') {
      return {
        answer: unavailable('The message could not be published yet. Repeat the request.', delivered.retryAfter),
        result: 'unavailable',
        error: delivered.error,
        messages: published,
      };
    }
    // An error of ours: with a 4xx, some callers would drop the event.
    if (delivered.kind === 'refused') {
      return { answer: problem(500), result: 'failed', error: delivered.error, messages: published };
    }
    published.push(describe(message, delivered.duplicate));
  }
  const isDuplicate = published.length > 0 && published.every(({ duplicate }) => duplicate);
  return { answer, result: isDuplicate ? 'duplicate' : 'published', messages: published };
};

/** Correlates a message. It is sent once, because a repetition could reach another instance. */
const correlate = async (
  { message, answer, unmatched }: Extract<Effect, { kind: 'correlate' }>,
  deadline: number,
  signal: AbortSignal,
  { connection, clock }: WebhookServices,
): Promise<CallEnd> => {
  try {
    const timeout = Math.max(1, deadline - clock.now());
    // A runtime whose connection cannot correlate does not start with such a webhook.
    const { processInstanceKey } = await connection.correlateMessage!(message, { timeout, signal });
    const own =
      answer ?? httpAnswer(200, { 'content-type': 'application/json' }, `${JSON.stringify({ processInstanceKey })}\n`);
    return { answer: own, result: 'correlated' };
  } catch (error) {
    if (isConnectionFault(error) && error.reason === 'rejected') {
      if (error.status === 'NOT_FOUND') return { answer: unmatched, result: 'unmatched' };
      return { answer: problem(500), result: 'failed', error };
    }
    return {
      answer: unavailable('The message could not be correlated. Repeat the request.'),
      result: 'unavailable',
      error,
    };
  }
};

let calls = 0;

/** A number for the messages of a call, to tell them apart in events. */
const nextCall = (): number => {
  calls = (calls + 1) % Number.MAX_SAFE_INTEGER;
  return calls;
};

/** Handles a verified and readable request. Rejects with the errors of `run` and of its result. */
const carryOut = async (
  webhook: AnyWebhook,
  request: WebhookRequest,
  deadline: number,
  signal: AbortSignal,
  services: WebhookServices,
): Promise<CallEnd> => {
  const result = await decide(webhook, request, signal, services.logger);
  const effect = await effectOf(webhook, request.deliveryId, result);
  if (effect.kind === 'answer') return { answer: effect.answer, result: 'answered' };
  if (effect.kind === 'publish') return publishAll(webhook, effect, deadline, signal, services);
  return correlate(effect, deadline, signal, services);
};

/** The end of a call whose `run` threw, or returned something that cannot be carried out. */
const failed = (error: unknown, signal: AbortSignal): CallEnd => {
  if (isInputError(error) && (error as Error).name === 'InputError') {
    return { answer: problem(422, error.message), result: 'invalid', error };
  }
  if (signal.aborted) {
    return {
      answer: unavailable('The request could not be handled in time. Repeat it.'),
      result: 'unavailable',
      error,
    };
  }
  return { answer: problem(500), result: 'failed', error };
};

/**
 * Handles one call of a webhook: verifies it, reads it, asks `run` what shall happen, and does that. Never rejects.
 *
 * What is published does not depend on whether the caller waits for the answer.
 */
export const callWebhook = async (
  webhook: AnyWebhook,
  raw: RawRequest,
  services: WebhookServices,
): Promise<CallEnd> => {
  const { clock, verifier, force } = services;
  const milliseconds = webhook.timeout * 1000;
  const deadline = clock.now() + milliseconds;
  return withDeadline(clock, milliseconds, force, async (signal) => {
    try {
      const verified = await verifier.verify(raw);
      if (verified.kind === 'handshake')
        return {
          answer: httpAnswer(verified.answer.status, verified.answer.headers, verified.answer.body),
          result: 'handshake',
        };
      if (verified.kind === 'refused') {
        const { status, reason, headers } = verified;
        const result = status === 503 ? 'unavailable' : 'refused';
        return { answer: problem(status, undefined, headers), result, error: fault('input', { what: reason }) };
      }
      // A method that only the handshakes of the sender use.
      if (!ownMethods(webhook).includes(raw.method)) {
        return {
          ...invalid(405, 'The method is not allowed.'),
          answer: problem(405, undefined, { allow: webhook.method }),
        };
      }
      const read = await readRequest(webhook, raw, verified.claims, services.deliveryIdOf);
      if (!read.ok) return read.end;
      return await carryOut(webhook, read.request, deadline, signal, services);
    } catch (error) {
      return failed(error, signal);
    }
  });
};
