import { type LazyAbort, signalOf } from '../../common/abort.ts';
import { isObject } from '../../common/is-object.ts';
import { type DocumentResult, isDocumentResult } from '../../connector/document.ts';
import { createContextDocuments } from '../../connector/documents/context-documents.ts';
import { isBpmnError, isInputError, isJobError } from '../../connector/errors.ts';
import { missingHeaders, withHeaders } from '../../connector/input/header-parameters.ts';
import { bindInput } from '../../connector/input/validate-input.ts';
import { isJobResult, type JobResult, type JobResultReturn } from '../../connector/job-results.ts';
import { asList } from '../../connector/rules/rule-engine.ts';
import { variableNames } from '../../connector/schema.ts';
import type {
  AnyOutboundConnector,
  Job,
  JsonText,
  Logger,
  MaybePromise,
  OutboundContext,
  OutboundMiddleware,
} from '../../connector/types.ts';
import { type Json, toJson } from '../../connector/values/json-text.ts';
import { plainDataOf } from '../../connector/values/plain-data.ts';
import type { TimeBudget } from '../../feel/index.ts';
import { insertJobSecrets, type JobSecrets } from '../secrets/job-secrets.ts';
import { advisedErrorText } from '../shared/error-text.ts';
import { callWithMiddleware } from '../shared/middleware.ts';
import { checkStorable } from '../shared/stored-variables.ts';
import { convertResult, returnFormatVariable } from './documents/document-return.ts';
import { type JobDocuments, storeDrafts } from './documents/job-documents.ts';
import { errorTypes } from './error-variable.ts';
import type { JsonObject } from './expressions/load.ts';
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
import { hasNothingToResolve, resolveInput } from './input/resolve-input.ts';
import { completeJob, type JobInput, readVariables } from './job.ts';
import { jobResultOf, jsonObject, jsonResult, misplacedResult } from './job-result.ts';
import { type CheckedOutput, checkOutput, checkOutputVariables, type MappedResult, mapResult } from './result.ts';
import type { Attempts } from './retry-backoff.ts';
import type { TaskHeaders } from './task-headers.ts';

/** A connector's result, mapped to process variables. */
export interface Succeeded {
  readonly kind: 'succeeded';
  /** The connector's result. */
  readonly response: Json;
  /** The process variables that it was mapped to. */
  readonly variables: JsonObject;
  /** The JSON of the variables, if it has been written already. */
  readonly text?: JsonText | undefined;
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
  /** The time that the expressions of the job may take together. Absent: it has none. */
  readonly budget: TimeBudget | undefined;
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
  readonly abort: LazyAbort;
}

/** Gives content the format that the task asks for. A schema that knows the format also has its default. */
const inFormat = (
  { documents }: AttemptParts,
  result: DocumentResult,
  { input, variables, abort }: Run,
): Promise<unknown> => {
  const format = (isObject(input) ? input[returnFormatVariable] : undefined) ?? variables[returnFormatVariable];
  return convertResult(result, format, documents, signalOf(abort));
};

const succeeded = (
  parts: AttemptParts,
  { dropped, variables: mapped, text: checked }: MappedResult,
  response: Json,
  variables: JsonObject,
): AttemptResult => {
  const { headers, logger } = parts;
  // The references take more room than what stood for them.
  const text = variables === mapped ? checked : checkOutputVariables(variables);
  const jobResult = headers.resultExpression === undefined ? undefined : jobResultOf(variables);
  if (jobResult !== undefined) return completionWith(parts, { ...jobResult, response });
  if (dropped !== undefined) {
    logger.debug(
      `The result of kind ${dropped} is dropped: neither the task nor the connector names a variable for it.`,
    );
  }
  return { kind: 'succeeded', response, variables, text };
};

const checkedResult = (parts: AttemptParts, checked: CheckedOutput): MaybePromise<AttemptResult> => {
  const { connector, subject, attempts, headers, random, secrets, budget, documents } = parts;
  if (!checked.ok) {
    const what = `The result of the ${subject} does not fit its output schema:`;
    const isNothing = checked.problems.length === 1 && checked.problems[0] === '(root): is required';
    const fix = isNothing ? '\nFix: return what the output schema describes: run has returned nothing.' : '';
    return failedWith(errorTypes.output, failOnce(attempts, `${what}\n${asList(checked.problems)}${fix}`));
  }
  const look = plainDataOf(checked.value);
  let response: Json;
  try {
    const json = look === 'other' ? toJson(checked.value) : (checked.value as Json);
    // Redacted before an expression can transform a secret.
    response = secrets.redactor.result(json);
  } catch (cause) {
    return failedByJson(parts, cause);
  }
  const mapped = mapResult(connector, headers, response, { random, budget, documents }, look === 'exact');
  const { variables } = mapped;
  if (documents.drafts === undefined) return succeeded(parts, mapped, response, variables);
  return storeDrafts(documents, variables).then((stored) => succeeded(parts, mapped, response, stored));
};

/**
 * From the connector's own result to the variables that complete the job. Returns a promise only if there is something to wait
 * for, because each promise takes time and most jobs have nothing.
 */
