import type { JobResult } from '../../connector/job-results.ts';
import type { RequirementsModel } from '../decisions/types.ts';
import type { FormModel, ProcessModel } from '../model/types.ts';
import type {
  DecisionMetadata,
  DecisionRequirementsMetadata,
  MachineDecisionEvaluation,
  MachineDecisionInstance,
} from './decision-types.ts';
import type { CreateOptions, Modification } from './instance-requests.ts';
import type { JobKind, JobUserTask, ListenerEvent, MachineUserTask, UserTaskChanges } from './task-types.ts';
import type { Json, Key, Variables } from './values.ts';

export type {
  DecisionMetadata,
  DecisionRequirementsMetadata,
  MachineDecisionEvaluation,
  MachineDecisionInstance,
  MachineDecisionValue,
} from './decision-types.ts';
export type { CreateOptions, Modification, ModificationVariables, MoveInstruction } from './instance-requests.ts';
export type {
  JobKind,
  JobUserTask,
  ListenerEvent,
  MachineUserTask,
  UserTaskChanges,
  UserTaskState,
} from './task-types.ts';
export type { Json, Key, Variables } from './values.ts';

/** Zeebe's rejection types. The gateway converts them to a gRPC status. */
export type RejectionCode = 'INVALID_ARGUMENT' | 'NOT_FOUND' | 'ALREADY_EXISTS' | 'INVALID_STATE' | 'PROCESSING_ERROR';

export type JobState = 'ACTIVATABLE' | 'ACTIVATED' | 'FAILED' | 'ERROR_THROWN';

export type InstanceState = 'ACTIVE' | 'COMPLETED' | 'TERMINATED';

/** `TERMINATING`: a listener delays the end, of this element or of one inside it. */
export type ElementState = 'ACTIVATING' | 'ACTIVE' | 'COMPLETING' | 'TERMINATING' | 'COMPLETED' | 'TERMINATED';

export type IncidentType =
  | 'JOB_NO_RETRIES'
  | 'UNHANDLED_ERROR_EVENT'
  | 'IO_MAPPING_ERROR'
  | 'CONDITION_ERROR'
  | 'EXTRACT_VALUE_ERROR'
  | 'MESSAGE_SIZE_EXCEEDED'
  | 'FORM_NOT_FOUND'
  | 'CALLED_ELEMENT_ERROR'
  | 'CALLED_DECISION_ERROR'
  | 'DECISION_EVALUATION_ERROR'
  | 'EXECUTION_LISTENER_NO_RETRIES'
  | 'TASK_LISTENER_NO_RETRIES'
  | 'UNKNOWN';

/** A file with its compiled processes, or with its form or its decisions. */
export interface CompiledResource {
  readonly name: string;
  readonly content: Uint8Array;
  readonly processes: readonly ProcessModel[];
  readonly form?: FormModel;
  readonly requirements?: RequirementsModel;
}

export interface ProcessMetadata {
  readonly bpmnProcessId: string;
  readonly version: number;
  readonly processDefinitionKey: Key;
  readonly resourceName: string;
}

export interface FormMetadata {
  readonly formId: string;
  readonly version: number;
  readonly formKey: Key;
  readonly resourceName: string;
}

export interface Deployment {
  readonly deploymentKey: Key;
  readonly processes: readonly ProcessMetadata[];
  readonly decisions: readonly DecisionMetadata[];
  readonly decisionRequirements: readonly DecisionRequirementsMetadata[];
  readonly forms: readonly FormMetadata[];
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
  readonly errorMessage: string;
  /** The tags of the process instance. Absent without tags. */
  readonly tags?: readonly string[];
}

/** A job for a worker, with the variables that are visible to it. */
export interface MachineActivatedJob extends MachineJob {
  readonly variables: Variables;
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
}

export interface MachineElement {
  readonly key: Key;
  readonly elementId: string;
  readonly kind: string;
  readonly state: ElementState;
  readonly processInstanceKey: Key;
  readonly scopeKey: Key;
  readonly variables: Variables;
}

export interface MachineIncident {
  readonly key: Key;
  readonly type: IncidentType;
  readonly message: string;
  readonly elementId: string;
  readonly elementInstanceKey: Key;
  readonly processInstanceKey: Key;
  /** `-1` if the incident has no job. */
  readonly jobKey: Key;
}

