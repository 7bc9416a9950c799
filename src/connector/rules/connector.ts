import { activationNames, takenNames } from '../reserved.ts';
import { isObjectSchema, isSchema } from '../schema.ts';
import { checkTemplateSettings } from './template-settings.ts';

/** Says what is wrong with one property's value, or nothing. */
type Rule = (value: unknown) => string | undefined;

interface Property {
  readonly rule: Rule;
  /** A definition may leave it out; `defineOutbound` and `defineInbound` fill in a default where there is one. */
  readonly optional: boolean;
}

type Properties = Readonly<Record<string, Property>>;

/** Node's timers cannot hold more than 2^31 - 1 milliseconds; a longer one would fire at once. */
const longestTimer = 2_147_483;

const required = (rule: Rule): Property => ({ rule, optional: false });
const optional = (rule: Rule): Property => ({ rule, optional: true });

const found = (value: unknown): string => {
  if (value === null) return 'null';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return value.trim() === '' ? 'blank text' : JSON.stringify(value);
  return Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
};

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

const text: Rule = (value) => (isText(value) ? undefined : `expected text that is not empty, but got ${found(value)}`);

const jobType: Rule = (value) =>
  isText(value) && value.startsWith('_')
    ? `${JSON.stringify(value)} starts with "_", which is reserved for the job types of the runtime itself`
    : text(value);

const description: Rule = (value) => (typeof value === 'string' ? undefined : `expected text, but got ${found(value)}`);

const seconds: Rule = (value) => {
  if (typeof value !== 'number' || !(value > 0) || !Number.isFinite(value)) {
    return `expected a positive number of seconds, but got ${found(value)}`;
  }
  return value <= longestTimer ? undefined : `expected at most ${longestTimer} seconds, but got ${value}`;
};

const timeToLive: Rule = (value) =>
  typeof value === 'number' && value >= 0 && Number.isFinite(value)
    ? undefined
    : `expected a number of seconds, 0 or more, but got ${found(value)}`;

const expiry: Rule = (value) =>
  typeof value === 'number' && value > 0 && Number.isFinite(value)
    ? undefined
    : `expected a positive number of seconds, but got ${found(value)}`;

const count: Rule = (value) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0
    ? undefined
    : `expected a positive whole number, but got ${found(value)}`;

const objectSchema: Rule = (value) => {
  if (isObjectSchema(value)) return undefined;
  const kinds = 'expected a valibot schema of an object (object, strictObject, looseObject, variant, …)';
  return `${kinds}, but got ${isSchema(value) ? `a schema of type "${value.type}"` : found(value)}`;
};

const inboundInput: Rule = (value) => {
  const problem = objectSchema(value);
  if (problem !== undefined || !isSchema(value)) return problem;
  const taken = takenNames(value);
  if (taken.length === 0) return undefined;
  const fields = taken.map((name) => JSON.stringify(name)).join(', ');
  return `the activation keeps ${activationNames.join(', ')} to itself, so that ${fields} would never arrive; rename it in the schema, e.g. ${JSON.stringify(`own_${taken[0]}`)}`;
};

const anySchema: Rule = (value) => (isSchema(value) ? undefined : `expected a valibot schema, but got ${found(value)}`);

const variableName: Rule = (value) =>
  value === false || isText(value) ? undefined : `expected a variable's name or false, but got ${found(value)}`;

const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0;

/** Growing pauses, by property: what each must be. */
const growing: Readonly<Record<string, { readonly is: (value: unknown) => boolean; readonly text: string }>> = {
  initial: { is: isCount, text: 'a number of seconds, 0 or more' },
  factor: { is: (value) => isCount(value) && (value as number) >= 1, text: 'a number of 1 or more' },
  max: { is: isCount, text: 'a number of seconds, 0 or more' },
  jitter: { is: (value) => isCount(value) && (value as number) <= 1, text: 'a number from 0 to 1' },
  attempts: { is: (value) => Number.isSafeInteger(value) && (value as number) > 0, text: 'a positive whole number' },
};

const retryBackoff: Rule = (value) => {
  if (typeof value === 'function') return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const kinds = 'expected a number of seconds, { initial, factor, max, jitter, attempts } or a function';
    return isCount(value) ? undefined : `${kinds}, but got ${found(value)}`;
  }
  const given = value as Readonly<Record<string, unknown>>;
  const problems = Object.entries(growing)
    .filter(([name, { is }]) => (name === 'initial' || given[name] !== undefined) && !is(given[name]))
    .map(([name, { text }]) => `${name}: expected ${text}, but got ${found(given[name])}`);
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(growing, name));
  if (unknown.length > 0) problems.push(`${unknown.join(', ')}: unknown; known are ${Object.keys(growing).join(', ')}`);
  return problems.length === 0 ? undefined : problems.join('; ');
};

const template =
  (kind: 'outbound' | 'inbound'): Rule =>
  (value) => {
    const problems = checkTemplateSettings(kind, value);
    return problems.length === 0 ? undefined : problems.join('; ');
  };

const callback: Rule = (value) =>
  typeof value === 'function' ? undefined : `expected a function, but got ${found(value)}`;

