import { fault } from '../../common/fault.ts';
import { isObject } from '../../common/is-object.ts';
import { callback, flag, wholeNumber } from '../../connector/rules/common-rules.ts';
import { checkConnector } from '../../connector/rules/connector.ts';
import {
  asList,
  check,
  isFunction,
  listOf,
  objectOf,
  type Rule,
  when,
  withFunctions,
} from '../../connector/rules/rule-engine.ts';
import type { AnyOutbound, Outcome } from '../../connector/types.ts';
import type { JobInput } from './job.ts';
import { type ExecuteServices, executeJob } from './job-execution.ts';

const checkOutbound = (connector: unknown): readonly string[] => {
  const problems = checkConnector(connector).map((problem) => `connector: ${problem}`);
  if (problems.length > 0) return problems;
  return (connector as { readonly kind: string }).kind === 'outbound'
    ? []
    : ['connector: expected an outbound connector, but got an inbound one; call its loop directly instead'];
};

const documentRule = when((value) => typeof value === 'string' || isObject(value), 'an object, or JSON text of one');

const jobRule = objectOf(
  { variables: documentRule, customHeaders: documentRule, retries: wholeNumber },
  { expected: "an object, e.g. { variables: { message: 'hi' } }", open: true },
);

type SharedService = 'secrets' | 'secretFilter' | 'redactResults' | 'logger' | 'clock' | 'use';

/** The rules of the services that a runtime has as options of the same name. */
export const sharedRules: Readonly<Record<SharedService, Rule>> = {
  secrets: when((value) => value === false || isFunction(value), 'a function, e.g. envSecrets(), or false'),
  secretFilter: when(isFunction, 'a function (name, context) => true or false'),
  redactResults: flag,
  logger: withFunctions('a logger such as console', ['debug', 'info', 'warn', 'error']),
  clock: withFunctions('a clock', ['now', 'date', 'random', 'timer']),
  use: listOf(callback, 'a list of functions: (input, context, next) => …'),
};

const serviceRules: Readonly<Record<keyof ExecuteServices, Rule>> = {
  ...sharedRules,
  signal: when((value) => isObject(value) && typeof value.aborted === 'boolean', 'an AbortSignal'),
  updateTimeout: callback,
  leftRunning: callback,
  documents: withFunctions('a document store, e.g. memoryDocuments()', ['create', 'read', 'createLink', 'delete']),
};

const servicesRule = objectOf(serviceRules, { expected: 'an object, e.g. { logger: console }', noun: 'option' });

/**
 * Executes one job and returns its outcome as data. Nothing is sent, so a unit test needs no cluster. Validates the
 * variables against the connector's input schema, calls `run` within the connector's timeout, validates and maps the result,
 * and applies the task's error expression last.
 *
 * Every problem of the job is an outcome of kind `fail`.
 *
 * @param connector an outbound connector; if it has operations, the job's header `operation` selects one
 * @param job an activated job, or the part of one that matters, e.g. `{ variables: { message: 'hi' } }`; it has 3 attempts
 *   left unless it sets `retries`
 * @param services logger, stop signal, clock and more, see {@link ExecuteServices}; all optional
 * @returns `{ kind: 'complete', variables }`, `{ kind: 'fail', message, retries, backoff }` with the back-off in
 *   milliseconds, or `{ kind: 'bpmnError', code, message }`
 * @throws (as a rejection) one fault of kind `definition` that lists everything wrong with the arguments: the connector is
 *   not an outbound connector, or the job or the services have the wrong shape
 * @example
 * await executeOutbound(log, { variables: { message: 'hi' } }); // { kind: 'complete', variables: { status: 'ok' } }
 */
export const executeOutbound = async (
  connector: AnyOutbound,
  job: JobInput,
  services: ExecuteServices = {},
): Promise<Outcome> => {
  const problems = [
    ...checkOutbound(connector),
    ...check(jobRule, job, ['job']),
    ...check(servicesRule, services, ['services']),
  ];
  if (problems.length > 0) {
    throw fault('definition', {
      what: `The job cannot be executed:\n${asList(problems)}`,
      where: 'executeOutbound(connector, job, services)',
      fix: 'correct what is listed above.',
    });
  }
  return await executeJob(connector, job, services);
};
