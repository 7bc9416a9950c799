import type { JobKind, JobUserTask, ListenerEvent } from './task-types.ts';
import type { Key, Variables } from './values.ts';

export type JobState = 'ACTIVATABLE' | 'ACTIVATED' | 'FAILED' | 'ERROR_THROWN';

export type InstanceState = 'ACTIVE' | 'COMPLETED' | 'TERMINATED';

/** `TERMINATING`: a listener delays the end, of this element or of one inside it. */
export type ElementState = 'ACTIVATING' | 'ACTIVE' | 'COMPLETING' | 'TERMINATING' | 'COMPLETED' | 'TERMINATED';

export type IncidentType =
  | 'JOB_NO_RETRIES'
  | 'SECRET_RESOLUTION_ERROR'
  | 'UNHANDLED_ERROR_EVENT'
  | 'IO_MAPPING_ERROR'
  | 'CONDITION_ERROR'
  | 'EXTRACT_VALUE_ERROR'
  | 'MESSAGE_SIZE_EXCEEDED'
  | 'FORM_NOT_FOUND'
  | 'RESOURCE_NOT_FOUND'
  | 'CALLED_ELEMENT_ERROR'
  | 'CALLED_DECISION_ERROR'
  | 'DECISION_EVALUATION_ERROR'
  | 'EXECUTION_LISTENER_NO_RETRIES'
  | 'TASK_LISTENER_NO_RETRIES'
  | 'AD_HOC_SUB_PROCESS_NO_RETRIES'
  | 'UNKNOWN';

export interface ProcessMetadata {
  readonly bpmnProcessId: string;
  readonly version: number;
  readonly processDefinitionKey: Key;
  readonly resourceName: string;
  /** Absent unless the process belongs to the runtime and not to the user; see `isInternalProcess`. */
  readonly internal?: true;
  /** Absent for the default tenant. */
  readonly tenantId?: string;
}

export interface FormMetadata {
  readonly formId: string;
  readonly version: number;
  readonly formKey: Key;
  readonly resourceName: string;
  /** Absent for the default tenant. */
  readonly tenantId?: string;
}

/** A file that is neither a process nor a decision nor a form. */
export interface ResourceMetadata {
  readonly resourceId: string;
  readonly version: number;
  readonly resourceKey: Key;
  readonly resourceName: string;
  readonly versionTag?: string;
  /** Absent for the default tenant. */
  readonly tenantId?: string;
}

export interface MachineJob {
  readonly key: Key;
  readonly type: string;
  readonly kind: JobKind;
  /** Absent unless it is the job of a listener. */
  readonly listenerEvent?: ListenerEvent;
  /** Absent unless it is the job of a task listener. */
  readonly userTask?: JobUserTask;
  readonly state: JobState;
  readonly processInstanceKey: Key;
  readonly bpmnProcessId: string;
  readonly processDefinitionVersion: number;
  readonly processDefinitionKey: Key;
  /** Of a listener to a process: the id of the process. */
  readonly elementId: string;
  readonly elementInstanceKey: Key;
  readonly headers: Readonly<Record<string, string>>;
  readonly retries: number;
  readonly worker: string;
  /** Milliseconds since the epoch; 0 if the job is not activated. */
  readonly deadline: number;
  /** When the back-off of a failed job ends. Milliseconds since the epoch; absent if there is none. */
  readonly backoffUntil?: number;
  readonly errorMessage: string;
  /** The tags of the process instance. Absent without tags. */
  readonly tags?: readonly string[];
  /** Jobs with a higher priority are activated first. Absent: 0. */
  readonly priority?: number;
  /** The job was activated with a lease; only workers with a lease receive it. */
  readonly isLeased?: true;
  /** Absent for the default tenant. */
  readonly tenantId?: string;
}

/** A job for a worker, with the variables that are visible to it. */
export interface MachineActivatedJob extends MachineJob {
  readonly variables: Variables;
  /** The token of an activation with a lease. */
  readonly leaseToken?: string;
  /** The process instance that no call activity has started. Absent if it is the job's own. */
  readonly rootProcessInstanceKey?: Key;
  /** The business id of the process instance. Absent without one. */
  readonly businessId?: string;
}

export interface MachineInstance {
  readonly key: Key;
  readonly bpmnProcessId: string;
  readonly version: number;
  readonly processDefinitionKey: Key;
  readonly state: InstanceState;
  /** The variables of the process instance itself; after its end, those at the end. */
  readonly variables: Variables;
  /** Absent unless a call activity started the instance. */
  readonly parentProcessInstanceKey?: Key;
  readonly parentElementInstanceKey?: Key;
  /** Absent without tags. */
  readonly tags?: readonly string[];
  /** Absent without a business id. */
  readonly businessId?: string;
  /** Absent unless the process belongs to the runtime and not to the user; see `isInternalProcess`. */
  readonly internal?: true;
  /** Absent for the default tenant. */
  readonly tenantId?: string;
}

export interface MachineElement {
  readonly key: Key;
  readonly elementId: string;
  /** The name of the element; its id if it has none. */
  readonly name: string;
  readonly kind: string;
  readonly state: ElementState;
  readonly processInstanceKey: Key;
  readonly bpmnProcessId: string;
  readonly scopeKey: Key;
  /** Of a call activity: the process instance that it has started and waits for. */
  readonly calledProcessInstanceKey?: Key;
  readonly variables: Variables;
}

export interface MachineIncident {
  readonly key: Key;
  readonly type: IncidentType;
  readonly message: string;
  readonly elementId: string;
  readonly elementInstanceKey: Key;
  readonly processInstanceKey: Key;
  readonly bpmnProcessId: string;
  /** `-1` if the incident has no job. */
  readonly jobKey: Key;
  /** Absent for the default tenant. */
  readonly tenantId?: string;
}

export interface MachineMessage {
  readonly key: Key;
  readonly name: string;
  readonly correlationKey: string;
  readonly messageId: string;
  /** Milliseconds since the epoch. */
  readonly publishedAt: number;
  /** When the message expires. Milliseconds since the epoch. */
  readonly deadline: number;
  /** Ids of the processes that have received it. Each one receives a message at most once. */
  readonly correlatedTo: readonly string[];
  readonly variables: Variables;
  /** Absent for the default tenant. */
  readonly tenantId?: string;
}

export interface MachineSignal {
  readonly key: Key;
  readonly name: string;
  readonly variables: Variables;
  /** Absent for the default tenant. */
  readonly tenantId?: string;
}
