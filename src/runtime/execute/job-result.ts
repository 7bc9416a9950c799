/** Results that decide how an ad-hoc sub-process or a user task continues. */
import { fault } from '../../common/fault.ts';
import { isObject } from '../../common/is-object.ts';
import type { JobKind } from '../../connector/job-kinds.ts';
import type { JobResult, JobResultReturn } from '../../connector/job-results.ts';
import { adHocResult, userTaskResult } from '../../connector/make-job-results.ts';
import { type Json, toJson } from '../../connector/values/json-text.ts';
import type { AdvisedText } from '../shared/error-text.ts';
import type { JsonObject } from './expressions/load.ts';
import { type jobResultFunctions, jobResultMark } from './expressions/marks.ts';

const makers: Readonly<Record<string, (options: never) => JobResultReturn>> = {
  adHocResult,
  userTaskResult,
} satisfies Record<(typeof jobResultFunctions)[number], unknown>;

/**
 * Reads the job result that a result expression returned; `undefined` if it returned variables.
 *
 * Throws a fault of kind `input` that lists every wrong field.
 */
export const jobResultOf = (value: JsonObject): JobResultReturn | undefined => {
  const name = value[jobResultMark];
  const maker = typeof name === 'string' ? makers[name] : undefined;
  if (maker === undefined) return undefined;
  const { [jobResultMark]: _mark, ...options } = value;
  try {
    return maker(options as never);
  } catch (cause) {
    throw fault('input', { what: `The task header resultExpression: ${(cause as Error).message}`, cause });
  }
};

const kinds: Readonly<
  Record<JobResult['type'], { readonly kind: JobKind; readonly maker: string; readonly of: string }>
> = {
  adHocSubProcess: { kind: 'AD_HOC_SUB_PROCESS', maker: 'adHocResult', of: 'an ad-hoc sub-process' },
  userTask: { kind: 'TASK_LISTENER', maker: 'userTaskResult', of: 'a user task listener' },
};

/**
 * Says why a job cannot carry a result; `undefined` if it can. A job without a kind, as in a unit test, can carry every
 * result.
 */
export const misplacedResult = ({ type }: JobResult, kind: JobKind | undefined): AdvisedText | undefined => {
  const { kind: wanted, maker, of } = kinds[type];
  if (kind === undefined || kind === wanted) return undefined;
  const plain = `${maker}(…) needs a job of ${of}, but this job is of kind ${kind}.`;
  return { full: `${plain}\nFix: return ${maker}(…) only if job.kind is ${wanted}.`, plain };
};

/** The result with the variables of its elements as JSON, so that a secret in them can be masked. */
export const jsonResult = (result: JobResult, redact: (value: Json) => Json): JobResult => {
  if (result.type === 'userTask') return redact(toJson(result)) as unknown as JobResult;
  const activateElements = result.activateElements.map(({ elementId, variables }) => ({
    elementId,
    variables: jsonObject(variables ?? {}, redact),
  }));
  return { ...result, activateElements };
};

/** Variables as JSON. */
export const jsonObject = (variables: Readonly<Record<string, unknown>>, redact: (value: Json) => Json): JsonObject => {
  const json = redact(toJson(variables));
  return isObject(json) ? json : {};
};
