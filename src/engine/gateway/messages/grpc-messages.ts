import { parseStrictDocument, stringifyDocument } from '../../../connector/values/json-text.ts';
import { defaultTenant } from '../../machine/tenants.ts';
import type {
  JobKind,
  JobUserTask,
  Key,
  ListenerEvent,
  MachineActivatedJob,
  ProcessMetadata,
  Variables,
} from '../../machine/types.ts';

/** The default size limit of a message, for the clients and gateways of Zeebe. */
export const maxMessageBytes: number = 4 * 1024 * 1024;

/*
 * Requests as the proto loader provides them: with all fields, and with 64-bit integers as decimal text.
 */

export interface ActivateJobsRequest {
  readonly type: string;
  readonly worker: string;
  readonly timeout: string;
  readonly maxJobsToActivate: number;
  readonly fetchVariable: readonly string[];
  readonly requestTimeout: string;
  readonly tenantIds: readonly string[];
  readonly tenantFilter: string;
  readonly withLease: boolean;
}

export interface StreamActivatedJobsRequest {
  readonly type: string;
  readonly worker: string;
  readonly timeout: string;
  readonly fetchVariable: readonly string[];
  readonly tenantIds: readonly string[];
  readonly tenantFilter: string;
  readonly withLease: boolean;
}

export interface CreateProcessInstanceRequest {
  readonly processDefinitionKey: Key;
  readonly bpmnProcessId: string;
  readonly version: number;
  readonly variables: string;
  readonly startInstructions: readonly { readonly elementId: string }[];
  readonly tenantId: string;
  readonly runtimeInstructions: readonly { readonly terminate?: { readonly afterElementId: string } | null }[];
  readonly tags: readonly string[];
  /** Absent if it is not given. */
  readonly businessId?: string | null;
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
  /** Only from REST: its number in the protocol is not known. */
  readonly businessId?: string | undefined;
}

export interface BroadcastSignalRequest {
  readonly signalName: string;
  readonly variables: string;
  readonly tenantId: string;
}

export interface EvaluateConditionalRequest {
  readonly processDefinitionKey?: Key;
  readonly variables: string;
  readonly tenantId: string;
}

export interface EvaluateDecisionRequest {
  readonly decisionId: string;
  readonly decisionKey: Key;
  readonly variables: string;
  readonly tenantId: string;
}

export interface FailJobRequest {
  readonly jobKey: Key;
  readonly retries: number;
  readonly errorMessage: string;
  readonly retryBackOff: string;
  readonly variables: string;
  readonly jobLeaseToken?: string | null;
}

export interface ThrowErrorRequest {
  readonly jobKey: Key;
  readonly errorCode: string;
  readonly errorMessage: string;
  readonly variables: string;
  readonly jobLeaseToken?: string | null;
}

/** The message of an activated job. */
export interface JobMessage {
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
  readonly kind: JobKind;
  readonly listenerEventType: string;
  readonly tags: readonly string[];
  /** Only of the job of a task listener. */
  readonly userTask?: JobUserTask;
  /** Absent without a lease. */
  readonly jobLeaseToken?: string;
}

/**
 * Parses the variables of a request without loss. As on a cluster, empty text and `null` are an empty document. Throws a
 * `value` fault, also for a number that is too large for a double.
 */
export const readVariables = (text: string): Variables =>
  text === '' || /^\s*null\s*$/.test(text) ? {} : (parseStrictDocument(text) as Variables);

/** Writes variables as JSON text: all of them, or those with the given names that exist. */
export const writeVariables = (variables: Variables, names: readonly string[] = []): string => {
  if (names.length === 0) return stringifyDocument(variables);
  return stringifyDocument(
    Object.fromEntries(names.filter((name) => Object.hasOwn(variables, name)).map((name) => [name, variables[name]])),
  );
};

/** The events that the protocol has a name for. */
const eventTypes: ReadonlySet<string> = new Set([
  'START',
  'END',
  'CREATING',
  'ASSIGNING',
  'UPDATING',
  'COMPLETING',
  'CANCELING',
] satisfies ListenerEvent[]);

const eventTypeOf = ({ listenerEvent }: MachineActivatedJob): string =>
  listenerEvent !== undefined && eventTypes.has(listenerEvent) ? listenerEvent : 'UNSPECIFIED';

/** Converts a job to its message. */
export const toJobMessage = (job: MachineActivatedJob): JobMessage => ({
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
  tenantId: job.tenantId ?? defaultTenant,
  kind: job.kind,
  listenerEventType: eventTypeOf(job),
  tags: job.tags ?? [],
  ...(job.leaseToken === undefined ? {} : { jobLeaseToken: job.leaseToken }),
  ...(job.userTask === undefined ? {} : { userTask: job.userTask }),
});

/** Converts process metadata to its message. */
export const toProcessMessage = ({
  internal,
  ...process
}: ProcessMetadata): ProcessMetadata & { readonly tenantId: string } => ({
  ...process,
  tenantId: process.tenantId ?? defaultTenant,
});

/** The size of a job without its documents, rounded up: keys, ids, numbers and field tags. */
const jobOverhead = 1024;

/** Splits jobs into messages that clients with the default size limit can receive. A job above the limit is sent alone. */
export const toBatches = (
  jobs: readonly JobMessage[],
  limit: number = maxMessageBytes,
): readonly (readonly JobMessage[])[] => {
  const batches: JobMessage[][] = [];
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