export interface MachineMessage {
  readonly key: Key;
  readonly name: string;
  readonly correlationKey: string;
  readonly messageId: string;
  readonly deadline: number;
  readonly variables: Variables;
}

/** The process instances that a conditional evaluation has started. */
export interface ConditionalEvaluation {
  readonly key: Key;
  readonly instances: readonly (ProcessMetadata & { readonly processInstanceKey: Key })[];
}

export interface MachineSignal {
  readonly key: Key;
  readonly name: string;
  readonly variables: Variables;
}

/** What has happened, in order. Each event is emitted after the step that caused it. */
export type EngineEvent =
  | { readonly kind: 'process:deployed'; readonly process: ProcessMetadata }
  | { readonly kind: 'instance:created'; readonly instance: MachineInstance }
  | { readonly kind: 'instance:completed'; readonly instance: MachineInstance }
  | { readonly kind: 'instance:terminated'; readonly instance: MachineInstance }
  | { readonly kind: 'instance:modified'; readonly instance: MachineInstance }
  | { readonly kind: 'element:activated'; readonly element: MachineElement }
  | { readonly kind: 'element:completed'; readonly element: MachineElement }
  | { readonly kind: 'element:terminated'; readonly element: MachineElement }
  | { readonly kind: 'flow:taken'; readonly flowId: string; readonly processInstanceKey: Key }
  /** A job is activatable: it is new, has timed out, has failed with retries left, its back-off is over, or its incident is resolved. */
  | { readonly kind: 'job:activatable'; readonly job: MachineJob }
  | { readonly kind: 'job:activated'; readonly job: MachineJob }
  | { readonly kind: 'job:completed'; readonly job: MachineJob; readonly variables: Variables }
  | { readonly kind: 'job:failed'; readonly job: MachineJob }
  | { readonly kind: 'job:errorThrown'; readonly job: MachineJob; readonly code: string }
  | { readonly kind: 'job:cancelled'; readonly job: MachineJob }
  | { readonly kind: 'userTask:created'; readonly userTask: MachineUserTask }
  | { readonly kind: 'userTask:assigned'; readonly userTask: MachineUserTask }
  | { readonly kind: 'userTask:updated'; readonly userTask: MachineUserTask }
  | { readonly kind: 'userTask:completed'; readonly userTask: MachineUserTask; readonly variables: Variables }
  | { readonly kind: 'userTask:cancelled'; readonly userTask: MachineUserTask }
  | { readonly kind: 'decision:evaluated'; readonly evaluation: MachineDecisionEvaluation }
  | { readonly kind: 'decision:failed'; readonly evaluation: MachineDecisionEvaluation }
  /** A listener has denied a change: the task is as before. */
  | {
      readonly kind: 'userTask:denied';
      readonly userTask: MachineUserTask;
      readonly event: ListenerEvent;
      readonly reason: string;
    }
  | { readonly kind: 'incident:created'; readonly incident: MachineIncident }
  | { readonly kind: 'incident:resolved'; readonly incident: MachineIncident }
  | { readonly kind: 'message:published'; readonly message: MachineMessage }
  | {
      readonly kind: 'message:correlated';
      readonly message: MachineMessage;
      readonly processInstanceKey: Key;
      readonly elementId: string;
    }
  | { readonly kind: 'message:expired'; readonly message: MachineMessage }
  | { readonly kind: 'signal:broadcast'; readonly signal: MachineSignal }
  | { readonly kind: 'timer:triggered'; readonly elementId: string; readonly processInstanceKey: Key };

/** The answer to the creation of a process instance. */
export interface CreatedInstance extends ProcessMetadata {
  readonly processInstanceKey: Key;
  /** Absent without tags. */
  readonly tags?: readonly string[];
  readonly businessId?: string;
}

/** Options of `createMachine`. */
export interface MachineOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Called synchronously for each event. Without it, no events are created. */
  readonly onEvent?: (event: EngineEvent) => void;
  /** How many ended process instances, and how many evaluations of decisions, are kept. Default: 10,000. */
  readonly keepEnded?: number;
  /** What expressions read as `camunda.vars.cluster` and `camunda.vars.env`. */
  readonly clusterVariables?: Variables;
}

/** How a job failed. */
export interface JobFailure {
  /** Attempts left. */
  readonly retries: number;
  readonly errorMessage: string;
  /** Milliseconds until the next attempt. */
  readonly backoff: number;
  readonly variables: Variables;
}

