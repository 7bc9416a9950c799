import { defaultTenant } from '../../connection/tenants.ts';
import type { Job, JsonText } from '../../connector/types.ts';
import { parseDocument } from '../../connector/values/json-text.ts';

/**
 * A job to execute: an activated job, or the part of one that a test needs. `variables` and `customHeaders` are objects or
 * JSON text.
 */
export interface JobInput extends Partial<Omit<Job, 'variables' | 'customHeaders'>> {
  readonly variables?: JsonText | Readonly<Record<string, unknown>>;
  readonly customHeaders?: JsonText | Readonly<Record<string, string>>;
}

/** The attempts of a task that does not set a number: Zeebe's default, which element templates write too. */
export const defaultRetries = 3;

/** A job's variables as values. Throws a fault of kind `value` if the JSON text does not contain an object. */
export const readVariables = (job: JobInput): Readonly<Record<string, unknown>> =>
  typeof job.variables === 'string' ? parseDocument(job.variables) : (job.variables ?? {});

/** The attempts that are left for a job, including the current one. */
export const retriesOf = (job: JobInput): number => job.retries ?? defaultRetries;

/** The whole job as a connector sees it, with defaults for what a test left out. */
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
  tenantId: job.tenantId ?? defaultTenant,
  kind: job.kind ?? 'BPMN_ELEMENT',
  listenerEvent: job.listenerEvent,
  userTask: job.userTask,
  tags: job.tags ?? [],
});
