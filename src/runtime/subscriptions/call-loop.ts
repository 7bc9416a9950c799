import { fault, isFault } from '../../common/fault.ts';
import { defaultTenant } from '../../connection/tenants.ts';
import { bindInput } from '../../connector/input/validate-input.ts';
import { isPending } from '../../connector/pending.ts';
import { asList } from '../../connector/rules/rule-engine.ts';
import { variableNames } from '../../connector/schema.ts';
import type { Activation, AnyInboundConnector, InboundContext, JsonText, Logger } from '../../connector/types.ts';
import { type Json, parseValue, stringifyDocument, stringifyValue, toJson } from '../../connector/values/json-text.ts';
import { loadExpressions } from '../execute/expressions/load.ts';
import { jobResultMark } from '../execute/expressions/marks.ts';
import { checkOutput, mapResult } from '../execute/result.ts';
import { createJobSecrets, insertJobSecrets, type JobSecrets } from '../secrets/job-secrets.ts';
import type { SecretSettings } from '../secrets/provider.ts';
import { errorText } from '../shared/error-text.ts';
import { callWithMiddleware } from '../shared/middleware.ts';
import { checkStorable } from '../shared/stored-variables.ts';
import type { LoopOutcome } from '../shared/subscription.ts';

/** What a call to `loop` needs besides the connector and the activation. */
export interface LoopServices {
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** The state that the last call left. */
  readonly state?: JsonText | undefined;
  /** How references to secrets are resolved. */
  readonly secrets?: SecretSettings | undefined;
  /** The random number for `backoff(…)` in an expression. Default: the machine's. */
  readonly random?: () => number;
}

const failed = (what: string, cause?: unknown): LoopOutcome => ({
  kind: 'failed',
  error: fault('output', cause === undefined ? { what } : { what, cause }),
});

/** The variables of a message: those that the headers of the activating task select, or the fields of the message. */
const messageVariables = (
  activation: Activation,
  result: Readonly<Record<string, Json>>,
  random: () => number,
): Readonly<Record<string, Json>> => {
  const { variables } = mapResult({}, activation, result, { random });
  if (Object.hasOwn(variables, jobResultMark)) {
    throw fault('input', {
      what: 'A message cannot carry a job result.',
      where: `the task header resultExpression of the task ${activation.elementId}`,
      fix: 'return a context of variables, e.g. ={myVariable: response}.',
    });
  }
  return variables;
};

const messageOf = (
  { messageTimeToLive }: AnyInboundConnector,
  activation: Activation,
  result: Readonly<Record<string, Json>>,
  random: () => number,
): LoopOutcome => {
  const { messageName, correlationKey, id, tenantId } = activation;
  let variables: Readonly<Record<string, Json>>;
  try {
    variables = messageVariables(activation, result, random);
  } catch (error) {
    // The message is there, and another one would not fit either. Only an expression that fails is tried again.
    return { kind: 'failed', error, isFinal: isFault(error, 'input') };
  }
  return {
    kind: 'message',
    variables,
    command: {
      kind: 'publishMessage',
      name: messageName,
      correlationKey,
      messageId: id,
      timeToLive: Math.round(messageTimeToLive * 1000),
      variables: stringifyDocument(variables),
      ...(tenantId === undefined ? {} : { tenantId }),
    },
  };
};

/** Converts the activation's variables to the connector's input, with secrets; the activation keeps the references. */
const inputOf = async (
  connector: AnyInboundConnector,
  activation: Activation,
  secrets: JobSecrets,
  { signal, logger }: LoopServices,
): Promise<unknown> => {
  const { input } = connector;
  if (input === undefined) return {};
  const { tenantId = defaultTenant, bpmnProcessId, variables } = activation;
  const context = { tenantId, bpmnProcessId, logger, signal };
  const bound = await bindInput(
    input,
    await insertJobSecrets(secrets, { variables, names: () => variableNames(input), schema: input }, () => context),
  );
  if (bound.ok) return bound.value;
  const what = `The activation's variables do not fit the input of "${connector.name}":`;
  throw fault('input', { what: `${what}\n${asList(bound.problems)}`, cause: bound.cause });
};

