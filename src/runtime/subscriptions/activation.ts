import { withDeadline } from '../../common/abort.ts';
import type { Clock } from '../../common/clock.ts';
import { parseDayTimeDuration } from '../../common/duration.ts';
import type { ActivatedJob } from '../../connection/port.ts';
import { defaultTenant } from '../../connection/tenants.ts';
import { activationNames, activationType } from '../../connector/activation-names.ts';
import { inputVariables, missingHeaders, withHeaders } from '../../connector/input/header-parameters.ts';
import { bindInput } from '../../connector/input/validate-input.ts';
import { asList } from '../../connector/rules/rule-engine.ts';
import { unionOfNames, variableNames } from '../../connector/schema.ts';
import type { Activation, AnyInboundConnector, Logger, MaybePromise, Outcome } from '../../connector/types.ts';
import {
  type AnyCallbackConnector,
  addressVariable,
  isCallbackConnector,
} from '../../connector/webhooks/callback-types.ts';
import {
  type Failure,
  failedByError,
  failForGood,
  failOnce,
  failUntouched,
  stoppedMessage,
} from '../execute/failure.ts';
import { readVariables } from '../execute/job.ts';
import type { Attempts } from '../execute/retry-backoff.ts';
import { activationHeaders, readTaskHeaders, type TaskHeaders, warnOfMisspelt } from '../execute/task-headers.ts';
import { fetchOnly, type JobRequest, jobMargin } from '../jobs/requests.ts';
import { createJobSecrets, insertJobSecrets, type JobSecrets } from '../secrets/job-secrets.ts';
import type { SecretSettings } from '../secrets/provider.ts';
import type { Settled } from '../shared/delivery.ts';
import { errorText } from '../shared/error-text.ts';
import type { Acceptance } from '../shared/subscription.ts';

/** Milliseconds for one activation; only fetching its secrets can take long. */
export const activationTime = 10_000;

/** Milliseconds before another runtime, which may have the connector, gets the activation. */
const unknownNamePause = 1_000;

/** A connector that a process activates. */
export type ActivatedConnector = AnyInboundConnector | AnyCallbackConnector;

/** The inbound connectors of a runtime, by name. */
export type InboundByName = ReadonlyMap<string, ActivatedConnector>;

/** The job stays open; it is completed as soon as the subscription is safe in the cluster. */
const completedLater: Settled = {
  kind: 'settled',
  outcome: { kind: 'complete', variables: {} },
  delivery: { kind: 'accepted' },
};

type Reading =
  | {
      readonly ok: true;
      readonly activation: Activation;
      readonly connector: ActivatedConnector;
      readonly attempts: Attempts;
      readonly headers: TaskHeaders;
    }
  | { readonly ok: false; readonly outcome: Failure };

/** The variables that activations of these connectors need; `undefined`: all, since one schema does not name its own. */
export const activationVariables = (connectors: InboundByName): readonly string[] | undefined => {
  const own = [...connectors.values()].map(({ input }) => (input === undefined ? [] : inputVariables(input)));
  return unionOfNames([activationNames, ...own]);
};

/**
 * The request for jobs of the built-in task that activates inbound connectors.
 *
 * @param maxJobs maximum number of activations that are handled at once
 */
export const activationRequest = (connectors: InboundByName, maxJobs: number): JobRequest => ({
  type: activationType,
  connector: activationType,
  maxJobs,
  jobTimeout: activationTime + jobMargin,
  ...fetchOnly(activationVariables(connectors)),
});

const isBlank = (value: unknown): boolean => value === undefined || value === null || value === '';

/** The text of a correlation key. A number becomes text, as it does for the message event. */
const keyText = (value: unknown): string | undefined => {
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value))) return String(value);
  return undefined;
};

/** What is wrong with an input of the built-in task, and what its author can do. */
const missing = (name: string): string => `${name}: is required. Fix: add it to the input mappings of the task`;

/** What an input is instead, for people. */
const kindOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a context' : `a ${typeof value}`;
};

const readKey = (variables: Readonly<Record<string, unknown>>, problems: string[]): string => {
  const value = variables.correlation_key;
  const key = keyText(value);
  if (key !== undefined) return key;
  problems.push(
    isBlank(value)
      ? missing('correlation_key')
      : `correlation_key: expected text or a number, but got ${kindOf(value)}. Fix: map a text or a number, or convert the value, e.g. with string(…), here and in the event`,
  );
  return '';
};

