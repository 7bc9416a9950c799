import type { Fault } from '../common/fault.ts';
import type { JobKind, ListenerEvent, UserTaskProperties } from '../connector/job-kinds.ts';
import type { UserTaskCorrections } from '../connector/job-results.ts';
import type { JsonText } from '../connector/types.ts';

/** A job as the cluster hands it out: `variables` and `customHeaders` are still JSON text. */
export interface ActivatedJob {
  readonly key: string;
  readonly type: string;
  readonly processInstanceKey: string;
  readonly bpmnProcessId: string;
  readonly processDefinitionVersion: number;
  readonly processDefinitionKey: string;
  readonly elementId: string;
  readonly elementInstanceKey: string;
  readonly customHeaders: JsonText;
  readonly worker: string;
  readonly retries: number;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  readonly variables: JsonText;
  readonly tenantId: string;
  /** `BPMN_ELEMENT` for every job of a cluster before 8.8. */
  readonly kind: JobKind;
  /** For a listener's job only. */
  readonly listenerEvent?: ListenerEvent | undefined;
  /** For a task listener's job only. */
  readonly userTask?: UserTaskProperties | undefined;
  readonly tags: readonly string[];
}

/** The decision that completes a job of an ad-hoc sub-process or of a user task listener. */
export type JobResultCommand =
  | {
      readonly type: 'adHocSubProcess';
      readonly activateElements: readonly { readonly elementId: string; readonly variables: JsonText }[];
      readonly completionConditionFulfilled: boolean;
      readonly cancelRemainingInstances: boolean;
    }
  | {
      readonly type: 'userTask';
      readonly denied: boolean;
      readonly deniedReason?: string;
      readonly corrections?: UserTaskCorrections;
    };

/** What to activate. */
export interface ActivateRequest {
  readonly type: string;
  readonly worker: string;
  /** Milliseconds that the worker owns each job. */
  readonly timeout: number;
  readonly maxJobs: number;
  /** Milliseconds that the cluster may hold the request while no job is there; negative: answer at once. */
  readonly requestTimeout: number;
  /** Names of the variables to send; none: all. */
  readonly fetchVariables?: readonly string[];
}

/** Everything that changes something on the cluster, as data. Durations in milliseconds. */
export type Command =
  | {
      readonly kind: 'completeJob';
      readonly jobKey: string;
      readonly variables: JsonText;
      /** Needs a gateway of version 8.8; an older one gets no command, and the call is rejected. */
      readonly result?: JobResultCommand;
    }
  | {
      readonly kind: 'failJob';
      readonly jobKey: string;
      readonly retries: number;
      readonly backoff: number;
      readonly message: string;
      readonly variables: JsonText;
    }
  | {
      readonly kind: 'throwError';
      readonly jobKey: string;
      readonly code: string;
      readonly message: string;
      readonly variables: JsonText;
    }
  | {
      /** Leaves an activated job with its worker for so many milliseconds, counted from now. */
      readonly kind: 'updateJobTimeout';
      readonly jobKey: string;
      readonly timeout: number;
    }
  | {
      /** Sets the priority of a job. Needs a cluster of version 8.10. */
      readonly kind: 'updateJobPriority';
      readonly jobKey: string;
      readonly priority: number;
    }
  | {
      /** Writes variables into the scope of an element instance: into this one only, or to where each name lives. */
      readonly kind: 'setVariables';
      readonly elementInstanceKey: string;
      readonly local: boolean;
      readonly variables: JsonText;
    }
  | {
      readonly kind: 'publishMessage';
      readonly name: string;
      readonly correlationKey: string;
      readonly messageId: string;
      readonly timeToLive: number;
      readonly variables: JsonText;
    };

/** gRPC's status names. */
export type StatusName =
  | 'CANCELLED'
  | 'UNKNOWN'
  | 'INVALID_ARGUMENT'
  | 'DEADLINE_EXCEEDED'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'PERMISSION_DENIED'
  | 'RESOURCE_EXHAUSTED'
  | 'FAILED_PRECONDITION'
  | 'ABORTED'
  | 'OUT_OF_RANGE'
  | 'UNIMPLEMENTED'
  | 'INTERNAL'
  | 'UNAVAILABLE'
  | 'DATA_LOSS'
  | 'UNAUTHENTICATED';

