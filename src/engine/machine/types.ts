import type { ProcessModel } from '../model/types.ts';

/** A JSON value; integers beyond 2^53 are bigint. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | { readonly [name: string]: Json };

/** Variables by name. */
export type Variables = Readonly<Record<string, Json>>;

/** Keys of the engine are int64; inside and at the edges of TypeScript they are decimal strings. */
export type Key = string;

/** Zeebe's rejection types with the command's intent; the gateway turns them into a gRPC status. */
export type RejectionCode = 'INVALID_ARGUMENT' | 'NOT_FOUND' | 'ALREADY_EXISTS' | 'INVALID_STATE' | 'PROCESSING_ERROR';

export type JobState = 'ACTIVATABLE' | 'ACTIVATED' | 'FAILED' | 'ERROR_THROWN';

export type InstanceState = 'ACTIVE' | 'COMPLETED' | 'TERMINATED';

export type ElementState = 'ACTIVATING' | 'ACTIVE' | 'COMPLETING' | 'COMPLETED' | 'TERMINATED';

export type IncidentType =
  | 'JOB_NO_RETRIES'
  | 'UNHANDLED_ERROR_EVENT'
  | 'IO_MAPPING_ERROR'
  | 'CONDITION_ERROR'
  | 'EXTRACT_VALUE_ERROR'
  | 'MESSAGE_SIZE_EXCEEDED'
  | 'UNKNOWN';

/** A file that compiled. */
export interface CompiledResource {
  readonly name: string;
  readonly content: Uint8Array;
  readonly processes: readonly ProcessModel[];
}

export interface ProcessMetadata {
  readonly bpmnProcessId: string;
  readonly version: number;
  readonly processDefinitionKey: Key;
  readonly resourceName: string;
}

export interface Deployment {
  readonly deploymentKey: Key;
  readonly processes: readonly ProcessMetadata[];
}

export interface MachineJob {
  readonly key: Key;
  readonly type: string;
  readonly state: JobState;
  readonly processInstanceKey: Key;
  readonly bpmnProcessId: string;
  readonly processDefinitionVersion: number;
  readonly processDefinitionKey: Key;
  readonly elementId: string;
  readonly elementInstanceKey: Key;
  readonly headers: Readonly<Record<string, string>>;
  readonly retries: number;
  readonly worker: string;
  /** Milliseconds since the epoch; 0 while not activated. */
  readonly deadline: number;
  readonly errorMessage: string;
}

/** A job as it is handed to a worker: a deep copy of the variables goes with it. */
export interface MachineActivatedJob extends MachineJob {
  readonly variables: Variables;
}

export interface MachineInstance {
  readonly key: Key;
  readonly bpmnProcessId: string;
  readonly version: number;
  readonly processDefinitionKey: Key;
  readonly state: InstanceState;
  /** Variables of the root scope; after the end, those at the end. */
  readonly variables: Variables;
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
  /** `-1` when no job is concerned. */
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

/** What happened, in order. Emitted after the step that caused it. */
export type EngineEvent =
  | { readonly kind: 'process:deployed'; readonly process: ProcessMetadata }
  | { readonly kind: 'instance:created'; readonly instance: MachineInstance }
  | { readonly kind: 'instance:completed'; readonly instance: MachineInstance }
  | { readonly kind: 'instance:terminated'; readonly instance: MachineInstance }
  | { readonly kind: 'element:activated'; readonly element: MachineElement }
  | { readonly kind: 'element:completed'; readonly element: MachineElement }
  | { readonly kind: 'element:terminated'; readonly element: MachineElement }
  | { readonly kind: 'flow:taken'; readonly flowId: string; readonly processInstanceKey: Key }
  /** A job became activatable: created, timed out, failed with retries, back-off over, incident resolved. */
  | { readonly kind: 'job:activatable'; readonly job: MachineJob }
  | { readonly kind: 'job:activated'; readonly job: MachineJob }
  | { readonly kind: 'job:completed'; readonly job: MachineJob; readonly variables: Variables }
  | { readonly kind: 'job:failed'; readonly job: MachineJob }
  | { readonly kind: 'job:errorThrown'; readonly job: MachineJob; readonly code: string }
  | { readonly kind: 'job:cancelled'; readonly job: MachineJob }
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
  | { readonly kind: 'timer:triggered'; readonly elementId: string; readonly processInstanceKey: Key };

/** Options of `createMachine`. */
export interface MachineOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Called synchronously for each event; absent: events are not built at all. */
  readonly onEvent?: (event: EngineEvent) => void;
  /** How many ended process instances are kept for inspection; older ones are forgotten. Default: 10,000. */
  readonly keepEnded?: number;
}