const readText = (
  variables: Readonly<Record<string, unknown>>,
  name: 'name' | 'message_name',
  problems: string[],
  fallback?: string,
): string => {
  const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (typeof value === 'string' && value.trim() !== '') return value;
  if (!isBlank(value) && typeof value !== 'string') {
    problems.push(`${name}: expected text, but got ${kindOf(value)}. Fix: correct the input mapping of ${name}`);
  } else if (fallback === undefined) problems.push(missing(name));
  return fallback ?? '';
};

/** Reads a number of seconds or a duration; returns seconds. */
const readExpiry = (variables: Readonly<Record<string, unknown>>, problems: string[]): number | undefined => {
  const value = Object.hasOwn(variables, 'expires_after') ? variables.expires_after : undefined;
  if (isBlank(value)) return undefined;
  const duration = typeof value === 'string' ? parseDayTimeDuration(value) : undefined;
  const seconds = duration === undefined ? Number(value) : duration / 1000;
  const known = typeof value === 'number' || typeof value === 'string';
  if (known && Number.isFinite(seconds) && seconds > 0) return seconds;
  problems.push(
    'expires_after: expected a positive number of seconds, or a duration such as PT1H. Fix: correct the input mapping of expires_after',
  );
  return undefined;
};

/** The id of an activation, which the default tenant needs not name. No id of one tenant is equal to one of another. */
const activationId = ({ elementInstanceKey, tenantId }: ActivatedJob): string =>
  `${activationType}:${tenantId === defaultTenant || tenantId === '' ? '' : `${tenantId}:`}${elementInstanceKey}`;

const unknownName = (attempts: Attempts, name: string, connectors: InboundByName): Failure => {
  const known = [...connectors.keys()].map((one) => `"${one}"`).join(', ');
  const failure = failOnce(
    attempts,
    `This runtime has no inbound connector named ${JSON.stringify(name)}. It has: ${known}. ` +
      'Fix: correct the variable name, or start a runtime that has the connector.',
  );
  return { ...failure, backoff: Math.max(failure.backoff, unknownNamePause) };
};

/** Reads an activation from the job of the built-in task. Pure; {@link activateInbound} checks the connector's input. */
export const readActivation = (job: ActivatedJob, connectors: InboundByName): Reading => {
  let attempts: Attempts = { retries: job.retries, backoff: 0 };
  const refuse = (message: string, cause?: unknown): Reading => ({
    ok: false,
    outcome: failForGood(attempts, message, cause),
  });
  let variables: Readonly<Record<string, unknown>>;
  let headers: TaskHeaders;
  try {
    headers = readTaskHeaders(job, activationHeaders);
    if (headers.problems.retryBackoff !== undefined) return refuse(headers.problems.retryBackoff.full);
    attempts = { retries: job.retries, backoff: headers.retryBackoff ?? 0 };
    variables = readVariables(job);
  } catch (cause) {
    return refuse(errorText(cause), cause);
  }
  const problems: string[] = [];
  const name = readText(variables, 'name', problems);
  const messageName = readText(variables, 'message_name', problems, name);
  const correlationKey = readKey(variables, problems);
  const expiresAfter = readExpiry(variables, problems);
  if (problems.length > 0) {
    return refuse(`The task ${job.elementId} cannot activate an inbound connector:\n${asList(problems)}`);
  }
  const connector = connectors.get(name);
  if (connector === undefined) return { ok: false, outcome: unknownName(attempts, name, connectors) };
  const { resultVariable, resultExpression } = headers;
  const given = connector.input === undefined ? undefined : withHeaders(connector.input, variables, headers.all);
  if (given !== undefined && given.missing.length > 0) return refuse(missingHeaders(given.missing).full);
  const own = Object.entries(given?.variables ?? variables).filter(
    ([key]) => !(activationNames as readonly string[]).includes(key),
  );
  const activation: Activation = {
    id: activationId(job),
    connector: name,
    messageName,
    correlationKey,
    variables: Object.fromEntries(own),
    processInstanceKey: job.processInstanceKey,
    bpmnProcessId: job.bpmnProcessId,
    elementId: job.elementId,
    ...(expiresAfter === undefined ? {} : { expiresAfter }),
    ...(resultVariable === undefined ? {} : { resultVariable }),
    ...(resultExpression === undefined ? {} : { resultExpression }),
    tenantId: job.tenantId,
  };
  return { ok: true, activation, connector, attempts, headers };
};