/** Parses a stored state with the connector's state schema. */
const stateOf = async ({ name, state: schema }: AnyInboundConnector, text: JsonText): Promise<unknown> => {
  const value = parseValue(text, `The state of "${name}"`);
  if (schema === undefined) return value;
  const bound = await bindInput(schema, value as Readonly<Record<string, unknown>>);
  if (bound.ok) return bound.value;
  const what = `The state that an earlier call of "${name}" left does not fit its state schema:`;
  throw fault('input', { what: `${what}\n${asList(bound.problems)}`, cause: bound.cause });
};

/** The schema checks a new state, but the state is stored as returned: the schema parses its JSON again next time. */
const pendingWith = async (
  { name, state: schema }: AnyInboundConnector,
  state: unknown,
  secrets: JobSecrets,
): Promise<LoopOutcome> => {
  const checked = await checkOutput(schema, state);
  if (!checked.ok) {
    return failed(`The state of "${name}" does not fit its state schema:\n${asList(checked.problems)}`);
  }
  const json = secrets.redactor.result(toJson(state));
  checkStorable({ state: json }, `The variables that store the state of "${name}"`);
  return { kind: 'pending', state: stringifyValue(json) };
};

const call = async (
  connector: AnyInboundConnector,
  activation: Activation,
  secrets: JobSecrets,
  services: LoopServices,
): Promise<LoopOutcome> => {
  const input = await inputOf(connector, activation, secrets, services);
  const { signal, logger } = services;
  const state = services.state === undefined ? {} : { state: await stateOf(connector, services.state) };
  const context: InboundContext = { activation, signal, logger: secrets.redactor.logger(logger), ...state };
  const loop = (given: unknown, changed: InboundContext): unknown => connector.loop(given as never, changed);
  const { use = [] } = connector;
  const result: unknown = await (use.length === 0
    ? loop(input, context)
    : callWithMiddleware(use, loop, input, context));
  if (result === undefined || result === null) return { kind: 'pending' };
  if (isPending(result)) return await pendingWith(connector, result.state, secrets);
  const checked = await checkOutput(connector.output, result);
  if (!checked.ok) {
    return failed(`The message of "${connector.name}" does not fit its output schema:\n${asList(checked.problems)}`);
  }
  const json = toJson(checked.value);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return failed(
      `loop of "${connector.name}" must return an object of variables, or nothing while it has no message.`,
    );
  }
  const message = secrets.redactor.result(json) as Readonly<Record<string, Json>>;
  if (activation.resultExpression !== undefined) await loadExpressions();
  return messageOf(connector, activation, message, services.random ?? Math.random);
};

/**
 * Calls an inbound connector's `loop` once for an activation. Checks the activation's variables against the connector's
 * input schema and the result against its output schema. Sends nothing and never rejects.
 */
export const callLoop = async (
  connector: AnyInboundConnector,
  activation: Activation,
  services: LoopServices,
): Promise<LoopOutcome> => {
  const secrets = createJobSecrets(services.secrets ?? {});
  const refuse = (error: unknown): Extract<LoopOutcome, { readonly kind: 'failed' }> => ({
    kind: 'failed',
    error: secrets.redactor.report(error),
  });
  try {
    const result = await call(connector, activation, secrets, services);
    return result.kind === 'failed' ? { ...result, ...refuse(result.error) } : result;
  } catch (error) {
    return refuse(typeof error === 'object' && error !== null ? error : failedText(error));
  }
};

/** Makes an error of any other thrown value, so that listeners always get an error. */
const failedText = (thrown: unknown): unknown => fault('output', { what: errorText(thrown), cause: thrown });
