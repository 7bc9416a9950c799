import { isObject } from '../../common/is-object.ts';
import { type DocumentResult, isDocumentResult } from '../../connector/document.ts';
import { createContextDocuments } from '../../connector/documents/context-documents.ts';
import { isBpmnError, isInputError, isJobError } from '../../connector/errors.ts';
import { missingHeaders, withHeaders } from '../../connector/input/header-parameters.ts';
import { bindInput } from '../../connector/input/validate-input.ts';
import { isJobResult, type JobResult, type JobResultReturn } from '../../connector/job-results.ts';
import { asList } from '../../connector/rules/rule-engine.ts';
import { variableNames } from '../../connector/schema.ts';
import type { AnyOutboundConnector, Logger, OutboundContext, OutboundMiddleware } from '../../connector/types.ts';
import { type Json, toJson } from '../../connector/values/json-text.ts';
import type { TimeBudget } from '../../feel/index.ts';
import type { JobSecrets } from '../secrets/job-secrets.ts';
import { advisedErrorText } from '../shared/error-text.ts';
import { callWithMiddleware } from '../shared/middleware.ts';
import { checkStorable } from '../shared/stored-variables.ts';
import { convertResult, returnFormatVariable } from './documents/document-return.ts';
import { type JobDocuments, storeDrafts } from './documents/job-documents.ts';
import { errorTypes } from './error-variable.ts';
import type { JsonObject } from './expression.ts';
import {
  type Failed,
  type Failure,
  failedByError,
  failedByInput,
  failedWith,
  failForGood,
  failOnce,
  failUntouched,
  stoppedMessage,
} from './failure.ts';
import { resolveInput } from './input/resolve-input.ts';
import { completeJob, type JobInput, readVariables } from './job.ts';
import { jobResultOf, jsonObject, jsonResult, misplacedResult } from './job-result.ts';
import { checkOutput, checkOutputVariables, mapResult } from './result.ts';
import type { Attempts } from './retry-backoff.ts';
import type { TaskHeaders } from './task-headers.ts';

/** A connector's result, mapped to process variables. */
export interface Succeeded {
  readonly kind: 'succeeded';
  /** The connector's result. */
  readonly response: Json;
  /** The process variables that it was mapped to. */
  readonly variables: JsonObject;
  /** A decision that the completion carries. Result headers do not apply to it, and it cannot be ignored. */
  readonly result?: JobResult;
}

/** What an attempt yields before the error expression is evaluated. */
export type AttemptResult = Succeeded | Failed;

/** A job that the runtime returns because it stops. The error expression is not evaluated for it. */
export interface Returned {
  readonly kind: 'returned';
  readonly outcome: Failure;
}

/** Returns the job because the runtime stops. */
export const returned = (attempts: Pick<Attempts, 'retries'>): Returned => ({
  kind: 'returned',
  outcome: failUntouched(attempts, stoppedMessage),
});

/** What an attempt needs. */
export interface AttemptParts {
  readonly connector: AnyOutboundConnector;
  /** The connector's name in messages, e.g. `connector "log"`. */
  readonly subject: string;
  readonly job: JobInput;
  readonly attempts: Attempts;
  readonly headers: TaskHeaders;
  readonly logger: Logger;
  readonly secrets: JobSecrets;
  /** Middleware outside the connector's own. */
  readonly use: readonly OutboundMiddleware[];
  /** A random number from 0 up to but not including 1. */
  readonly random: () => number;
  /** The time that the expressions of the job may take together. */
  readonly budget: TimeBudget;
  /** The documents that the runtime itself stores for the job. */
  readonly documents: JobDocuments;
}

const failedByJson = ({ subject, attempts }: AttemptParts, cause: unknown): Failed => {
  const what = `The result of the ${subject} cannot become process variables: `;
  const { full, plain } = advisedErrorText(cause, what);
  return failedWith(errorTypes.output, failOnce(attempts, full, cause), plain);
};

/** From a job result to the completion that carries it. */
const completionWith = (parts: AttemptParts, { result, variables, response }: JobResultReturn): AttemptResult => {
  const { subject, job, attempts, secrets } = parts;
  const { redactor } = secrets;
  const misplaced = misplacedResult(result, job.kind);
  if (misplaced !== undefined) {
    const what = `The result of the ${subject} has no effect:`;
    return failedWith(
      errorTypes.output,
      failForGood(attempts, `${what} ${misplaced.full}`),
      `${what} ${misplaced.plain}`,
    );
  }
  const redact = (value: Json): Json => redactor.result(value);
  let completion: Succeeded & { readonly result: JobResult };
  try {
    completion = {
      kind: 'succeeded',
      response: redact(toJson(response)),
      variables: jsonObject(variables, redact),
      result: jsonResult(result, redact),
    };
  } catch (cause) {
    return failedByJson(parts, cause);
  }
  checkStorable({ ...completion.variables, result: completion.result }, 'The variables of the job result');
  return completion;
};

