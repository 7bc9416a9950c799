import { isObject } from '../../common/is-object.ts';
import { entryNames, isSchema } from '../schema.ts';
import { callerVariable } from '../webhooks/wait-types.ts';
import { answerRule } from './answer.ts';
import {
  anySchema,
  anyText,
  callback,
  flag,
  jobType,
  numberFrom,
  objectSchema,
  positiveCount,
  positiveNumber,
  text,
} from './common-rules.ts';
import {
  inTurn,
  isFunction,
  isText,
  listOf,
  mapOf,
  objectOf,
  oneOf,
  type Problem,
  type Rule,
  type Rules,
  when,
} from './rule-engine.ts';
import { templateSettingsRule } from './template-settings.ts';
import { webhookAuthRule } from './webhook-auth.ts';

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

const isPath = (value: string): boolean =>
  /^(?:\/[A-Za-z0-9._~-]+)+$/.test(value) && !value.split('/').some((part) => part === '.' || part === '..');

/** Only paths that have one spelling. Proxies and callers write others in different ways. */
const path: Rule = inTurn(text, (value) =>
  isPath(value as string) && !/^\/callbacks(?:\/|$)/.test(value as string)
    ? undefined
    : 'must be a path such as "/hooks/payments": each part has letters, digits, ".", "_", "~" and "-", and no "/" is at the end. /callbacks/ is reserved for the addresses of callbacks',
);

const messages: Rule = inTurn(
  mapOf(anySchema, 'schemas of variables by the names of the messages', (name) =>
    isText(name) ? undefined : 'the name of a message must not be blank',
  ),
  (value) => (Object.keys(value as object).length === 0 ? 'expected at least one message' : undefined),
);

const variable: Rule = when(
  (value) => typeof value === 'string' && /^[A-Za-z_]\w*$/.test(value),
  'the name of a variable: letters, digits and "_"',
);

const waits: Rule = objectOf(
  { input: objectSchema, type: jobType, variable, answer: callback, late: answerRule },
  {
    expected: 'an object such as { input: v.object({ text: v.string() }) }',
    noun: 'property of waits',
    required: ['input'],
  },
);

/** The variable that says whom to answer must not be one of the user's own: one of the two would be lost. */
export const fittingWaits: Rule = (value) => {
  const { waits: settings, messages: known } = value as Readonly<Record<string, unknown>>;
  if (!isObject(settings)) return undefined;
  const { variable: name = callerVariable, input } = settings;
  const taken = (schema: unknown): boolean => isSchema(schema) && entryNames(schema).some((one) => one === name);
  const problem = (path: readonly string[]): Problem => ({
    path,
    text: `must not have the field ${JSON.stringify(name)}, which says whom to answer; rename it, or choose another name with waits.variable`,
  });
  return [
    ...(taken(input) ? [problem(['waits', 'input'])] : []),
    ...Object.entries(isObject(known) ? known : {}).flatMap(([message, schema]) =>
      taken(schema) ? [problem(['messages', message])] : [],
    ),
  ];
};

/** The rules for the properties of a webhook. */
export const webhookRules: Rules = {
  kind: oneOf('webhook'),
  name: text,
  description: anyText,
  path,
  method: oneOf(...webhookMethods),
  auth: webhookAuthRule,
  body: anySchema,
  messages,
  messageTimeToLive: numberFrom(0, 'a number of seconds'),
  timeout: seconds,
  maxBody: bodySize,
  correlates: flag,
  waits,
  template: templateSettingsRule.inbound,
  run: callback,
};

const page: Rule = (value) =>
  isFunction(value)
    ? undefined
    : objectOf(
        {
          title: text,
          text: anyText,
          buttons: listOf(
            objectOf({ label: text, values: mapOf(anyText, 'texts by the names of fields') }, { required: ['label'] }),
            'a list of buttons',
            1,
          ),
        },
        {
          expected: 'a page such as { title: "Approve the order" } or a function that returns one',
          required: ['title'],
        },
      )(value);

const answer: Rule = (value) => (isFunction(value) ? undefined : answerRule(value));

/** The rule for the settings of a callback. */
export const callbackRule: Rule = objectOf(
  { variable, body: anySchema, timeout: seconds, maxBody: bodySize, page, answer, run: callback },
  { expected: 'the settings of a callback, e.g. webhook: {}', noun: 'property of webhook' },
);