const resultOf = (parts: AttemptParts, result: unknown): MaybePromise<AttemptResult> => {
  if (isBpmnError(result) || isJobError(result) || isInputError(result))
    return failedByError(parts.attempts, parts.secrets.redactor.error(result));
  if (isJobResult(result)) return completionWith(parts, result);
  const checked = checkOutput(parts.connector.output, result);
  return checked instanceof Promise
    ? checked.then((found) => checkedResult(parts, found))
    : checkedResult(parts, checked);
};

const misfit = ({ attempts, subject }: AttemptParts, problems: readonly string[], cause?: unknown): Failed =>
  failedByInput(attempts, `The job's variables do not fit the input of the ${subject}:\n${asList(problems)}`, cause);

/** Where a context keeps what makes its signal. */
const abortKey = Symbol('abort');

/**
 * The signal of a context, made when it is first read; see {@link LazyAbort}. All contexts share this accessor, because one of
 * its own would cost each job more than the signal. A copy of a context has the signal itself.
 */
const lazySignal: PropertyDescriptor & ThisType<{ readonly [abortKey]: LazyAbort }> = {
  get() {
    return signalOf(this[abortKey]);
  },
  set(value: AbortSignal) {
    Object.defineProperty(this, 'signal', { value, enumerable: true, configurable: true, writable: true });
  },
  enumerable: true,
  configurable: true,
};

const contextOf = (
  { secrets, logger, documents: { store } }: AttemptParts,
  job: Job,
  abort: LazyAbort,
  extend: OutboundContext['extend'],
): OutboundContext => {
  const context = {
    job,
    logger: secrets.redactor.logger(logger),
    extend,
    documents: createContextDocuments(store, job, () => signalOf(abort)),
  };
  Object.defineProperty(context, abortKey, { value: abort });
  return Object.defineProperty(context, 'signal', lazySignal) as OutboundContext;
};

/** Whether something has to be awaited. Most results of `run` are promises, but not all. */
const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  (typeof value === 'object' || typeof value === 'function') &&
  value !== null &&
  typeof (value as { readonly then?: unknown }).then === 'function';

/** Calls `run`, with the middleware around it. */
const callRun = ({ connector, use }: AttemptParts, input: unknown, context: OutboundContext): unknown => {
  if (use.length === 0 && connector.use === undefined) return connector.run(input, context);
  const all = connector.use === undefined ? use : [...use, ...connector.use];
  return callWithMiddleware(all, (given, changed) => connector.run(given, changed), input, context);
};

/**
 * Parses, binds, runs and maps: the whole job except its time limit and its error expression. Never rejects. Calls `run` at
 * once if there is nothing to wait for, so that nothing comes between the arrival of a job and its `run`.
 *
 * @param abort fires when the time is over or the runtime stops
 * @param extend gives the attempt more time
 */
export const attempt = async (
  parts: AttemptParts,
  abort: LazyAbort,
  extend: OutboundContext['extend'],
): Promise<AttemptResult | Returned> => {
  const { connector, job, attempts, headers, logger, secrets, documents } = parts;
  const { input } = connector;
  let variables: Readonly<Record<string, unknown>>;
  try {
    variables = readVariables(job);
  } catch (cause) {
    return failedByInput(attempts, advisedErrorText(cause), cause);
  }
  try {
    const whole = completeJob(job, connector.type, variables, headers.all);
    const { tenantId, bpmnProcessId } = whole;
    const text = typeof job.variables === 'string' ? job.variables : undefined;
    const resolving = insertJobSecrets(
      secrets,
      { variables, text, names: () => variableNames(input), schema: input },
      () => ({ tenantId, bpmnProcessId, logger, signal: signalOf(abort) }),
    );
    const resolved = resolving instanceof Promise ? await resolving : resolving;
    // Behind the secrets, which headers cannot refer to.
    const given = withHeaders(input, resolved, headers.all);
    if (given.missing.length > 0) return failedByInput(attempts, missingHeaders(given.missing));
    let values = given.variables;
    if (!hasNothingToResolve(text)) {
      const found = await resolveInput(input, values, { store: documents.store, signal: signalOf(abort) });
      if (!found.ok) return misfit(parts, found.problems);
      values = found.variables;
    }
    const binding = bindInput(input, values);
    const bound = binding instanceof Promise ? await binding : binding;
    if (!bound.ok) return misfit(parts, bound.problems, bound.cause);
    // The time may be over, or the runtime may have stopped, while secrets were fetched.
    if (abort.isAborted) return returned(attempts);
    // `job` keeps the references, so that logging or forwarding it does not reveal a secret.
    const value = callRun(parts, bound.value, contextOf(parts, whole, abort, extend));
    const yielded = isThenable(value) ? await value : value;
    const formatted = isDocumentResult(yielded)
      ? await inFormat(parts, yielded, { input: bound.value, variables, abort })
      : yielded;
    const result = resultOf(parts, formatted);
    return result instanceof Promise ? await result : result;
  } catch (thrown) {
    return failedByError(attempts, secrets.redactor.error(thrown));
  }
};
