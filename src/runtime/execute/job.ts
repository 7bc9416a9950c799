import type { Job, JsonText } from '../../connector/types.ts';
import { parseDocument } from '../../connector/values/json-text.ts';

/**
 * A job to execute: an activated job, or as much of one as a test cares for. `variables` and `customHeaders` are
 * objects or still JSON text.
 */
export interface JobInput extends Partial<Omit<Job, 'variables' | 'customHeaders'>> {
  readonly variables?: JsonText | Readonly<Record<string, unknown>>;
  readonly customHeaders?: JsonText | Readonly<Record<string, string>>;
}

/** What Zeebe gives a task that names no number of attempts. */
const usualRetries = 3;

/** The tenant of whatever does not say whose it is. */
export const usualTenant = '<default>';

/** A job's headers: a name with a value that is not text is left out, since a header is text. */
export const readHeaders = (job: JobInput): Readonly<Record<string, string>> => {
  const { customHeaders } = job;
  if (customHeaders === undefined || customHeaders === '{}') return {};
  if (typeof customHeaders !== 'string') return customHeaders;
  const entries = Object.entries(parseDocument(customHeaders, 'The custom headers'));
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
};

/** A job's variables as values. Throws a fault of kind `value` where the text is no JSON object. */
export const readVariables = (job: JobInput): Readonly<Record<string, unknown>> =>
  typeof job.variables === 'string' ? parseDocument(job.variables) : (job.variables ?? {});

/** The attempts that a job has left, the current one included. */
export const retriesOf = (job: JobInput): number => job.retries ?? usualRetries;

/** The whole job as a connector sees it, with blanks where a test left something out. */
export const completeJob = (
  job: JobInput,
  type: string,
  variables: Readonly<Record<string, unknown>>,
  customHeaders: Readonly<Record<string, string>>,
): Job => ({
  key: job.key ?? '0',
  type: job.type ?? type,
  processInstanceKey: job.processInstanceKey ?? '0',
  bpmnProcessId: job.bpmnProcessId ?? '',
  processDefinitionVersion: job.processDefinitionVersion ?? 1,
  processDefinitionKey: job.processDefinitionKey ?? '0',
  elementId: job.elementId ?? '',
  elementInstanceKey: job.elementInstanceKey ?? '0',
  customHeaders,
  worker: job.worker ?? '',
  retries: retriesOf(job),
  deadline: job.deadline ?? Number.POSITIVE_INFINITY,
  variables,
  tenantId: job.tenantId ?? usualTenant,
});
