import { describeWait, type Wait } from '../../../engine/index.ts';
import { nearMissText, waitSubject } from '../../../engine/waits/describe.ts';
import type { ExpectedMessage } from '../session.ts';

const quoted = (text: string): string => JSON.stringify(text);

/** What identifies the message that is waited for; other waits wait for none. */
type Awaited = { readonly kind: 'message'; readonly name: string; readonly correlationKey: string };

type AnyWait = Awaited | { readonly kind: Exclude<Wait['kind'], 'message'> };

/** The message that an inbound connector is going to publish for a wait; `undefined` if none is. */
export const expectedFor = (wait: AnyWait, expected: readonly ExpectedMessage[]): ExpectedMessage | undefined =>
  wait.kind === 'message'
    ? expected.find(({ name, key }) => name === wait.name && key === wait.correlationKey)
    : undefined;

const sentence = ({ connector, name, key, addressVariable }: ExpectedMessage): string =>
  addressVariable === undefined
    ? `The inbound connector ${quoted(connector)} is going to publish ${quoted(name)} with the key ${quoted(key)}.`
    : `A call of the callback address of ${quoted(connector)} (variable ${addressVariable}) publishes ${quoted(name)} with the key ${quoted(key)}.`;

/**
 * What an inbound connector is going to publish for a wait, or what almost fits it, as a sentence; `undefined` if nothing.
 */
export const expectedText = (wait: AnyWait, expected: readonly ExpectedMessage[]): string | undefined => {
  if (wait.kind !== 'message') return undefined;
  const fitting = expectedFor(wait, expected);
  if (fitting?.addressVariable === undefined && fitting !== undefined) {
    return `The inbound connector ${quoted(fitting.connector)} watches, and is going to publish it.`;
  }
  const near = fitting ?? expected.find(({ name, key }) => name === wait.name || key === wait.correlationKey);
  return near && sentence(near);
};

/**
 * Says what an element waits for, as `describeWait` does, and what an inbound connector is going to publish.
 *
 * @param now the time of processes in milliseconds since the epoch
 * @param expected the messages that inbound connectors are going to publish
 * @example
 * waitText(wait, engine.now(), session.inbound.expected());
 * // 'Paid waits for a call of its callback address (variable callback_url), which publishes the message "paid" with the key "7".'
 */
export const waitText = (wait: Wait, now: number, expected: readonly ExpectedMessage[]): string => {
  const variable = expectedFor(wait, expected)?.addressVariable;
  if (variable === undefined || wait.kind !== 'message') {
    const text = expectedText(wait, expected);
    return `${describeWait(wait, now)}${text === undefined ? '' : ` ${text}`}`;
  }
  const message = `${quoted(wait.name)} with the key ${quoted(wait.correlationKey)}`;
  const waits = `waits for a call of its callback address (variable ${variable}), which publishes the message ${message}.`;
  return `${waitSubject(wait)} ${waits}${nearMissText(wait.nearMisses, now)}`;
};
