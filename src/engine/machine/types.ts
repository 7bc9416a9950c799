import type { JobResult } from '../../connector/job-results.ts';
import type { RequirementsModel } from '../decisions/types.ts';
import type { ClusterVersion } from '../model/cluster-version.ts';
import type { FileModel, FormModel, ProcessModel } from '../model/types.ts';
import type {
  DecisionMetadata,
  DecisionRequirementsMetadata,
  MachineDecisionEvaluation,
  MachineDecisionFile,
  MachineDecisionInstance,
} from './decision-types.ts';
import type { EngineEvent } from './event-types.ts';
import type {
  DueItem,
  LostMessage,
  MachineJoin,
  MachineProcess,
  MachineResource,
  MachineSubscription,
  MachineTimer,
} from './look-in-types.ts';
import type {
  CreateOptions,
  JobActivation,
  JobError,
  JobFailure,
  JobsActivation,
  MigrationPlan,
  Modification,
} from './requests.ts';
import type { MachineUserTask, UserTaskChanges } from './task-types.ts';
import type { Json, Key, Variables } from './values.ts';
import type {
  FormMetadata,
  MachineActivatedJob,
  MachineElement,
  MachineIncident,
  MachineInstance,
  MachineJob,
  MachineMessage,
  ProcessMetadata,
  ResourceMetadata,
} from './view-types.ts';

export type {
  DecisionMetadata,
  DecisionRequirementsMetadata,
  MachineDecisionEvaluation,
  MachineDecisionFile,
  MachineDecisionInstance,
  MachineDecisionValue,
} from './decision-types.ts';
export type { EngineEvent, WorkEvent } from './event-types.ts';
export type {
  DueItem,
  LostMessage,
  MachineJoin,
  MachineProcess,
  MachineResource,
  MachineSubscription,
  MachineTimer,
  MachineVariable,
  ProcessElement,
  ProcessFlow,
  ProcessStart,
} from './look-in-types.ts';
export type {
  CreateOptions,
  JobActivation,
  JobError,
  JobFailure,
  JobsActivation,
  MigrationPlan,
  Modification,
  ModificationVariables,
  MoveInstruction,
} from './requests.ts';
export type {
  JobKind,
  JobUserTask,
  ListenerEvent,
  MachineUserTask,
  UserTaskChanges,
  UserTaskState,
} from './task-types.ts';
export type { Json, Key, Variables } from './values.ts';
export type {
  ElementState,
  FormMetadata,
  IncidentType,
  InstanceState,
  JobState,
  MachineActivatedJob,
  MachineElement,
  MachineIncident,
  MachineInstance,
  MachineJob,
  MachineMessage,
  MachineSignal,
  ProcessMetadata,
  ResourceMetadata,
} from './view-types.ts';

/** An element of an ad-hoc subprocess to activate, and the local variables of its activation. */
export interface ElementActivation {
  readonly elementId: string;
  readonly variables?: Variables | null;
}

/** Zeebe's rejection types. The gateway converts them to a gRPC status. */
export type RejectionCode =
  | 'INVALID_ARGUMENT'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'INVALID_STATE'
  | 'FORBIDDEN'
  | 'PROCESSING_ERROR';

/** A file with its compiled processes, with its form or its decisions, or one that is only stored. */
export interface CompiledResource {
  readonly name: string;
  readonly content: Uint8Array;
  readonly processes: readonly ProcessModel[];
  readonly form?: FormModel;
  readonly requirements?: RequirementsModel;
  readonly file?: FileModel;
}

export interface Deployment {
  readonly deploymentKey: Key;
  readonly processes: readonly ProcessMetadata[];
  readonly forms: readonly FormMetadata[];
  readonly decisions: readonly DecisionMetadata[];
  readonly decisionRequirements: readonly DecisionRequirementsMetadata[];
  /** All other files. */
  readonly resources: readonly ResourceMetadata[];
}

