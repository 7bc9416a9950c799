import {
  checkOptions,
  checkProperties,
  isFunction,
  isObject,
  isText,
  type Rule,
  when,
  withFunctions,
} from '../connector/rules/arguments.ts';
import type { RuntimeOptions } from './options.ts';

const functionList: Rule = when(
  (value) => Array.isArray(value) && value.every(isFunction),
  'a list of functions: (input, context, next) => …',
);

const connectionFunctions = withFunctions('a connection as createConnection(…) gives it', [
  ...['topology', 'activateJobs', 'send', 'close'],
]);

const connection: Rule = (value) => {
  if (isObject(value) && isFunction(value.activateJobs)) return connectionFunctions(value);
  return isObject(value) && isText(value.type)
    ? undefined
    : "expected a connection as createConnection(…) gives it, or a configuration such as { type: 'INSECURE', hostname: 'localhost' }";
};

const positiveCount: Rule = when(
  (value) => Number.isSafeInteger(value) && (value as number) > 0,
  'a positive whole number',
);

const flag: Rule = when((value) => typeof value === 'boolean', 'true or false');

const secondsFrom = (least: number): Rule =>
  when((value) => Number.isFinite(value) && (value as number) >= least, `a number of seconds, ${least} or more`);

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
  workerName: when(isText, 'text that is not empty'),
  signals: flag,
  drainTimeout: secondsFrom(0),
  ...secretRules,
  use: functionList,
  subscriptions: when((value) => value === 'durable' || value === 'memory', '"durable" or "memory"'),
  maxSubscriptions: positiveCount,
  lease: secondsFrom(shortestLease),
  scheduler: withFunctions('a scheduler such as createMemoryScheduler() gives', [
    ...['start', 'add', 'subscriptions', 'stop'],
  ]),
  clock,
};

/**
 * Everything wrong with the options of a runtime, but for the connectors, as one line per fault.
 *
 * @example
 * checkRuntimeOptions({ outbound: [log], maxJob: 3 }); // ['maxJob: is no option. Did you mean maxJobs?']
 */
export const checkRuntimeOptions = (options: unknown): readonly string[] =>
  isObject(options)
    ? checkOptions(options, runtimeRules)
    : ['expected an object of options, e.g. createRuntime({ outbound: [log] })'];

const documentRule = when((value) => typeof value === 'string' || isObject(value), 'an object, or JSON text of one');

const jobRules: Readonly<Record<string, Rule>> = {
  variables: documentRule,
  customHeaders: documentRule,
  retries: when((value) => Number.isSafeInteger(value), 'a whole number'),
};

const serviceRules: Readonly<Record<string, Rule>> = {
  ...secretRules,
  logger,
  clock,
  use: functionList,
  signal: when((value) => isObject(value) && typeof value.aborted === 'boolean', 'an AbortSignal'),
  updateTimeout: when(isFunction, 'a function'),
  leftRunning: when(isFunction, 'a function'),
};

/** Everything wrong with a job that is to be executed. A job may say more than is looked at. */
export const checkJob = (job: unknown): readonly string[] => {
  if (!isObject(job)) return ["job: expected an object, e.g. { variables: { message: 'hi' } }"];
  return checkProperties(job, jobRules).map((problem) => `job.${problem}`);
};

/** Everything wrong with what a job is to be executed with. */
export const checkServices = (services: unknown): readonly string[] =>
  isObject(services)
    ? checkOptions(services, serviceRules).map((problem) => `services.${problem}`)
    : ['services: expected an object, e.g. { logger: console }'];
