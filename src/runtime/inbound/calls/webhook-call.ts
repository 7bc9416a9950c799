import { withDeadline } from '../../../common/abort.ts';
import { fault, isFault } from '../../../common/fault.ts';
import { isConnectionFault } from '../../../connection/faults.ts';
import type { Connection } from '../../../connection/port.ts';
import type { Logger } from '../../../connector/types.ts';
import { isWaitingWebhook } from '../../../connector/webhooks/answer-task.ts';
import type { RawRequest } from '../../../connector/webhooks/auth-types.ts';
import type { AnyWebhook, WebhookRequest, WebhookResult } from '../../../connector/webhooks/types.ts';
import type { PublishedMessage } from '../../shared/call.ts';
import type { CallEnd, Caller } from '../call-end.ts';
import type { DeliveryIdOf } from '../delivery-id.ts';
import { httpAnswer, problem, unavailable } from '../http-answer.ts';
import type { Verifier } from '../types.ts';
import type { HeldCalls } from '../waits/held-calls.ts';
import { awaitProcess } from './await-process.ts';
import { unstorableBody } from './body-as-message.ts';
import { decide, failedCall } from './decide.ts';
import { type DeliverServices, deliver, isRepeatable, mayHaveActed } from './deliver.ts';
import { type Effect, effectOf, type Publication, type SentEffect } from './effect.ts';
import { invalidCall, readRequest } from './read-request.ts';

/** What handling a call of a webhook needs. */
export interface WebhookServices extends DeliverServices {
  readonly connection: Pick<Connection, 'send' | 'correlateMessage'>;
  readonly verifier: Verifier;
  /** Finds the id of the event, which its repetitions share. */
  readonly deliveryIdOf: DeliveryIdOf;
  readonly logger: Logger;
  /** Fires when the runtime can wait no longer. */
  readonly force: AbortSignal;
  /** The calls that wait for the answers of processes; absent if no webhook waits. */
  readonly held?: HeldCalls | undefined;
}

/** The methods of a webhook: with GET also HEAD. */
export const ownMethods = ({ method }: AnyWebhook): readonly string[] =>
  method === 'GET' ? ['GET', 'HEAD'] : [method];

const describe = ({ name, correlationKey, messageId }: Publication, duplicate: boolean): PublishedMessage => ({
  messageName: name,
  correlationKey,
  messageId,
  duplicate,
});

/** For a caller whose repetition the cluster would not recognise: it decides whether to repeat the request. */
const unknownOutcome = (done: 'published' | 'correlated'): string =>
  `Whether the message was ${done} is unknown. A repetition of the request counts anew.`;

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
    const delivered = await deliver(message, webhook.name, deadline, signal, services);
    if (delivered.kind === 'unavailable') {
      const isUnknown = !isRepeatable(message) && mayHaveActed(delivered.error);
      const detail = isUnknown
        ? unknownOutcome('published')
        : 'The message could not be published yet. Repeat the request.';
      return {
        answer: unavailable(detail, delivered.retryAfter),
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
    const detail = mayHaveActed(error)
      ? unknownOutcome('correlated')
      : 'The message could not be correlated. Repeat the request.';
    return { answer: unavailable(detail), result: 'unavailable', error };
  }
};

/** Handles a verified and readable request. Rejects with the errors of `run` and of its result. */
const carryOut = async (
  webhook: AnyWebhook,
  request: WebhookRequest,
  caller: Caller,
  deadline: number,
  signal: AbortSignal,
  services: WebhookServices,
): Promise<CallEnd> => {
  const result = await decide<WebhookResult>(
    () => webhook.run(request as never, { logger: services.logger, signal }),
    webhook.timeout,
    signal,
  );
  let effect: Effect;
  try {
    effect = await effectOf(webhook, request.deliveryId, result);
  } catch (error) {
    // What cannot be stored came from the caller, who would otherwise be asked to repeat it.
    const mistake = isFault(error, 'input') ? unstorableBody({ body: request.body }) : undefined;
    if (mistake === undefined) throw error;
    return { ...mistake, error };
  }
  if (effect.kind === 'answer') return { answer: effect.answer, result: 'answered' };
  const send = (given: SentEffect): Promise<CallEnd> =>
    given.kind === 'publish'
      ? publishAll(webhook, given, deadline, signal, services)
      : correlate(given, deadline, signal, services);
  if (!effect.wait || !isWaitingWebhook(webhook)) return send(effect);
  const until = services.clock.date() + deadline - services.clock.now();
  return awaitProcess(webhook, effect, send, { held: services.held!, caller, signal, until });
};

/**
 * Handles one call of a webhook: verifies it, reads it, asks `run` what shall happen, and does that. Never rejects.
 *
 * What is published does not depend on whether the caller waits for the answer.
 */
export const callWebhook = async (
  webhook: AnyWebhook,
  raw: RawRequest,
  caller: Caller,
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
          ...invalidCall(405, 'The method is not allowed.'),
          answer: problem(405, undefined, { allow: webhook.method }),
        };
      }
      const read = await readRequest(
        {
          body: webhook.body,
          format: verifier.bodyFormat,
          claims: verified.claims,
          deliveryIdOf: services.deliveryIdOf,
        },
        raw,
      );
      if (!read.ok) return read.end;
      return await carryOut(webhook, read.request, caller, deadline, signal, services);
    } catch (error) {
      return failedCall(error, signal);
    }
  });
};