/** The process instances that a conditional evaluation has started. */
export interface ConditionalEvaluation {
  readonly key: Key;
  readonly instances: readonly (ProcessMetadata & { readonly processInstanceKey: Key })[];
}

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
  /** Whether all events are wanted at the moment. If not, only those of {@link WorkEvent} are created. Default: always. */
  readonly isListening?: () => boolean;
  /** How many ended process instances, and how many evaluations of decisions, are kept. Default: 10,000. */
  readonly keepEnded?: number;
  /** What expressions read as `camunda.vars.cluster` and `camunda.vars.env`. */
  readonly clusterVariables?: Variables;
  /** By tenant: what expressions read as `camunda.vars.tenant`, and rather than the others as `camunda.vars.env`. */
  readonly tenantVariables?: Readonly<Record<string, Variables>>;
  /** The secrets that input mappings refer to as `camunda.secrets.NAME`. Read whenever a job is handed out. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** The names of the variables of the cluster whose texts may refer to secrets. */
  readonly secretVariables?: readonly string[];
  /** Whether a process may have only one running instance with a business id. Default: false. */
  readonly uniqueBusinessIds?: boolean;
  /** The version of the cluster as which the machine behaves. Default: the newest. */
  readonly version?: ClusterVersion;
  /** From which all random numbers follow. A safe integer of at least 0. Default: that of the snapshot, or else 0. */
  readonly seed?: number;
}

/**
 * The state machine of the engine: synchronous, without I/O, timers and promises. Each command runs until no step is
 * left. If it is rejected, it throws a `rejection` fault with {@link RejectionCode}, intent and reason. Time passes only
 * through `advance`.
 */
