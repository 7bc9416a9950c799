import { isObject } from '../../common/is-object.ts';
import { activationNames, takenNames } from '../activation-names.ts';
import { isSchema } from '../schema.ts';
import {
  anySchema,
  anyText,
  callback,
  callbacks,
  flag,
  jobType,
  numberFrom,
  objectSchema,
  positiveCount,
  positiveNumber,
  text,
} from './common-rules.ts';
import {
  check,
  findProblems,
  inTurn,
  isFunction,
  isText,
  mapOf,
  objectOf,
  oneOf,
  type Problem,
  problemLine,
  type Rule,
  type Rules,
  when,
} from './rule-engine.ts';
import { templateSettingsRule } from './template-settings.ts';
import { callbackRule, fittingWaits, webhookRules } from './webhook.ts';

/** Node's timers cannot hold more than 2^31 - 1 milliseconds; a longer one would fire at once. */
const longestTimer = 2_147_483;

const seconds: Rule = inTurn(
  positiveNumber('a positive number of seconds'),
  when((value) => (value as number) <= longestTimer, `at most ${longestTimer} seconds`),
);

/** Seconds. Many jobs with shorter leases would keep the cluster busy with renewals. */
const shortestLease = 5;

const leaseSeconds: Rule = inTurn(numberFrom(shortestLease, 'a number of seconds'), seconds);

const inboundInput: Rule = inTurn(objectSchema, (value) => {
  if (!isSchema(value)) return undefined;
  const taken = takenNames(value);
  if (taken.length === 0) return undefined;
  const fields = taken.map((name) => JSON.stringify(name)).join(', ');
  return `must not have the fields ${fields}: the activation uses ${activationNames.join(', ')} itself and does not pass them on. Rename it in the schema, e.g. to ${JSON.stringify(`own_${taken[0]}`)}`;
});

const resultVariable: Rule = when((value) => value === false || isText(value), 'the name of a variable, or false');

const isShare = (value: unknown): boolean => Number.isFinite(value) && (value as number) >= 0 && (value as number) <= 1;

const growingBackoff = objectOf(
  {
    initial: numberFrom(0, 'a number of seconds'),
    factor: numberFrom(1, 'a number'),
    max: numberFrom(0, 'a number of seconds'),
    jitter: when(isShare, 'a number from 0 to 1'),
    attempts: positiveCount,
  },
  { required: ['initial'] },
);

const flatBackoff = when(
  (value) => isFunction(value) || (Number.isFinite(value) && (value as number) >= 0),
  'a number of seconds, { initial, factor, max, jitter, attempts } or a function',
);

const retryBackoff: Rule = (value) => (isObject(value) ? growingBackoff : flatBackoff)(value);

const outboundCommon = {
  kind: oneOf('outbound'),
  name: text,
  type: jobType,
  description: anyText,
  timeout: seconds,
  lease: leaseSeconds,
  leaseToken: flag,
  maxJobs: positiveCount,
  template: templateSettingsRule.outbound,
  resultVariable,
  retryBackoff,
  use: callbacks,
} as const satisfies Rules;

const operation = objectOf(
  { name: text, description: anyText, input: objectSchema, output: anySchema, run: callback },
  { noun: 'property of operations', required: ['input', 'run'] },
);

const operations: Rule = inTurn(
  mapOf(operation, 'operations by their ids', (id) => (isText(id) ? undefined : 'the id must not be blank')),
  (value) => (Object.keys(value as object).length === 0 ? 'expected at least one operation' : undefined),
);

const belongsToOperation = 'belongs to each operation; move it there';

const onlyWithLoop = 'has no effect on a connector with webhook, which has no loop; remove it';

interface Form {
  readonly rules: Rules;
  readonly required: readonly string[];
  readonly misplaced?: Readonly<Record<string, string>>;
}