const callbacks: Rule = (value) => {
  if (!Array.isArray(value)) return `expected a list of functions, but got ${found(value)}`;
  const wrong = value.findIndex((item) => typeof item !== 'function');
  return wrong === -1 ? undefined : `expected a list of functions, but its item ${wrong} is ${found(value[wrong])}`;
};

const only =
  (kind: string): Rule =>
  (value) =>
    value === kind ? undefined : `expected "${kind}", but got ${found(value)}`;

/** What connectors of either form have. */
const outboundProperties: Properties = {
  kind: optional(only('outbound')),
  name: required(text),
  type: required(jobType),
  description: optional(description),
  timeout: optional(seconds),
  maxJobs: optional(count),
};

const outboundSettings: Properties = {
  template: optional(template('outbound')),
  resultVariable: optional(variableName),
  retryBackoff: optional(retryBackoff),
  use: optional(callbacks),
};

const ofOperations: Rule = () => 'with operations, each of them has its own; move it there';

const operationList: Rule = (value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return `expected operations by their ids, but got ${found(value)}`;
  }
  return Object.keys(value).length === 0 ? 'expected at least one operation' : undefined;
};

const properties = {
  outbound: {
    ...outboundProperties,
    input: required(objectSchema),
    output: optional(anySchema),
    ...outboundSettings,
    run: required(callback),
    operations: optional(operationList),
  },
  operations: {
    ...outboundProperties,
    input: optional(ofOperations),
    output: optional(ofOperations),
    ...outboundSettings,
    run: optional(ofOperations),
    operations: required(operationList),
  },
  operation: {
    name: optional(text),
    description: optional(description),
    input: required(objectSchema),
    output: optional(anySchema),
    run: required(callback),
  },
  inbound: {
    kind: optional(only('inbound')),
    name: required(text),
    description: optional(description),
    cycle: optional(seconds),
    messageTimeToLive: optional(timeToLive),
    expires: optional(expiry),
    maxFailures: optional(count),
    input: optional(inboundInput),
    output: optional(objectSchema),
    state: optional(objectSchema),
    template: optional(template('inbound')),
    use: optional(callbacks),
    loop: required(callback),
  },
} as const satisfies Readonly<Record<string, Properties>>;

/** What a finished connector has beside the required properties of its definition. */
const filledIn = {
  outbound: ['kind', 'timeout', 'maxJobs'],
  inbound: ['kind', 'cycle', 'messageTimeToLive', 'maxFailures'],
} as const;

const checkProperties = (
  known: Properties,
  given: Readonly<Record<string, unknown>>,
  owner: string,
  alsoRequired: readonly string[] = [],
): readonly string[] => {
  const problems: string[] = [];
  for (const [name, { rule, optional: mayLack }] of Object.entries(known)) {
    if (given[name] !== undefined) {
      const problem = rule(given[name]);
      if (problem !== undefined) problems.push(`${name}: ${problem}`);
    } else if (!mayLack || alsoRequired.includes(name)) {
      problems.push(`${name}: is missing`);
    }
  }
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(known, name)) {
      problems.push(`${name}: is no property of ${owner}; they are ${Object.keys(known).join(', ')}`);
    }
  }
  return problems;
};

const checkOperations = (operations: unknown): readonly string[] => {
  if (operationList(operations) !== undefined) return [];
  return Object.entries(operations as object).flatMap(([id, operation]: [string, unknown]) => {
    const place = `operations[${JSON.stringify(id)}]`;
    if (id.trim() === '') return [`${place}: expected an id that is not blank`];
    if (typeof operation !== 'object' || operation === null)
      return [`${place}: expected an object, but got ${found(operation)}`];
    const given = operation as Readonly<Record<string, unknown>>;
    return checkProperties(properties.operation, given, 'operations').map((problem) => `${place}.${problem}`);
  });
};

/**
 * Everything wrong with a definition, as one line per fault; an empty list: nothing.
 *
 * @param kind which sort of connector it is to become
 * @param value the definition
 * @param alsoRequired names of optional properties that have to be there
 */
export const checkDefinition = (
  kind: 'outbound' | 'inbound',
  value: unknown,
  alsoRequired: readonly string[] = [],
): readonly string[] => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [`expected an object, but got ${found(value)}`];
  }
  const given = value as Readonly<Record<string, unknown>>;
  const form = kind === 'outbound' && given.operations !== undefined ? 'operations' : kind;
  return [
    ...checkProperties(properties[form], given, `${kind} connectors`, alsoRequired),
    ...(form === 'operations' ? checkOperations(given.operations) : []),
  ];
};

/**
 * Everything wrong with a connector that may have been made by hand or by copying another; an empty list: nothing.
 *
 * @example
 * checkConnector({ ...log, type: '' }); // ['type: expected text that is not empty, but got blank text']
 */
export const checkConnector = (value: unknown): readonly string[] => {
  const kind = typeof value === 'object' && value !== null ? (value as { kind?: unknown }).kind : undefined;
  if (kind === 'outbound' || kind === 'inbound') return checkDefinition(kind, value, filledIn[kind]);
  return ['expected a connector as defineOutbound or defineInbound gives it, with a kind of "outbound" or "inbound"'];
};