export interface Machine {
  deploy(resources: readonly CompiledResource[], tenantId?: string): Deployment;
  deleteResource(key: Key): void;
  createInstance(
    request: CreateOptions & {
      readonly bpmnProcessId?: string;
      /** -1: latest. */
      readonly version?: number;
      readonly processDefinitionKey?: Key;
      readonly variables?: Variables;
      /** Default: the default tenant. */
      readonly tenantId?: string | undefined;
    },
  ): CreatedInstance;
  cancelInstance(key: Key): void;
  modifyInstance(key: Key, modification: Modification): void;
  migrateInstance(key: Key, plan: MigrationPlan): void;
  /** Gives a running root instance a business id, once. The same one again has no effect. */
  assignBusinessId(key: Key, businessId: string): void;
  activateJobs(request: JobsActivation): readonly MachineActivatedJob[];
  /** Activates one job, if it is activatable, to push it to a stream. */
  activateJob(key: Key, request: JobActivation): MachineActivatedJob | undefined;
  /** Makes a job that was not delivered activatable again, with unchanged retries. */
  returnJob(key: Key): void;
  /** @param businessId is assigned to the process instance of the job as well */
  completeJob(key: Key, variables: Variables, result?: JobResult, leaseToken?: string, businessId?: string): void;
  failJob(key: Key, failure: JobFailure): void;
  throwError(key: Key, error: JobError): void;
  updateJobRetries(key: Key, retries: number, leaseToken?: string): void;
  updateJobTimeout(key: Key, timeout: number, leaseToken?: string): void;
  updateJobPriority(key: Key, priority: number | undefined, leaseToken?: string): void;
  /** @param action what listeners see as the cause, as in the other commands on user tasks */
  assignUserTask(key: Key, assignee: string, allowOverride: boolean, action?: string): void;
  unassignUserTask(key: Key): void;
  updateUserTask(key: Key, changes: UserTaskChanges, action?: string): void;
  completeUserTask(key: Key, variables: Variables, action?: string): void;
  publishMessage(message: {
    readonly name: string;
    readonly correlationKey: string;
    readonly messageId: string;
    readonly timeToLive: number;
    readonly variables: Variables;
    readonly tenantId?: string | undefined;
    readonly businessId?: string | undefined;
  }): Key;
  /** Correlates a message now, or rejects it (NOT_FOUND) if nothing waits for it. */
  correlateMessage(message: {
    readonly name: string;
    readonly correlationKey: string;
    readonly variables: Variables;
    readonly tenantId?: string | undefined;
    readonly businessId?: string | undefined;
  }): { readonly messageKey: Key; readonly processInstanceKey: Key };
  broadcastSignal(name: string, variables: Variables, tenantId?: string): Key;
  evaluateConditional(request: {
    /** Default: the latest versions of all processes. */
    readonly processDefinitionKey?: Key;
    readonly variables: Variables;
    readonly tenantId?: string | undefined;
  }): ConditionalEvaluation;
  /** Evaluates a FEEL expression with variables, and with those that are visible in a scope. */
  evaluateExpression(request: {
    readonly expression: string;
    readonly variables: Variables;
    readonly scopeKey?: Key | undefined;
    readonly tenantId?: string | undefined;
  }): { readonly result: Json; readonly missing: readonly string[] };
  /** By id, in the latest version, or by key. If there are both, the id counts. */
  evaluateDecision(request: {
    readonly decisionId?: string;
    readonly decisionKey?: Key;
    readonly variables: Variables;
    readonly tenantId?: string | undefined;
  }): MachineDecisionEvaluation;
  setVariables(elementInstanceKey: Key, variables: Variables, local: boolean): Key;
  activateAdHocActivities(key: Key, activations: readonly ElementActivation[], cancelRemainingInstances: boolean): void;
  /** Tells whether listeners are being called for a change of the variables of a user task's element. */
  isUpdating(elementInstanceKey: Key): boolean;
  resolveIncident(key: Key): void;
  /** A random number in [0, 1), for choices outside the machine. */
  random(): number;
  /** The process instance of an element instance or of itself; undefined unless it is active. */
  instanceOf(key: Key): Key | undefined;
  /** The next due time of a timer, deadline, back-off or expiry; undefined if there is none. */
  nextDue(): number | undefined;
  /** What is due next and passes the test. */
  nextDueItem(test?: (item: DueItem) => boolean): DueItem | undefined;
  /** Fires a timer now, whatever its due time. Further repetitions keep their times. */
  fireTimer(key: Key): void;
  /** Fires everything that is due at `now()`, in the order of due times. */
  advance(): void;
  instance(key: Key): MachineInstance | undefined;
  instances(): readonly MachineInstance[];
  elements(processInstanceKey: Key): readonly MachineElement[];
  /** All jobs, or those of an active instance. The other lists are as well. */
  jobs(processInstanceKey?: Key): readonly MachineJob[];
  userTasks(processInstanceKey?: Key): readonly MachineUserTask[];
  /** The decisions that were evaluated last, oldest first. */
  decisionInstances(): readonly MachineDecisionInstance[];
  incidents(processInstanceKey?: Key): readonly MachineIncident[];
  messages(): readonly MachineMessage[];
  /** The latest messages that correlated with nothing, oldest first: at most 100. */
  lostMessages(): readonly LostMessage[];
  /** All open subscriptions: those of start events, then the others, oldest first. */
  subscriptions(processInstanceKey?: Key): readonly MachineSubscription[];
  /** All timers, in the order in which they fire. */
  timers(processInstanceKey?: Key): readonly MachineTimer[];
  /** The gateways of an active instance at which tokens wait for others. */
  joins(processInstanceKey: Key): readonly MachineJoin[];
  /** All versions of all processes. */
  processes(): readonly MachineProcess[];
  process(processDefinitionKey: Key): MachineProcess | undefined;
  /** All versions of all forms. */
  forms(): readonly FormMetadata[];
  /** All versions of all files that are neither processes nor decisions nor forms. */
  files(): readonly ResourceMetadata[];
  /** All versions of all DMN files. */
  decisionFiles(): readonly MachineDecisionFile[];
  /** The form of the start event of a process. */
  startForm(processDefinitionKey: Key): FormMetadata | undefined;
  /** The file of a process, a form, a DMN file, or any other file. */
  resource(key: Key): MachineResource | undefined;
  /** The complete state as JSON data (bigint values as tagged text), for `createMachine`. */
  snapshot(): MachineSnapshot;
  /**
   * The same, part by part. It is the state when the first part was asked for, whatever commands run between the parts. Until
   * the last part, or `return()`, the machine keeps a copy of each instance that changes.
   *
   * @param partSize how many values a part contains, about. Default: so many that a part takes a few milliseconds.
   */
  snapshotParts(partSize?: number): Generator<SnapshotPart, void, void>;
}

/** Plain data. Before it is restored, its resources must be compiled again. */
export interface MachineSnapshot {
  readonly format: 1;
  /** The time of processes when it was taken, in milliseconds since the epoch. Absent in snapshots of older versions. */
  readonly time?: number;
  readonly resources: readonly { readonly name: string; readonly base64: string }[];
  readonly state: Json;
}

/** One part of a snapshot: plain data, so small that it can be written as one line of a file. */
export interface SnapshotPart extends MachineSnapshot {
  /** Its place, from 0. */
  readonly part: number;
  readonly isLast: boolean;
}

/** Creates a machine: empty, or from a snapshot and its resources, compiled again in the same order. */
export type CreateMachine = (
  options: MachineOptions,
  from?: { readonly snapshot: MachineSnapshot; readonly resources: readonly CompiledResource[] },
) => Machine;
