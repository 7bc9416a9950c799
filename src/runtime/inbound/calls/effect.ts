import { createHash } from 'node:crypto';
import { fault } from '../../../common/fault.ts';
import { isObject } from '../../../common/is-object.ts';
import type { Command } from '../../../connection/port.ts';
import { asList } from '../../../connector/rules/rule-engine.ts';
import { stringifyDocument, toJson } from '../../../connector/values/json-text.ts';
import { callerVariableOf, isWaitingWebhook } from '../../../connector/webhooks/answer-task.ts';
import type { AnyWebhook, WebhookResult } from '../../../connector/webhooks/types.ts';
import { checkOutput } from '../../execute/result.ts';
import { checkStorable } from '../../shared/stored-variables.ts';
import { answerOf } from '../answer-of.ts';
import { type HttpAnswer, httpAnswer, problem } from '../http-answer.ts';

/** A message as a command. */
export type Publication = Extract<Command, { readonly kind: 'publishMessage' }>;

/** A message for an instance that waits now. */
export type Correlation = Omit<Publication, 'kind' | 'messageId' | 'timeToLive'>;

/** What a request causes, checked and complete. */
export type Effect =
  | {
      readonly kind: 'publish';
      readonly messages: readonly Publication[];
      readonly answer: HttpAnswer;
      /** The caller waits for the answer of the process. */
      readonly wait: boolean;
    }
  | {
      readonly kind: 'correlate';
      readonly message: Correlation;
      /** Absent: the key of the instance. */
      readonly answer?: HttpAnswer;
      readonly unmatched: HttpAnswer;
      readonly wait: boolean;
    }
  | { readonly kind: 'answer'; readonly answer: HttpAnswer };

/** An effect with messages. */
export type SentEffect = Exclude<Effect, { readonly kind: 'answer' }>;

/** Characters. A cluster whose secondary storage is a relational database accepts no longer ones. */
const longestText = 256;

const bad = (what: string, fix: string): Error => fault('output', { what, fix });

/** The properties of a result. */
const parts: readonly string[] = ['publish', 'correlate', 'answer', 'unmatched', 'wait'];

const forms = 'return { publish: { messageName, correlationKey, variables } }, { correlate }, { answer } or nothing';

const keyOf = (value: unknown, at: string): string => {
  const isNumber = typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value));
  if (typeof value !== 'string' && !isNumber) {
    throw bad(
      `${at}.correlationKey must be text or a number, but is ${value === null ? 'null' : typeof value}.`,
      "return the key of the waiting instances, or '' for a message that only starts instances.",
    );
  }
  const key = String(value);
  if (key.length <= longestText) return key;
  throw bad(
    `${at}.correlationKey is longer than ${longestText} characters.`,
    'use a shorter key, such as a hash of it.',
  );
};

const nameOf = (value: unknown, { messages }: AnyWebhook, at: string): string => {
  if (typeof value !== 'string' || value.trim() === '' || value.length > longestText) {
    throw bad(
      `${at}.messageName must be text of 1 to ${longestText} characters.`,
      'return the name of a BPMN message.',
    );
  }
  if (messages === undefined || Object.hasOwn(messages, value)) return value;
  throw bad(
    `${at}.messageName is ${JSON.stringify(value)}, which is not among the messages of the webhook.`,
    `add it to messages, which has ${Object.keys(messages).join(', ')}.`,
  );
};

const variablesOf = async (webhook: AnyWebhook, name: string, given: unknown, at: string): Promise<string> => {
  const checked = await checkOutput(webhook.messages?.[name], given ?? {});
  if (!checked.ok)
    throw bad(
      `${at}.variables do not fit the schema of the message:\n${asList(checked.problems)}`,
      'return variables that fit.',
    );
  const variables = toJson(checked.value);
  if (!isObject(variables)) throw bad(`${at}.variables must be an object.`, 'return an object of variables.');
  if (isWaitingWebhook(webhook) && Object.hasOwn(variables, callerVariableOf(webhook))) {
    throw bad(
      `${at}.variables must not have ${JSON.stringify(callerVariableOf(webhook))}, which says whom to answer.`,
      'rename it, or choose another name with waits.variable.',
    );
  }
  checkStorable(variables, `${at}.variables`);
  return stringifyDocument(variables);
};

const tenantOf = (value: unknown, at: string): { readonly tenantId?: string } => {
  if (value === undefined) return {};
  if (typeof value === 'string' && value !== '') return { tenantId: value };
  throw bad(`${at}.tenantId must be text.`, 'return the id of a tenant, or leave it out.');
};

const correlationOf = async (webhook: AnyWebhook, given: unknown, at: string): Promise<Correlation> => {
  if (!isObject(given)) throw bad(`${at} must be an object.`, forms);
  const name = nameOf(given.messageName, webhook, at);
  return {
    name,
    correlationKey: keyOf(given.correlationKey, at),
    variables: await variablesOf(webhook, name, given.variables, at),
    ...tenantOf(given.tenantId, at),
  };
};