/** What an activation needs. */
export interface ActivationServices {
  /** Passes the activation to the scheduler, which must recognise a repeated one by its id. */
  // biome-ignore lint/suspicious/noConfusingVoidType: a scheduler without an answer needs no return
  readonly add: (activation: Activation) => MaybePromise<Acceptance | void>;
  /** Makes the address of a callback. Absent: there are no callbacks. */
  readonly addressOf?: ((activation: Activation, connector: AnyCallbackConnector) => string) | undefined;
  /** Resolves secret references to check the input; the activation that is passed on keeps the references. */
  readonly secrets: SecretSettings;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Fires when the runtime can wait no longer. */
  readonly signal: AbortSignal;
}

/** Checks the activation's own variables against the connector's input; returns the failure, if any. */
const checkInput = async (
  { activation, connector, attempts }: Extract<Reading, { readonly ok: true }>,
  secrets: JobSecrets,
  { logger, clock, signal }: ActivationServices,
): Promise<Failure | undefined> => {
  const { input } = connector;
  if (input === undefined) return undefined;
  const { bpmnProcessId, tenantId = defaultTenant, variables, elementId } = activation;
  const resolved = await withDeadline(clock, activationTime, signal, async (until) =>
    insertJobSecrets(secrets, { variables, names: () => variableNames(input), schema: input }, () => ({
      ...{ tenantId, bpmnProcessId, logger },
      signal: until,
    })),
  );
  const bound = await bindInput(input, resolved);
  if (bound.ok) return undefined;
  const what = `The variables of the task ${elementId} do not fit the input of the inbound connector "${connector.name}":`;
  return failForGood(attempts, secrets.redactor.text(`${what}\n${asList(bound.problems)}`), bound.cause);
};

/** Completes the activation of a callback with its address. There is no subscription: the address says everything. */
const addressed = (
  activation: Activation,
  connector: AnyCallbackConnector,
  attempts: Attempts,
  { addressOf }: ActivationServices,
): Outcome => {
  const { messageTimeToLive } = connector;
  const expires = activation.expiresAfter ?? connector.expires;
  if (expires > messageTimeToLive) {
    return failForGood(
      attempts,
      `expires_after: the address would be valid for ${expires} seconds, but the cluster recognises a second call for only ${messageTimeToLive} seconds, the messageTimeToLive of "${connector.name}". Fix: choose a shorter expires_after, or a longer messageTimeToLive.`,
    );
  }
  const address = addressOf?.(activation, connector);
  if (address === undefined) return failForGood(attempts, 'This runtime has no server for callbacks.');
  return { kind: 'complete', variables: { [addressVariable(connector)]: address } };
};

/**
 * Handles a job of the built-in task: checks it, passes the activation to the scheduler and completes the job at once and
 * without variables, so that the process moves on to its message event. Never rejects.
 *
 * @returns the job's outcome; {@link completedLater} when the scheduler completes the job
 */
export const activateInbound = async (
  job: ActivatedJob,
  connectors: InboundByName,
  services: ActivationServices,
): Promise<Outcome | Settled> => {
  const reading = readActivation(job, connectors);
  if (!reading.ok) return reading.outcome;
  const { activation, attempts } = reading;
  warnOfMisspelt(job, reading.headers, activationHeaders, connectors, services.logger);
  const secrets = createJobSecrets(services.secrets);
  try {
    const failure = await checkInput(reading, secrets, services);
    if (failure !== undefined) return secrets.redactor.outcome(failure);
    if (isCallbackConnector(reading.connector)) return addressed(activation, reading.connector, attempts, services);
    if ((await services.add(activation)) === 'later') return completedLater;
  } catch (error) {
    if (services.signal.aborted) return failUntouched(attempts, stoppedMessage);
    return secrets.redactor.outcome(failedByError(attempts, error).outcome);
  }
  return { kind: 'complete', variables: {} };
};
