import { isObject } from '../../common/is-object.ts';
import { isSchema } from '../schema.ts';
import { anyText, callback, flag, numberFrom, positiveCount, positiveNumber, text } from './common-rules.ts';
import { describeValue, inTurn, isText, mapOf, oneOf, type Rule, type Rules, when } from './rule-engine.ts';
import { templateSettingsRule } from './template-settings.ts';

/** The methods that a webhook may have. */
export const webhookMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** The largest body in bytes that can be allowed: 64 MiB. Each request holds its body in memory. */
const largestBody = 67_108_864;

/** Seconds. Proxies and callers give up after a minute or less. */
const longestTimeout = 300;

const seconds: Rule = inTurn(
  positiveNumber('a positive number of seconds'),
  when((value) => (value as number) <= longestTimeout, `at most ${longestTimeout} seconds`),
);

const bodySize: Rule = inTurn(
  positiveCount,
  when((value) => (value as number) <= largestBody, `at most ${largestBody} bytes`),
);

const anySchema: Rule = when(isSchema, 'a valibot schema');

const isPath = (value: string): boolean =>
  /^(?:\/[A-Za-z0-9._~-]+)+$/.test(value) && !value.split('/').some((part) => part === '.' || part === '..');

/** Only paths that have one spelling. Proxies and callers write others in different ways. */
const path: Rule = inTurn(text, (value) =>
  isPath(value as string)
    ? undefined
    : 'must be a path such as "/hooks/payments": each part has letters, digits, ".", "_", "~" and "-", and no "/" is at the end',
);

const auth: Rule = (value) => {
  if (value === 'none') return undefined;
  return isObject(value) && isText(value.type)
    ? undefined
    : `expected 'none' or the settings of an authentication such as { type: 'github', secret: '{{secrets.GITHUB}}' }, but got ${describeValue(value)}`;
};

const messages: Rule = inTurn(
  mapOf(anySchema, 'schemas of variables by the names of the messages', (name) =>
    isText(name) ? undefined : 'the name of a message must not be blank',
  ),
  (value) => (Object.keys(value as object).length === 0 ? 'expected at least one message' : undefined),
);

/** The rules for the properties of a webhook. */
export const webhookRules: Rules = {
  kind: oneOf('webhook'),
  name: text,
  description: anyText,
  path,
  method: oneOf(...webhookMethods),
  auth,
  body: anySchema,
  messages,
  messageTimeToLive: numberFrom(0, 'a number of seconds'),
  timeout: seconds,
  maxBody: bodySize,
  correlates: flag,
  template: templateSettingsRule.inbound,
  run: callback,
};