const hashOf = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/**
 * A long id becomes its hash, which is the same for every repetition. So does one that is not Unicode: on the way to the cluster, each
 * half of a character would become the same replacement, and two ids one.
 */
export const shortId = (id: string): string => {
  if (/\p{Surrogate}/u.test(id)) return hashOf(Buffer.from(id, 'utf16le'));
  return id.length <= longestText ? id : hashOf(id);
};

const idOf = (given: unknown, deliveryId: string | undefined, index: number, at: string): string => {
  if (given !== undefined) {
    if (typeof given === 'string') return shortId(given);
    throw bad(`${at}.messageId must be text.`, 'return an id that is the same for every repetition of the event.');
  }
  if (deliveryId === undefined || deliveryId === '') return '';
  // Two messages of one request may have the same name and key.
  return shortId(index === 0 ? deliveryId : `${deliveryId}:${index}`);
};

const timeToLiveOf = (given: unknown, webhook: AnyWebhook, at: string): number => {
  const seconds = given === undefined ? webhook.messageTimeToLive : given;
  if (typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0) return Math.round(seconds * 1000);
  throw bad(`${at}.timeToLive must be a number of seconds, 0 or more.`, 'return e.g. timeToLive: 3600.');
};

const publicationOf = async (
  webhook: AnyWebhook,
  deliveryId: string | undefined,
  given: unknown,
  index: number,
  at: string,
): Promise<Publication> => {
  const message = await correlationOf(webhook, given, at);
  const { messageId, timeToLive } = given as Readonly<Record<string, unknown>>;
  return {
    kind: 'publishMessage',
    ...message,
    messageId: idOf(messageId, deliveryId, index, at),
    timeToLive: timeToLiveOf(timeToLive, webhook, at),
  };
};

/** Whether the caller waits for the answer of the process. */
const waitOf = (given: Readonly<Record<string, unknown>>, { waits }: AnyWebhook): boolean => {
  const { wait = false, publish, correlate, answer } = given;
  if (typeof wait !== 'boolean') throw bad('wait must be true or false.', 'return e.g. { publish, wait: true }.');
  if (!wait) return false;
  if (waits === undefined) {
    throw bad(
      'run returned wait, but the webhook does not wait.',
      'add waits: { input } to the definition, with the schema of what the answering task passes.',
    );
  }
  if (answer !== undefined) {
    throw bad(
      'run returned both wait and answer.',
      'return one of them; waits.late is the answer if none comes in time.',
    );
  }
  const hasMessage = correlate !== undefined || (Array.isArray(publish) ? publish.length > 0 : publish !== undefined);
  if (!hasMessage) {
    throw bad('run returned wait without a message to publish or correlate, so no process would answer.', forms);
  }
  return true;
};

/**
 * Checks what `run` returned and completes it: ids, times to live, the answer. Sends nothing.
 *
 * Rejects with a fault of kind `output`, `value` or `input` for a result that cannot be carried out.
 *
 * @param deliveryId the id of the event, from which messages without an id of their own get theirs
 */
export const effectOf = async (
  webhook: AnyWebhook,
  deliveryId: string | undefined,
  result: WebhookResult | undefined,
): Promise<Effect> => {
  if (result === undefined || result === null) return { kind: 'answer', answer: httpAnswer(200) };
  const given: unknown = result;
  if (!isObject(given)) throw bad(`run must return an object or nothing, but returned a ${typeof given}.`, forms);
  const { publish, correlate, answer, unmatched } = given;
  const unknown = Object.keys(given).find((key) => !parts.includes(key));
  if (unknown !== undefined) throw bad(`run returned the unknown property ${JSON.stringify(unknown)}.`, forms);
  if (publish !== undefined && correlate !== undefined) {
    throw bad('run returned both publish and correlate.', 'return one of them.');
  }
  const wait = waitOf(given, webhook);
  if (publish !== undefined) {
    const list = Array.isArray(publish) ? publish : [publish];
    const messages: Publication[] = [];
    for (const [index, one] of list.entries()) {
      const at = Array.isArray(publish) ? `publish[${index}]` : 'publish';
      messages.push(await publicationOf(webhook, deliveryId, one, index, at));
    }
    return { kind: 'publish', messages, answer: answerOf((answer ?? {}) as object), wait };
  }
  if (correlate !== undefined) {
    if (!webhook.correlates) {
      throw bad(
        'run returned correlate, but the webhook does not correlate.',
        'add correlates: true to the definition.',
      );
    }
    return {
      kind: 'correlate',
      message: await correlationOf(webhook, correlate, 'correlate'),
      ...(answer === undefined ? {} : { answer: answerOf(answer as object) }),
      unmatched:
        unmatched === undefined ? problem(404, 'No process instance waits for this.') : answerOf(unmatched as object),
      wait,
    };
  }
  if (answer === undefined) throw bad('run returned an object without publish, correlate and answer.', forms);
  return { kind: 'answer', answer: answerOf(answer as object) };
};
