import { withDeadline } from '../../../common/abort.ts';
import { fault } from '../../../common/fault.ts';
import { isObject } from '../../../common/is-object.ts';
import { bindInput } from '../../../connector/input/validate-input.ts';
import { asList } from '../../../connector/rules/rule-engine.ts';
import { variableNames } from '../../../connector/schema.ts';
import type { Logger } from '../../../connector/types.ts';
import { stringifyDocument, toJson } from '../../../connector/values/json-text.ts';
import type { RawRequest } from '../../../connector/webhooks/auth-types.ts';
import type {
  AnyCallbackConnector,
  CallbackPage,
  CallbackRequest,
} from '../../../connector/webhooks/callback-types.ts';
import { loadExpressions } from '../../execute/expressions/load.ts';
import { jobResultMark } from '../../execute/expressions/marks.ts';
import { checkOutput, mapResult } from '../../execute/result.ts';
import { createJobSecrets, insertJobSecrets, type JobSecrets } from '../../secrets/job-secrets.ts';
import type { SecretSettings } from '../../secrets/provider.ts';
import type { AddressContent, OpenedAddress } from '../addresses/seal.ts';
import { answerOf } from '../answer-of.ts';
import type { CallEnd } from '../call-end.ts';
import { type HttpAnswer, httpAnswer, problem, unavailable } from '../http-answer.ts';
import { unstorableBody } from './body-as-message.ts';
import { callbackPage, messagePage } from './callback-page.ts';
import { decide, failedCall } from './decide.ts';
import { type DeliverServices, deliver } from './deliver.ts';
import type { Publication } from './effect.ts';
import { invalidCall, readRequest } from './read-request.ts';

/** What handling a call of a callback needs. */
export interface CallbackServices extends DeliverServices {
  readonly connectors: ReadonlyMap<string, AnyCallbackConnector>;
  readonly secrets: SecretSettings;
  readonly loggerOf: (connector: string) => Logger;
  /** Fires when the runtime can wait no longer. */
  readonly force: AbortSignal;
}

/** Seconds within which a call is answered, unless the connector says otherwise. */
const defaultTimeout = 8;

const jsonAnswer = (status: number, value: unknown): HttpAnswer =>
  httpAnswer(status, { 'content-type': 'application/json' }, `${JSON.stringify(value)}\n`);

/** Whether the caller is a browser that shows the answer to a person. */
const wantsPage = ({ headers }: RawRequest): boolean =>
  headers.some(([name, value]) => name.toLowerCase() === 'accept' && value.includes('text/html'));

/** Only what a page of ours or a program sends. Other types could come from the form of a foreign page. */
const isFormOrJson = ({ headers }: RawRequest): boolean => {
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  return /^(?:application\/x-www-form-urlencoded|application\/(?:[\w.+-]+\+)?json)\s*(?:;|$)/i.test(type.trim());
};

const inputOf = async (
  { name, input }: AnyCallbackConnector,
  { variables = {}, tenantId }: AddressContent,
  secrets: JobSecrets,
  logger: Logger,
  signal: AbortSignal,
): Promise<unknown> => {
  if (input === undefined) return {};
  const request = { variables, names: () => variableNames(input), schema: input };
  const resolved = await insertJobSecrets(secrets, request, () => ({ tenantId, bpmnProcessId: '', logger, signal }));
  const bound = await bindInput(input, resolved);
  if (bound.ok) return bound.value;
  throw fault('input', {
    what: `What the process passed does not fit the input of "${name}":\n${asList(bound.problems)}`,
    fix: 'start the runtimes with the same version of the connector.',
  });
};

const pageOf = ({ name, description, webhook: { page } }: AnyCallbackConnector, input: unknown): CallbackPage => {
  if (typeof page === 'function') return page(input as never);
  return page ?? { title: description ?? name };
};

/** The variables of the message, as the connector and the activating task select them. */
const messageVariables = async (
  connector: AnyCallbackConnector,
  content: AddressContent,
  returned: unknown,
  secrets: JobSecrets,
  random: () => number,
): Promise<Readonly<Record<string, unknown>>> => {
  const checked = await checkOutput(connector.output, returned);
  if (!checked.ok) {
    throw fault('output', {
      what: `The message of "${connector.name}" does not fit its output schema:\n${asList(checked.problems)}`,
      fix: 'correct what run returns, or describe the body of the call with webhook.body.',
    });
  }
  const json = toJson(checked.value);
  if (!isObject(json)) {
    throw fault('output', { what: `run of "${connector.name}" must return an object of variables.` });
  }
  const { resultVariable, resultExpression } = content;
  if (resultExpression !== undefined) await loadExpressions();
  const { variables } = mapResult(
    {},
    {
      ...(resultVariable === undefined ? {} : { resultVariable }),
      ...(resultExpression === undefined ? {} : { resultExpression }),
    },
    secrets.redactor.result(json as never),
    { random },
  );
  if (Object.hasOwn(variables, jobResultMark)) {
    throw fault('input', { what: 'A message cannot carry a job result.', fix: 'return a context of variables.' });
  }
  return variables;
};