/** Why a call to the cluster failed. */
export interface ConnectionFault extends Fault<'connection'> {
  readonly status: StatusName;
  /**
   * `transient`: may work when repeated (outage, back-pressure, time limit). `rejected`: the cluster understood and
   * refused. `credentials`: the token server or the gateway refused who we are. `certificate`: TLS could not be
   * agreed. `aborted`: the caller's own signal.
   */
  readonly reason: 'transient' | 'rejected' | 'credentials' | 'certificate' | 'aborted';
}

/** The cluster's own description of itself. */
export interface Topology {
  readonly gatewayVersion: string;
  /** Absent on a cluster before 8.9. */
  readonly clusterId?: string;
  readonly clusterSize: number;
  readonly partitionsCount: number;
  readonly brokers: readonly {
    readonly nodeId: number;
    readonly host: string;
    readonly port: number;
    readonly version: string;
    readonly partitions: readonly {
      readonly partitionId: number;
      readonly role: 'LEADER' | 'FOLLOWER' | 'INACTIVE';
      readonly health: 'HEALTHY' | 'UNHEALTHY' | 'DEAD';
    }[];
  }[];
}

/** A file to deploy. */
export interface Resource {
  /** File name with its extension, e.g. `order.bpmn`. */
  readonly name: string;
  readonly content: Uint8Array;
}

/** A process as it was deployed. */
export interface DeployedProcess {
  readonly bpmnProcessId: string;
  readonly version: number;
  readonly processDefinitionKey: string;
  readonly resourceName: string;
}

/** A process instance to start. */
export interface CreateInstanceRequest {
  readonly bpmnProcessId: string;
  /** Default: the latest. */
  readonly version?: number;
  readonly variables?: JsonText;
  /** At most 10, each of up to 100 letters, digits and `_-:.`, from a letter on. Needs a cluster of version 8.8. */
  readonly tags?: readonly string[];
  /** From 1 to 256 characters. Needs a cluster of version 8.9. */
  readonly businessId?: string;
}

/** A process instance that was started. */
export interface CreatedInstance {
  readonly processInstanceKey: string;
  readonly processDefinitionKey: string;
  readonly bpmnProcessId: string;
  readonly version: number;
  /** Absent without tags. */
  readonly tags?: readonly string[];
  readonly businessId?: string;
}

/** Per-call settings. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds after which the call counts as failed (`DEADLINE_EXCEEDED`, transient). */
  readonly timeout?: number;
}

/** Which jobs to push, as they become available from now on. */
export type StreamRequest = Pick<ActivateRequest, 'type' | 'worker' | 'timeout' | 'fetchVariables'>;

/** Who is told of what a stream brings. */
export interface StreamListener {
  /** The gateway has said that the stream is open. Not every gateway says so before the first job. */
  opened(): void;
  job(job: ActivatedJob): void;
  /** The stream is over, for this reason. Comes exactly once, also after `close`. */
  ended(error: ConnectionFault): void;
}

/** An open stream of jobs. */
export interface JobStream {
  /** Reads no more for now, so that the gateway stops sending. What is on its way waits, and its time runs. */
  pause(): void;
  resume(): void;
  /** Ends the stream. Jobs that were on their way come again when their time is over. */
  close(): void;
}

/**
 * The port to a cluster: jobs in, commands out. Every function rejects with a {@link ConnectionFault} and never
 * repeats a call by itself: when to try again is the runtime's decision. (A call that the gateway did not look at,
 * because the access token in it was no longer good, goes out once more with a new token.)
 */
export interface Connection {
  /** For log lines, e.g. `grpc://localhost:26500`. Holds no secret. */
  readonly address: string;
  topology(options?: CallOptions): Promise<Topology>;
  /** Resolves with the jobs handed out, or with none when the request timeout has passed. */
  activateJobs(request: ActivateRequest, options?: CallOptions): Promise<readonly ActivatedJob[]>;
  /**
   * Has jobs pushed, each as soon as it becomes available; those that wait already are for `activateJobs`. A connection
   * without it is polled.
   */
  streamJobs?(request: StreamRequest, listener: StreamListener): JobStream;
  send(command: Command, options?: CallOptions): Promise<void>;
  deploy(resources: readonly Resource[], options?: CallOptions): Promise<readonly DeployedProcess[]>;
  createInstance(request: CreateInstanceRequest, options?: CallOptions): Promise<CreatedInstance>;
  /** Resolves with the variables of the completed instance. `options.timeout` bounds the wait. */
  createInstanceWithResult(
    request: CreateInstanceRequest,
    options?: CallOptions,
  ): Promise<CreatedInstance & { readonly variables: JsonText }>;
  /** Ends all calls and lets the process exit. Calls after it reject with reason `aborted`. */
  close(): Promise<void>;
}