/** What a `run` was called with. */
interface Run {
  readonly input: unknown;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
}

/** Gives content the format that the task asks for. A schema that knows the format also has its default. */
const inFormat = (
  { documents }: AttemptParts,
  result: DocumentResult,
  { input, variables, signal }: Run,
): Promise<unknown> => {
  const format = (isObject(input) ? input[returnFormatVariable] : undefined) ?? variables[returnFormatVariable];
  return convertResult(result, format, documents, signal);
};

/** From the connector's own result to the variables that complete the job. */
const resultOf = async (parts: AttemptParts, returnedValue: unknown, run: Run): Promise<AttemptResult> => {
  const { connector, subject, attempts, headers, logger, random, secrets, budget, documents } = parts;
  const { redactor } = secrets;
  const result = isDocumentResult(returnedValue) ? await inFormat(parts, returnedValue, run) : returnedValue;
  if (isBpmnError(result) || isJobError(result) || isInputError(result))
    return failedByError(attempts, redactor.error(result));
  if (isJobResult(result)) return completionWith(parts, result);
  const checked = await checkOutput(connector.output, result);
  if (!checked.ok) {
    const what = `The result of the ${subject} does not fit its output schema:`;
    return failedWith(errorTypes.output, failOnce(attempts, `${what}\n${asList(checked.problems)}`));
  }
  let response: Json;
  try {
    // Redacted before an expression can transform a secret.
    response = redactor.result(toJson(checked.value));
  } catch (cause) {
    return failedByJson(parts, cause);
  }
  const mapped = mapResult(connector, headers, response, { random, budget, documents });
  // Most jobs have no documents, and a promise takes time.
  const variables = documents.drafts === undefined ? mapped.variables : await storeDrafts(documents, mapped.variables);
  // The references take more room than what stood for them.
  if (variables !== mapped.variables) checkOutputVariables(variables);
  const { dropped } = mapped;
  const jobResult = headers.resultExpression === undefined ? undefined : jobResultOf(variables);
  if (jobResult !== undefined) return completionWith(parts, { ...jobResult, response });
  if (dropped !== undefined) {
    logger.debug(
      `The result of kind ${dropped} is dropped: neither the task nor the connector names a variable for it.`,
    );
  }
  return { kind: 'succeeded', response, variables };
};

/**
 * Parses, binds, runs and maps: the whole job except its time limit and its error expression. Never rejects.
 *
 * @param signal fires when the time is over or the runtime stops
 * @param extend gives the attempt more time
 */
export const attempt = async (
  parts: AttemptParts,
  signal: AbortSignal,
  extend: OutboundContext['extend'],
): Promise<AttemptResult | Returned> => {
  const { connector, subject, job, attempts, headers, logger, secrets, use, documents } = parts;
  const { store } = documents;
  let variables: Readonly<Record<string, unknown>>;
  try {
    variables = readVariables(job);
  } catch (cause) {
    return failedByInput(attempts, advisedErrorText(cause), cause);
  }
  try {
    const whole = completeJob(job, connector.type, variables, headers.all);
    const text = typeof job.variables === 'string' ? job.variables : undefined;
    const { tenantId, bpmnProcessId } = whole;
    const resolved = await secrets.resolve(
      { variables, text, names: () => variableNames(connector.input), schema: connector.input },
      { tenantId, bpmnProcessId, logger, signal },
    );
    // Behind the secrets, which headers cannot refer to.
    const given = withHeaders(connector.input, resolved, headers.all);
    if (given.missing.length > 0) return failedByInput(attempts, missingHeaders(given.missing));
    const what = `The job's variables do not fit the input of the ${subject}:`;
    const resolving = resolveInput(connector.input, given.variables, { store, signal }, text);
    const found = resolving instanceof Promise ? await resolving : resolving;
    if (!found.ok) return failedByInput(attempts, `${what}\n${asList(found.problems)}`);
    const bound = await bindInput(connector.input, found.variables);
    if (!bound.ok) {
      return failedByInput(attempts, `${what}\n${asList(bound.problems)}`, bound.cause);
    }
    // The time may be over, or the runtime may have stopped, while secrets were fetched.
    if (signal.aborted) return returned(attempts);
    // `job` keeps the references, so that logging or forwarding it does not reveal a secret.
    const context = {
      job: whole,
      signal,
      logger: secrets.redactor.logger(logger),
      extend,
      documents: createContextDocuments(store, whole, signal),
    };
    const all = connector.use === undefined ? use : [...use, ...connector.use];
    const result: unknown =
      all.length === 0
        ? await connector.run(bound.value, context)
        : await callWithMiddleware(all, (input, changed) => connector.run(input, changed), bound.value, context);
    return await resultOf(parts, result, { input: bound.value, variables, signal });
  } catch (thrown) {
    return failedByError(attempts, secrets.redactor.error(thrown));
  }
};
