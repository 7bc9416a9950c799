import type { Key, MachineActivatedJob, ProcessMetadata } from '../machine/types.ts';
import { writeVariables } from './documents.ts';

/** The one tenant of a cluster without multi-tenancy. */
export const defaultTenant = '<default>';

/** Version that the engine gives out: the line of Zeebe whose behaviour it has. */
export const engineVersion = '8.8.0';

/** The default limit of one message on both sides of a Zeebe cluster. */
export const maxMessageBytes: number = 4 * 1024 * 1024;

/*
 * Requests as the proto loader hands them over: every field present, 64-bit integers as decimal strings.
 */

export interface ActivateJobsRequest {
  readonly type: string;
  readonly worker: string;
  readonly timeout: string;
  readonly maxJobsToActivate: number;
  readonly fetchVariable: readonly string[];
  readonly requestTimeout: string;
  readonly tenantIds: readonly string[];
}

export interface StreamActivatedJobsRequest {
  readonly type: string;
  readonly worker: string;
  readonly timeout: string;
  readonly fetchVariable: readonly string[];
  readonly tenantIds: readonly string[];
}

export interface CreateProcessInstanceRequest {
  readonly processDefinitionKey: Key;
  readonly bpmnProcessId: string;
  readonly version: number;
  readonly variables: string;
  readonly startInstructions: readonly unknown[];
  readonly tenantId: string;
}

export interface CreateProcessInstanceWithResultRequest {
  readonly request: CreateProcessInstanceRequest | null;
  readonly requestTimeout: string;
  readonly fetchVariables: readonly string[];
}

export interface DeployResourceRequest {
  readonly resources: readonly { readonly name: string; readonly content: Buffer }[];
  readonly tenantId: string;
}

export interface DeployProcessRequest {
  readonly processes: readonly { readonly name: string; readonly definition: Buffer }[];
}

export interface PublishMessageRequest {
  readonly name: string;
  readonly correlationKey: string;
  readonly timeToLive: string;
  readonly messageId: string;
  readonly variables: string;
  readonly tenantId: string;
}

export interface FailJobRequest {
  readonly jobKey: Key;
  readonly retries: number;
  readonly errorMessage: string;
  readonly retryBackOff: string;
  readonly variables: string;
}

export interface ThrowErrorRequest {
  readonly jobKey: Key;
  readonly errorCode: string;
  readonly errorMessage: string;
  readonly variables: string;
}

/** A job as the gateway sends it. */
export interface WireJob {
  readonly key: Key;
  readonly type: string;
  readonly processInstanceKey: Key;
  readonly bpmnProcessId: string;
  readonly processDefinitionVersion: number;
  readonly processDefinitionKey: Key;
  readonly elementId: string;
  readonly elementInstanceKey: Key;
  readonly customHeaders: string;
  readonly worker: string;
  readonly retries: number;
  readonly deadline: number;
  readonly variables: string;
  readonly tenantId: string;
}

export const toWireJob = (job: MachineActivatedJob): WireJob => ({
  key: job.key,
  type: job.type,
  processInstanceKey: job.processInstanceKey,
  bpmnProcessId: job.bpmnProcessId,
  processDefinitionVersion: job.processDefinitionVersion,
  processDefinitionKey: job.processDefinitionKey,
  elementId: job.elementId,
  elementInstanceKey: job.elementInstanceKey,
  customHeaders: JSON.stringify(job.headers),
  worker: job.worker,
  retries: job.retries,
  deadline: job.deadline,
  variables: writeVariables(job.variables),
  tenantId: defaultTenant,
});

export const toWireProcess = (process: ProcessMetadata): ProcessMetadata & { readonly tenantId: string } => ({
  ...process,
  tenantId: defaultTenant,
});

/** Bytes that a job takes beside its documents, rounded up: keys, ids, numbers and the fields' tags. */
const jobOverhead = 1024;

/**
 * Cuts a batch so that a client with the default message limit can receive it; a job that is too large by itself
 * travels alone.
 */
export const toBatches = (
  jobs: readonly WireJob[],
  limit: number = maxMessageBytes,
): readonly (readonly WireJob[])[] => {
  const batches: WireJob[][] = [];
  let left = 0;
  for (const job of jobs) {
    const size = jobOverhead + Buffer.byteLength(job.variables) + Buffer.byteLength(job.customHeaders);
    const batch = batches.at(-1);
    if (batch === undefined || size > left) {
      batches.push([job]);
      left = limit - size;
    } else {
      batch.push(job);
      left -= size;
    }
  }
  return batches;
};
