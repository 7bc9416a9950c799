import { flag, numberFrom, positiveCount, text, wholeNumber } from '../connector/rules/common-rules.ts';
import {
  check,
  isFunction,
  isObject,
  isText,
  listOf,
  objectOf,
  oneOf,
  type Rule,
  when,
  withFunctions,
} from '../connector/rules/rule-engine.ts';
import type { RuntimeOptions } from './options.ts';

const middleware: Rule = listOf(when(isFunction, 'a function'), 'a list of functions: (input, context, next) => …');

const connectionFunctions = withFunctions('a connection as createConnection(…) gives it', [
  ...['topology', 'activateJobs', 'send', 'close'],
]);

const connection: Rule = (value) => {
  if (isObject(value) && isFunction(value.activateJobs)) return connectionFunctions(value);
  return isObject(value) && isText(value.type)
    ? undefined
    : "expected a connection as createConnection(…) gives it, or a configuration such as { type: 'INSECURE', hostname: 'localhost' }";
};

const logger: Rule = withFunctions('a logger such as console', ['debug', 'info', 'warn', 'error']);

const clock: Rule = withFunctions('a clock', ['now', 'date', 'random', 'timer']);

/** Seconds; a shorter lease could be over before a slow answer to its renewal is here. */
const shortestLease = 1;

const secretRules = {
  secrets: when((value) => value === false || isFunction(value), 'a function, e.g. envSecrets(), or false'),
  secretFilter: when(isFunction, 'a function (name, context) => true or false'),
  redactResults: flag,
} as const;

/** The lists of connectors are checked by themselves, with each connector in them. */
const elsewhere: Rule = () => undefined;

const runtimeRules: Readonly<Record<keyof RuntimeOptions, Rule>> = {
  outbound: elsewhere,
  inbound: elsewhere,
  connection,
  logger,
  maxJobs: positiveCount,
  streaming: flag,
  workerName: text,
  signals: flag,
  drainTimeout: numberFrom(0, 'a number of seconds'),
  ...secretRules,
  use: middleware,
  subscriptions: oneOf('durable', 'memory'),
  maxSubscriptions: positiveCount,
  lease: numberFrom(shortestLease, 'a number of seconds'),
  scheduler: withFunctions('a scheduler such as createMemoryScheduler() gives', [
    ...['start', 'add', 'subscriptions', 'stop'],
  ]),
  clock,
};

const runtimeOptions = objectOf(runtimeRules, {
  expected: 'an object of options, e.g. createRuntime({ outbound: [log] })',
  noun: 'option',
});

/**
 * Everything wrong with the options of a runtime, but for the connectors, as one line per fault.
 *
 * @example
 * checkRuntimeOptions({ outbound: [log], maxJob: 3 }); // ['maxJob: unknown option. Did you mean maxJobs?']
 */
export const checkRuntimeOptions = (options: unknown): readonly string[] => check(runtimeOptions, options);

const documentRule = when((value) => typeof value === 'string' || isObject(value), 'an object, or JSON text of one');

const job = objectOf(
  { variables: documentRule, customHeaders: documentRule, retries: wholeNumber },
  { expected: "an object, e.g. { variables: { message: 'hi' } }", open: true },
);

const services = objectOf(
  {
    ...secretRules,
    logger,
    clock,
    use: middleware,
    signal: when((value) => isObject(value) && typeof value.aborted === 'boolean', 'an AbortSignal'),
    updateTimeout: when(isFunction, 'a function'),
    leftRunning: when(isFunction, 'a function'),
  },
  { expected: 'an object, e.g. { logger: console }', noun: 'option' },
);

/** Everything wrong with a job that is to be executed. A job may say more than is looked at. */
export const checkJob = (given: unknown): readonly string[] => check(job, given, ['job']);

/** Everything wrong with what a job is to be executed with. */
export const checkServices = (given: unknown): readonly string[] => check(services, given, ['services']);
