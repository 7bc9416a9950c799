import { subscribe, unsubscribe } from '../../../common/abort.ts';
import { fault } from '../../../common/fault.ts';
import { callerVariableOf, type WaitingWebhook } from '../../../connector/webhooks/answer-task.ts';
import type { WebhookAnswer } from '../../../connector/webhooks/answer-types.ts';
import { answerOf } from '../answer-of.ts';
import type { CallEnd, Caller } from '../call-end.ts';
import { type HttpAnswer, unavailable } from '../http-answer.ts';
import type { HeldCalls } from '../waits/held-calls.ts';
import { callIdOf, writeReference } from '../waits/reference.ts';
import { isRepeatable } from './deliver.ts';
import type { SentEffect } from './effect.ts';

/** What waiting for a process needs. */
export interface AwaitServices {
  readonly held: HeldCalls;
  readonly caller: Caller;
  /** Fires when the time of the call is over. */
  readonly signal: AbortSignal;
  /** Until when the call waits; milliseconds since 1970. */
  readonly until: number;
}

const defaultLate: WebhookAnswer = { status: 202, body: { status: 'accepted' } };

/** What a message and its repetitions have in common. Where the cluster recognises no repetition, each message starts anew. */
const identityOf = ({ name: webhook }: WaitingWebhook, effect: SentEffect): readonly string[] | undefined => {
  const message = effect.kind === 'publish' ? effect.messages.find(isRepeatable) : undefined;
  if (message === undefined) return undefined;
  const { name, correlationKey, messageId, tenantId = '' } = message;
  return [webhook, name, correlationKey, messageId, tenantId];
};

/** Adds a variable that an object in JSON does not have. */
const withVariable = (json: string, name: string, value: string): string => {
  const own = `{${JSON.stringify(name)}:${JSON.stringify(value)}`;
  return json === '{}' ? `${own}}` : `${own},${json.slice(1)}`;
};

/** The effect with the variable that says whom to answer. */
const withCaller = (effect: SentEffect, name: string, reference: string): SentEffect => {
  const add = <Message extends { readonly variables: string }>(message: Message): Message => ({
    ...message,
    variables: withVariable(message.variables, name, reference),
  });
  return effect.kind === 'publish'
    ? { ...effect, messages: effect.messages.map(add) }
    : { ...effect, message: add(effect.message) };
};

/** The end of a call whose answer proves that its messages have arrived, although the cluster has not confirmed them. */
const provenEnd = (answer: HttpAnswer, effect: SentEffect): CallEnd => {
  if (effect.kind === 'correlate') return { answer, result: 'correlated' };
  const messages = effect.messages.map(({ name, correlationKey, messageId }) => ({
    ...{ messageName: name, correlationKey, messageId },
    duplicate: false,
  }));
  return { answer, result: 'published', messages };
};

/** Whether the process can answer now. */
const isSent = ({ result }: CallEnd): boolean =>
  result === 'published' || result === 'duplicate' || result === 'correlated';

/**
 * Sends the messages of a call, and waits for the answer that a process makes. The wait ends with the time of the call, and when its
 * caller has closed the connection.
 *
 * @param send publishes or correlates the messages
 */
export const awaitProcess = async (
  webhook: WaitingWebhook,
  effect: SentEffect,
  send: (effect: SentEffect) => Promise<CallEnd>,
  { held, caller, signal, until }: AwaitServices,
): Promise<CallEnd> => {
  const call = callIdOf(identityOf(webhook, effect));
  const place = held.hold(call);
  if (place === undefined) {
    const what = 'Too many calls wait for the answers of processes.';
    // Before anything is published, so that a repetition is harmless.
    return {
      answer: unavailable(what, 1),
      result: 'unavailable',
      error: fault('input', { what, fix: 'raise server.maxWaiting, or let the processes answer sooner.' }),
    };
  }
  try {
    const reference = writeReference({ holder: held.holder, call, until: Math.round(until) });
    const end = await send(withCaller(effect, callerVariableOf(webhook), reference));
    if (!isSent(end)) {
      // Of several messages, the answer proves only that one has arrived: the caller must repeat the others.
      const isAlone = effect.kind === 'correlate' || effect.messages.length === 1;
      const given = isAlone ? place.take() : undefined;
      return given === undefined ? end : provenEnd(given, effect);
    }
    let isGone = false;
    // The id of a message that has expired may come again. The new message has an answer of its own.
    const answer =
      place.wasAnswered && end.result === 'duplicate'
        ? place.take()
        : await place.answer((stop) => {
            const subscription = subscribe(signal, stop);
            const back = caller.onGone(() => {
              isGone = true;
              stop();
            });
            if (signal.aborted) stop();
            return () => {
              unsubscribe(subscription);
              back();
            };
          });
    if (answer !== undefined) return { ...end, answer };
    const late = answerOf(webhook.waits.late ?? defaultLate);
    // Nobody reads it if the caller is gone.
    return { ...end, answer: late, result: isGone ? end.result : 'late' };
  } finally {
    place.release();
  }
};