/** The BPMN error that a job throws. */
export interface JobError {
  readonly code: string;
  readonly errorMessage: string;
  readonly variables: Variables;
}

/**
 * The state machine of the engine: synchronous, without I/O, timers and promises. Each command runs until no step is
 * left. If it is rejected, it throws a `rejection` fault with {@link RejectionCode}, intent and reason. Time passes only
 * through `advance`.
 */
export interface Machine {
  deploy(resources: readonly CompiledResource[]): Deployment;
  createInstance(
    request: CreateOptions & {
      readonly bpmnProcessId?: string;
      /** -1: latest. */
      readonly version?: number;
      readonly processDefinitionKey?: Key;
      readonly variables?: Variables;
    },
  ): CreatedInstance;
  cancelInstance(key: Key): void;
  modifyInstance(key: Key, modification: Modification): void;
  activateJobs(request: {
    readonly type: string;
    readonly worker: string;
    readonly timeout: number;
    readonly maxJobs: number;
    readonly fetchVariables: readonly string[];
    /** Jobs that must not be activated yet. A younger job does not overtake them. */
    readonly isHeld?: ((key: Key) => boolean) | undefined;
  }): readonly MachineActivatedJob[];
  /** Activates one job, if it is activatable, to push it to a stream. */
  activateJob(
    key: Key,
    request: { readonly worker: string; readonly timeout: number; readonly fetchVariables: readonly string[] },
  ): MachineActivatedJob | undefined;
  /** Makes a job that was not delivered activatable again, with unchanged retries. */
  returnJob(key: Key): void;
  completeJob(key: Key, variables: Variables, result?: JobResult): void;
  failJob(key: Key, failure: JobFailure): void;
  throwError(key: Key, error: JobError): void;
  updateJobRetries(key: Key, retries: number): void;
  updateJobTimeout(key: Key, timeout: number): void;
  assignUserTask(key: Key, assignee: string, allowOverride: boolean): void;
  unassignUserTask(key: Key): void;
  updateUserTask(key: Key, changes: UserTaskChanges): void;
  completeUserTask(key: Key, variables: Variables): void;
  publishMessage(message: {
    readonly name: string;
    readonly correlationKey: string;
    readonly messageId: string;
    readonly timeToLive: number;
    readonly variables: Variables;
  }): Key;
  broadcastSignal(name: string, variables: Variables): Key;
  evaluateConditional(request: {
    /** Default: the latest versions of all processes. */
    readonly processDefinitionKey?: Key;
    readonly variables: Variables;
  }): ConditionalEvaluation;
  /** By id, in the latest version, or by key. If there are both, the id counts. */
  evaluateDecision(request: {
    readonly decisionId?: string;
    readonly decisionKey?: Key;
    readonly variables: Variables;
  }): MachineDecisionEvaluation;
  setVariables(elementInstanceKey: Key, variables: Variables, local: boolean): Key;
  /** Tells whether listeners are being called for a change of the variables of a user task's element. */
  isUpdating(elementInstanceKey: Key): boolean;
  resolveIncident(key: Key): void;
  /** The next due time of a timer, deadline, back-off or expiry; undefined if there is none. */
  nextDue(): number | undefined;
  /** Fires everything that is due at `now()`, in the order of due times. */
  advance(): void;
  instance(key: Key): MachineInstance | undefined;
  instances(): readonly MachineInstance[];
  elements(processInstanceKey: Key): readonly MachineElement[];
  jobs(): readonly MachineJob[];
  userTasks(): readonly MachineUserTask[];
  /** The decisions that were evaluated last, oldest first. */
  decisionInstances(): readonly MachineDecisionInstance[];
  incidents(): readonly MachineIncident[];
  messages(): readonly MachineMessage[];
  /** The complete state as JSON data (bigint values as tagged text), for `createMachine`. */
  snapshot(): MachineSnapshot;
}

/** Plain data. Before it is restored, its resources must be compiled again. */
export interface MachineSnapshot {
  readonly format: 1;
  readonly resources: readonly { readonly name: string; readonly base64: string }[];
  readonly state: Json;
}

/** Creates a machine: empty, or from a snapshot and its resources, compiled again in the same order. */
export type CreateMachine = (
  options: MachineOptions,
  from?: { readonly snapshot: MachineSnapshot; readonly resources: readonly CompiledResource[] },
) => Machine;