/** What a definition may consist of; with operations, each of them has the schemas and the function. */
const forms = {
  outbound: {
    rules: { ...outboundCommon, input: objectSchema, output: anySchema, run: callback, operations },
    required: ['name', 'type', 'input', 'run'],
  },
  operations: {
    rules: { ...outboundCommon, operations },
    required: ['name', 'type', 'operations'],
    misplaced: { input: belongsToOperation, output: belongsToOperation, run: belongsToOperation },
  },
  inbound: {
    rules: {
      kind: oneOf('inbound'),
      name: text,
      description: anyText,
      cycle: seconds,
      messageTimeToLive: numberFrom(0, 'a number of seconds'),
      expires: positiveNumber('a positive number of seconds'),
      maxFailures: positiveCount,
      input: inboundInput,
      output: objectSchema,
      state: objectSchema,
      template: templateSettingsRule.inbound,
      use: callbacks,
      loop: callback,
    },
    required: ['name', 'loop'],
    misplaced: { webhook: 'has no effect beside loop; remove one of them' },
  },
  callback: {
    rules: {
      kind: oneOf('inbound'),
      name: text,
      description: anyText,
      messageTimeToLive: numberFrom(0, 'a number of seconds'),
      expires: positiveNumber('a positive number of seconds'),
      input: inboundInput,
      output: objectSchema,
      template: templateSettingsRule.inbound,
      webhook: callbackRule,
    },
    required: ['name', 'webhook'],
    misplaced: {
      cycle: onlyWithLoop,
      maxFailures: onlyWithLoop,
      state: onlyWithLoop,
      use: onlyWithLoop,
    },
  },
  webhook: { rules: webhookRules, required: ['name', 'path', 'auth', 'run'] },
} as const satisfies Readonly<Record<string, Form>>;

/** What a finished connector must have beyond its definition: properties with a default. */
const filledIn = {
  outbound: ['kind', 'timeout', 'maxJobs'],
  inbound: ['kind', 'cycle', 'messageTimeToLive', 'maxFailures'],
  callback: ['kind', 'messageTimeToLive', 'expires'],
  webhook: ['kind', 'method', 'messageTimeToLive', 'timeout', 'maxBody', 'correlates'],
} as const;

/** The kinds of connectors. */
type Kind = 'outbound' | 'inbound' | 'webhook';

const hasProperty = (value: unknown, name: string): boolean => isObject(value) && value[name] !== undefined;

/** A second call would start another process instance or be lost if its message outlived the memory of the first. */
const outlivesAddress: Rule = (value) => {
  const { messageTimeToLive: toLive, expires } = value as Readonly<Record<string, unknown>>;
  if (typeof toLive !== 'number' || typeof expires !== 'number' || toLive >= expires) return undefined;
  return [
    {
      path: ['messageTimeToLive'],
      text: `must be at least as long as expires, because the cluster recognises a second call only for that time: it is ${toLive} seconds, and an address is valid for ${expires} seconds`,
    },
  ];
};

const formOf = (kind: Kind, value: unknown): keyof typeof forms => {
  if (kind === 'outbound' && hasProperty(value, 'operations')) return 'operations';
  if (kind === 'inbound' && hasProperty(value, 'webhook') && !hasProperty(value, 'loop')) return 'callback';
  return kind;
};

const ruleOf = (kind: Kind, value: unknown, isFinished: boolean): Rule => {
  const name = formOf(kind, value);
  const form: Form = forms[name];
  const rule = objectOf(form.rules, {
    ...form,
    noun: kind === 'webhook' ? 'property of webhooks' : `property of ${kind} connectors`,
    required: [...form.required, ...(isFinished ? filledIn[name === 'operations' ? 'outbound' : name] : [])],
  });
  if (name === 'webhook') return inTurn(rule, fittingWaits);
  return name === 'callback' ? inTurn(rule, outlivesAddress) : rule;
};

/**
 * Finds everything wrong with a definition.
 *
 * @param kind the kind of connector that it is to become
 * @param value the definition
 * @returns one line for each problem; none: the definition is fine
 */
export const checkDefinition = (kind: Kind, value: unknown): readonly string[] =>
  check(ruleOf(kind, value, false), value);

/** As {@link checkConnector}, with the problems as data. */
export const connectorProblems = (value: unknown): readonly Problem[] => {
  const kind = isObject(value) ? value.kind : undefined;
  if (kind === 'outbound' || kind === 'inbound' || kind === 'webhook') {
    return findProblems(ruleOf(kind, value, true), value);
  }
  const text =
    'expected a connector as defineOutbound, defineInbound or defineWebhook returns it, with the kind "outbound", "inbound" or "webhook"';
  return [{ path: [], text }];
};

/**
 * Finds everything wrong with a connector, which may be handwritten or a changed copy of another.
 *
 * @returns one line for each problem; none: the connector is fine
 * @example
 * checkConnector({ ...log, type: '' }); // ['type: expected text that is not empty, but got empty text']
 */
export const checkConnector = (value: unknown): readonly string[] => connectorProblems(value).map(problemLine);