/**
 * The engine's state machine: synchronous, without I/O, timers or promises. Each function runs one command until
 * no step is left, and throws a `rejection` fault ({@link RejectionCode}, intent, reason) when the command is
 * refused. Time passes only through `advance`.
 */
export interface Machine {
  deploy(resources: readonly CompiledResource[]): Deployment;
  createInstance(request: {
    readonly bpmnProcessId?: string;
    /** -1: latest. */
    readonly version?: number;
    readonly processDefinitionKey?: Key;
    readonly variables?: Variables;
  }): ProcessMetadata & { readonly processInstanceKey: Key };
  cancelInstance(key: Key): void;
  activateJobs(request: {
    readonly type: string;
    readonly worker: string;
    readonly timeout: number;
    readonly maxJobs: number;
    readonly fetchVariables: readonly string[];
  }): readonly MachineActivatedJob[];
  /** Activates one named job if it is still activatable (for pushing it to a stream). */
  activateJob(
    key: Key,
    request: { readonly worker: string; readonly timeout: number; readonly fetchVariables: readonly string[] },
  ): MachineActivatedJob | undefined;
  /** Gives a job back that could not be delivered: activatable again, retries unchanged. */
  returnJob(key: Key): void;
  completeJob(key: Key, variables: Variables): void;
  failJob(
    key: Key,
    failure: {
      readonly retries: number;
      readonly errorMessage: string;
      readonly backoff: number;
      readonly variables: Variables;
    },
  ): void;
  throwError(
    key: Key,
    error: { readonly code: string; readonly errorMessage: string; readonly variables: Variables },
  ): void;
  updateJobRetries(key: Key, retries: number): void;
  updateJobTimeout(key: Key, timeout: number): void;
  publishMessage(message: {
    readonly name: string;
    readonly correlationKey: string;
    readonly messageId: string;
    readonly timeToLive: number;
    readonly variables: Variables;
  }): Key;
  setVariables(elementInstanceKey: Key, variables: Variables, local: boolean): Key;
  resolveIncident(key: Key): void;
  /** Due time of the next timer, deadline, back-off or expiry; undefined when nothing waits for time. */
  nextDue(): number | undefined;
  /** Fires everything due by `now()`, in due order. */
  advance(): void;
  instance(key: Key): MachineInstance | undefined;
  instances(): readonly MachineInstance[];
  elements(processInstanceKey: Key): readonly MachineElement[];
  jobs(): readonly MachineJob[];
  incidents(): readonly MachineIncident[];
  messages(): readonly MachineMessage[];
  /** The whole state as JSON-able data (bigint values as tagged text); feeds `createMachine` again. */
  snapshot(): MachineSnapshot;
}

/** Plain data; the resources in it have to be compiled again before it is loaded. */
export interface MachineSnapshot {
  readonly format: 1;
  readonly resources: readonly { readonly name: string; readonly base64: string }[];
  readonly state: Json;
}

/** Makes a machine, empty or from a snapshot with its resources compiled again in the same order. */
export type CreateMachine = (
  options: MachineOptions,
  from?: { readonly snapshot: MachineSnapshot; readonly resources: readonly CompiledResource[] },
) => Machine;