/** The answer to a first call. Throws the errors of `answer` and of what it returns. */
const firstAnswer = (
  { webhook: { answer } }: AnyCallbackConnector,
  variables: Readonly<Record<string, unknown>>,
  isPage: boolean,
): HttpAnswer => {
  if (answer !== undefined) return answerOf(typeof answer === 'function' ? answer(variables) : answer);
  return isPage ? messagePage(200, 'Thank you', 'This was received.') : jsonAnswer(200, { status: 'received' });
};

const repeatedAnswer = (isPage: boolean): HttpAnswer =>
  isPage
    ? messagePage(200, 'Already received', 'This was received before. Nothing else happens.')
    : jsonAnswer(200, { status: 'already received' });

/** All addresses that are not valid get the same answer, so that nobody learns why. */
const notFound = (reason: string): CallEnd => ({
  answer: problem(404, 'There is nothing at this address.'),
  result: 'refused',
  error: fault('input', { what: `The address of a callback is ${reason}.` }),
});

/** Handles a call with POST. Rejects with the errors of `run` and of its result. */
const receive = async (
  connector: AnyCallbackConnector,
  content: AddressContent,
  raw: RawRequest,
  deadline: number,
  signal: AbortSignal,
  secrets: JobSecrets,
  services: CallbackServices,
): Promise<CallEnd> => {
  if (!isFormOrJson(raw)) return invalidCall(415, 'The body must be JSON or a form.');
  const read = await readRequest({ body: connector.webhook.body }, { ...raw, path: '/callbacks/…' });
  if (!read.ok) return read.end;
  const logger = services.loggerOf(connector.name);
  const input = await inputOf(connector, content, secrets, logger, signal);
  const request: CallbackRequest = { ...read.request, input };
  const { messageName, correlationKey, messageId, tenantId } = content;
  const activation = { id: messageId, connector: connector.name, messageName, correlationKey, tenantId };
  const { run, timeout = defaultTimeout } = connector.webhook;
  const context = { activation, logger: secrets.redactor.logger(logger), signal };
  const returned =
    run === undefined ? read.request.body : await decide(() => run(request as never, context), timeout, signal);
  if (run === undefined && !isObject(returned)) return invalidCall(422, 'The body must be an object.');
  if (run === undefined) {
    const fits = await checkOutput(connector.output, returned);
    if (!fits.ok) return invalidCall(422, `The body does not fit: ${fits.problems.join('; ')}.`);
  }
  let variables: Readonly<Record<string, unknown>>;
  try {
    variables = await messageVariables(connector, content, returned, secrets, services.clock.random);
  } catch (error) {
    const mistake = run === undefined ? unstorableBody(read.request.body as Record<string, unknown>) : undefined;
    if (mistake === undefined) throw error;
    return mistake;
  }
  // Before the message is published: a call that fails must have changed nothing.
  const isPage = wantsPage(raw);
  const answer = firstAnswer(connector, variables, isPage);
  const message: Publication = {
    kind: 'publishMessage',
    name: messageName,
    correlationKey,
    messageId,
    timeToLive: Math.round(connector.messageTimeToLive * 1000),
    variables: stringifyDocument(variables),
    ...(tenantId === '' ? {} : { tenantId }),
  };
  const delivered = await deliver(message, connector.name, deadline, signal, services);
  if (delivered.kind === 'unavailable') {
    return {
      answer: unavailable('The call could not be handled yet. Repeat it.', delivered.retryAfter),
      result: 'unavailable',
      error: delivered.error,
    };
  }
  if (delivered.kind === 'refused') return { answer: problem(500), result: 'failed', error: delivered.error };
  const { duplicate } = delivered;
  return {
    answer: duplicate ? repeatedAnswer(isPage) : answer,
    result: duplicate ? 'duplicate' : 'published',
    messages: [{ messageName, correlationKey, messageId, duplicate }],
  };
};

/**
 * Handles one call of a callback. The address says which connector and which message it is for. GET shows a page and changes
 * nothing; POST publishes the message. Never rejects.
 */
export const callCallback = async (
  opened: OpenedAddress,
  raw: RawRequest,
  services: CallbackServices,
): Promise<CallEnd> => {
  const { clock, connectors, force } = services;
  if (!opened.ok) return notFound(opened.reason);
  const { content } = opened;
  const name = content.connector ?? content.messageName;
  const connector = connectors.get(name);
  if (connector === undefined) {
    return {
      answer: unavailable('The call cannot be handled here now. Repeat it.'),
      result: 'unavailable',
      error: fault('input', {
        what: `This runtime has no callback named ${JSON.stringify(name)}.`,
        fix: 'start all runtimes behind one address with the same connectors.',
      }),
    };
  }
  const secrets = createJobSecrets(services.secrets);
  const { timeout = defaultTimeout } = connector.webhook;
  const deadline = clock.now() + timeout * 1000;
  const end = await withDeadline(clock, timeout * 1000, force, async (signal): Promise<CallEnd> => {
    try {
      if (raw.method === 'POST') return await receive(connector, content, raw, deadline, signal, secrets, services);
      const input = await inputOf(connector, content, secrets, services.loggerOf(name), signal);
      return { answer: callbackPage(pageOf(connector, input)), result: 'answered' };
    } catch (error) {
      return failedCall(secrets.redactor.report(error), signal);
    }
  });
  return { ...end, connector: name };
};
