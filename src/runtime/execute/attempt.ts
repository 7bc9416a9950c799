import { isBpmnError, isJobError } from '../../connector/errors.ts';
import { bindInput } from '../../connector/input/validate-input.ts';
import { variableNames } from '../../connector/schema.ts';
import type { AnyOutboundConnector, Logger, OutboundMiddleware } from '../../connector/types.ts';
import { type Json, toJson } from '../../connector/values/json-text.ts';
import type { JobSecrets } from '../secrets/job-secrets.ts';
import { errorText } from '../shared/error-text.ts';
import type { Ending } from './error-expression.ts';
import { errorTypes } from './error-variable.ts';
import {
  type Attempts,
  type Failure,
  failedByError,
  failedByInput,
  failedWith,
  failOnce,
  failUntouched,
} from './failure.ts';
import type { Headers } from './headers.ts';
import { completeJob, type JobInput, readVariables } from './job.ts';
import { around } from './middleware.ts';
import { checkOutput, problemList } from './output.ts';
import { mapResult } from './result.ts';

/** The message of jobs that a stopping runtime gives back. */
export const stoppedMessage = 'The runtime stopped before the job was done. No attempt is lost.';

/** A job that was given back as it came, which no error expression is asked about. */
export interface Returned {
  readonly kind: 'returned';
  readonly outcome: Failure;
}

/** Gives the job back because the runtime stops. */
export const returned = (attempts: Pick<Attempts, 'retries'>): Returned => ({
  kind: 'returned',
  outcome: failUntouched(attempts, stoppedMessage),
});

/** What one attempt is made with. */
export interface AttemptParts {
  readonly connector: AnyOutboundConnector;
  /** What texts call it, e.g. `connector "log"`. */
  readonly subject: string;
  readonly job: JobInput;
  readonly attempts: Attempts;
  readonly headers: Headers;
  readonly logger: Logger;
  readonly secrets: JobSecrets;
  /** Functions around those of the connector. */
  readonly use: readonly OutboundMiddleware[];
  /** Chance from 0 up to 1. */
  readonly random: () => number;
}

/** From the connector's own result to the variables that complete the job. */
const endingOfResult = async (
  { connector, subject, attempts, headers, logger, random, secrets: { redactor } }: AttemptParts,
  result: unknown,
): Promise<Ending> => {
  if (isBpmnError(result) || isJobError(result)) return failedByError(attempts, redactor.error(result));
  const checked = await checkOutput(connector.output, result);
  if (!checked.ok) {
    const what = `The result of the ${subject} does not fit its output schema:`;
    return failedWith(errorTypes.output, failOnce(attempts, `${what}\n${problemList(checked.problems)}`));
  }
  let response: Json;
  try {
    // Before any expression can make something else of a secret.
    response = redactor.result(toJson(checked.value));
  } catch (cause) {
    const what = `The result of the ${subject} cannot become process variables:`;
    return failedWith(errorTypes.output, failOnce(attempts, `${what} ${errorText(cause)}`, cause));
  }
  const { variables, dropped } = mapResult(connector, headers, response, random);
  if (dropped !== undefined) {
    logger.debug(
      `The result of kind ${dropped} is dropped: neither the task nor the connector names a variable for it.`,
    );
  }
  return { kind: 'succeeded', response, variables };
};

/** Parses, binds, runs and maps: all of the job but its time limit and its error expression. Never rejects. */
export const attempt = async (parts: AttemptParts, signal: AbortSignal): Promise<Ending | Returned> => {
  const { connector, subject, job, attempts, headers, logger, secrets, use } = parts;
  let variables: Readonly<Record<string, unknown>>;
  try {
    variables = readVariables(job);
  } catch (cause) {
    return failedByInput(attempts, errorText(cause), cause);
  }
  try {
    const whole = completeJob(job, connector.type, variables, headers);
    const text = typeof job.variables === 'string' ? job.variables : undefined;
    const { tenantId, bpmnProcessId } = whole;
    const resolved = await secrets.resolve(
      { variables, text, names: () => variableNames(connector.input) },
      { tenantId, bpmnProcessId, logger, signal },
    );
    const bound = await bindInput(connector.input, resolved);
    if (!bound.ok) {
      const what = `The job's variables do not fit the input of the ${subject}:`;
      return failedByInput(attempts, `${what}\n${problemList(bound.problems)}`, bound.cause);
    }
    // Whatever was asked for in the meantime: a connector that is not wanted any more does not begin.
    if (signal.aborted) return returned(attempts);
    // The job keeps the references: whoever logs or forwards it tells no secret.
    const context = { job: whole, signal, logger: secrets.redactor.logger(logger) };
    const all = connector.use === undefined ? use : [...use, ...connector.use];
    const result: unknown =
      all.length === 0
        ? await connector.run(bound.value, context)
        : await around(all, (input, changed) => connector.run(input, changed), bound.value, context);
    return await endingOfResult(parts, result);
  } catch (thrown) {
    return failedByError(attempts, secrets.redactor.error(thrown));
  }
};
