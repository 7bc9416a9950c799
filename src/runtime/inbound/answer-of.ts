import { fault } from '../../common/fault.ts';
import { isObject } from '../../common/is-object.ts';
import { stringifyValue, toJson } from '../../connector/values/json-text.ts';
import { isAnswerStatus, isHeader, isOwnHeader } from '../../connector/webhooks/answer-format.ts';
import type { WebhookAnswer } from '../../connector/webhooks/answer-types.ts';
import { type HttpAnswer, httpAnswer } from './http-answer.ts';

const bad = (what: string, fix: string): Error => fault('output', { what, fix });

const headersOf = (given: unknown): Readonly<Record<string, string>> => {
  if (given === undefined) return {};
  if (!isObject(given))
    throw bad('The headers of an answer must be an object of texts.', 'return { headers: { name: value } }.');
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const key = name.toLowerCase();
      if (!isHeader(name, value)) {
        throw bad(
          `The header ${JSON.stringify(name)} of an answer is not valid.`,
          'use a name of letters, digits and "-", and a text of one line.',
        );
      }
      if (isOwnHeader(key)) {
        throw bad(
          `An answer cannot set the header ${JSON.stringify(name)}.`,
          'remove it; the server sets it if it is needed.',
        );
      }
      return [key, value];
    }),
  );
};

const bodyOf = (body: unknown): { readonly type?: string; readonly body: string | Uint8Array } => {
  if (body === undefined) return { body: '' };
  if (typeof body === 'string') return { type: 'text/plain; charset=utf-8', body };
  if (body instanceof Uint8Array) return { type: 'application/octet-stream', body };
  return { type: 'application/json', body: stringifyValue(toJson(body)) };
};

/**
 * Turns an answer of `run` into one that can be sent. Pure.
 *
 * Throws a fault of kind `output` for an invalid status or header, and of kind `value` for a body without a JSON form.
 */
export const answerOf = (answer: WebhookAnswer): HttpAnswer => {
  if (!isObject(answer)) throw bad('An answer must be an object.', 'return { answer: { status, headers, body } }.');
  const { status = 200 } = answer as WebhookAnswer;
  if (!isAnswerStatus(status)) {
    throw bad(
      'The status of an answer must be a whole number from 200 to 599.',
      'return e.g. { answer: { status: 202 } }.',
    );
  }
  const headers = headersOf(answer.headers);
  const { type, body } = bodyOf(answer.body);
  return httpAnswer(status, { ...(type === undefined ? {} : { 'content-type': type }), ...headers }, body);
};
