import type { Fault } from '../common/fault.ts';
import type { DocumentStore } from '../connector/document.ts';
import type { JobKind, ListenerEvent, UserTaskProperties } from '../connector/job-kinds.ts';
import type { UserTaskCorrections } from '../connector/job-results.ts';
import type { JsonText } from '../connector/types.ts';

/** A job as the cluster sends it. `variables` and `customHeaders` are JSON text. */
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
  /** When the worker loses the job; milliseconds since the epoch. */
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
  /** Proves that a command comes from this activation. Only if the job was activated with a lease. */
  readonly leaseToken?: string;
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

/** The tenants whose jobs a request is for. */
export interface TenantSelection {
  /** Ids of tenants, all of which the client must be allowed to use. Default: those of the connection. */
  readonly tenantIds?: readonly string[];
  /**
   * `PROVIDED`: the tenants in `tenantIds`. `ASSIGNED`: all tenants of the client, whatever `tenantIds` contains; this needs a
   * cluster of version 8.9. Default: `PROVIDED` with `tenantIds`, otherwise as the connection.
   */
  readonly tenantFilter?: 'PROVIDED' | 'ASSIGNED';
}

/** Which jobs to activate. */
export interface ActivateRequest extends TenantSelection {
  readonly type: string;
  readonly worker: string;
  /** Milliseconds after which the cluster assigns a job to another worker. */
  readonly timeout: number;
  readonly maxJobs: number;
  /** Milliseconds that the cluster may wait for a job; negative: answer at once. */
  readonly requestTimeout: number;
  /** Names of the variables to send; all if absent. */
  readonly fetchVariables?: readonly string[];
  /**
   * Activates the jobs with a lease: each has a token, without which the cluster refuses commands for it. Needs a cluster of
   * version 8.10; with an older one, the call is rejected.
   */
  readonly withLease?: boolean;
}

/** A command for a job that may have a lease. */
interface JobCommand {
  readonly jobKey: string;
  /** The token of the job, if it has one. */
  readonly leaseToken?: string;
}

/** A change on the cluster, as data. Durations are in milliseconds. */
export type Command =
  | (JobCommand & {
      readonly kind: 'completeJob';
      readonly variables: JsonText;
      /** Needs a gateway of version 8.8; an older one gets no command, and the call is rejected. */
      readonly result?: JobResultCommand;
    })
  | (JobCommand & {
      readonly kind: 'failJob';
      readonly retries: number;
      readonly backoff: number;
      readonly message: string;
      readonly variables: JsonText;
    })
  | (JobCommand & {
      readonly kind: 'throwError';
      readonly code: string;
      readonly message: string;
      readonly variables: JsonText;
    })
  | (JobCommand & {
      /** Sets how long an activated job stays with its worker, from now on. */
      readonly kind: 'updateJobTimeout';
      readonly timeout: number;
    })
  | (JobCommand & {
      /** Sets the priority of a job. Needs a cluster of version 8.10. */
      readonly kind: 'updateJobPriority';
      readonly priority: number;
    })
  | {
      /** Sets variables in the scope of an element instance: with `local` in this scope, otherwise where each name exists. */
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
      /** The tenant in which processes wait for the message. Default: the tenant of the connection. */
      readonly tenantId?: string;
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
   * - `transient`: another attempt may succeed (outage, back-pressure, time limit);
   * - `rejected`: the cluster understood the call and rejected it;
   * - `credentials`: the token server or the gateway rejected the client;
   * - `certificate`: TLS could not be established;
   * - `aborted`: the call's signal fired, or the connection is closed.
   */
  readonly reason: 'transient' | 'rejected' | 'credentials' | 'certificate' | 'aborted';
  /** Milliseconds after which the other side wants to be asked again, if it said so. */
  readonly retryAfter?: number;
}

/** The cluster's description of itself. */
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

/** Whom the cluster takes a client for. */
export interface Identity {
  readonly username: string;
  /** The tenants that the client may use. */
  readonly tenantIds: readonly string[];
}

/** Why a cluster does not resolve a reference to one of its secrets. */
export type SecretRefusal = 'NOT_FOUND' | 'ACCESS_DENIED' | 'INVALID_REFERENCE' | 'UNREADABLE';

/** References to secrets of the cluster, resolved where that was possible. */
export interface ResolvedSecrets {
  readonly values: ReadonlyMap<string, string>;
  readonly refused: ReadonlyMap<string, SecretRefusal>;
}

/** A file to deploy. */
export interface Resource {
  /** File name with its extension, e.g. `order.bpmn`. */
  readonly name: string;
  readonly content: Uint8Array;
}

/** A deployed process. */
export interface DeployedProcess {
  readonly bpmnProcessId: string;
  readonly version: number;
  readonly processDefinitionKey: string;
  readonly resourceName: string;
}

/** A process instance to start. */
export interface CreateInstanceRequest {
  readonly bpmnProcessId: string;
  /** Default: the latest version. */
  readonly version?: number;
  readonly variables?: JsonText;
  /** At most 10, each of up to 100 letters, digits and `_-:.`, from a letter on. Needs a cluster of version 8.8. */
  readonly tags?: readonly string[];
  /** From 1 to 256 characters. Needs a cluster of version 8.9. */
  readonly businessId?: string;
  /** Default: the tenant of the connection. */
  readonly tenantId?: string;
}

/** A started process instance. */
export interface CreatedInstance {
  readonly processInstanceKey: string;
  readonly processDefinitionKey: string;
  readonly bpmnProcessId: string;
  readonly version: number;
  /** Absent without tags. */
  readonly tags?: readonly string[];
  readonly businessId?: string;
}

/** A message for an instance that waits for it now, or for a message start event. It is not kept. */
export interface CorrelateRequest {
  readonly name: string;
  /** Empty: only for message start events. */
  readonly correlationKey: string;
  readonly variables: JsonText;
  /** Default: the tenant of the connection. */
  readonly tenantId?: string;
}

/** A correlated message. */
export interface CorrelatedMessage {
  readonly messageKey: string;
  /** The first instance that took it. */
  readonly processInstanceKey: string;
}

/** Options of one call. */
export interface CallOptions {
  /** Aborts the call, which then rejects with the reason `aborted`. */
  readonly signal?: AbortSignal | undefined;
  /** Time limit in milliseconds. The call then rejects with `DEADLINE_EXCEEDED`, reason `transient`. */
  readonly timeout?: number;
}

/** Options of a request for jobs. */
export interface ActivateOptions extends CallOptions {
  /**
   * Takes jobs as soon as they arrive; the call resolves with those that this function has not had. A gateway sends the jobs of each
   * partition when it has them, so the first ones need not wait for the others. Over REST, all jobs arrive at once, and the function is
   * not called. It can also be called after the call has ended, e.g. by its time limit: jobs may have been on their way.
   */
  readonly arrived?: ((jobs: readonly ActivatedJob[]) => void) | undefined;
}

/** Options of a deployment. */
export interface DeployOptions extends CallOptions {
  /** The tenant that gets the files. Default: the tenant of the connection. */
  readonly tenantId?: string | undefined;
}

/** Which jobs to push as soon as they become available. */
export type StreamRequest = Pick<ActivateRequest, 'type' | 'worker' | 'timeout' | 'fetchVariables' | 'withLease'> &
  TenantSelection;

/** The callbacks of a stream of jobs. */
export interface StreamListener {
  /** The gateway has confirmed the stream. Some gateways do so only with the first job. */
  opened(): void;
  job(job: ActivatedJob): void;
  /** The stream has ended. Called exactly once, also after `close`. */
  ended(error: ConnectionFault): void;
}

/** An open stream of jobs. */
export interface JobStream {
  /** Stops reading, so that the gateway stops sending. Jobs that it has sent wait in buffers while their timeout runs. */
  pause(): void;
  resume(): void;
  /** Ends the stream. The cluster assigns jobs that are still on their way again after their timeout. */
  close(): void;
}

/**
 * A connection to a cluster: jobs in, commands out. A function that fails rejects with a {@link ConnectionFault}. A
 * connection does not repeat calls, because the runtime decides when to try again. The only exception is a call that the
 * gateway rejected because its access token had expired: it is sent once more with a new token.
 *
 * @example
 * const connection = createConnection({ type: 'INSECURE', hostname: 'localhost' });
 * const { processInstanceKey } = await connection.createInstance({ bpmnProcessId: 'order', variables: '{"id":7}' });
 * await connection.close();
 */
export interface Connection {
  /** For log lines, e.g. `grpc://localhost:26500`. Contains no secret. */
  readonly address: string;
  /**
   * What the log should say once about the settings: those without effect, proxies, credentials in plain text. The runtime
   * logs them as it starts. Contains no secret.
   */
  readonly notices?: readonly string[];
  /**
   * Milliseconds for which the runtime lets the cluster hold a request for jobs, if it polls. Absent: the runtime's own
   * choice.
   */
  readonly holdTime?: number;
  /**
   * The tenants whose jobs are requested by a request that names none; no ids: the tenant `<default>`. The runtime checks at its
   * start that the cluster allows the client to use them. Absent: unknown, so nothing is checked.
   */
  readonly tenants?: Required<TenantSelection>;
  /** Describes the cluster. */
  topology(options?: CallOptions): Promise<Topology>;
  /**
   * Asks whom the cluster takes this client for, which checks its credentials. Only where the REST API is known; it needs
   * Camunda 8.8.
   */
  identity?(options?: CallOptions): Promise<Identity>;
  /**
   * Resolves references such as `camunda.secrets.NAME` to secrets of the cluster. Only where the REST API is known; it needs
   * Camunda 8.10.
   */
  resolveSecrets?(references: readonly string[], options?: CallOptions): Promise<ResolvedSecrets>;
  /**
   * Stores, reads, links and deletes documents. They need the REST API: on a connection that knows only gRPC, every call
   * rejects and says so. Absent: connectors have no documents.
   */
  readonly documents?: DocumentStore;
  /** Activates jobs. Resolves with no jobs if the request timeout has passed. */
  activateJobs(request: ActivateRequest, options?: ActivateOptions): Promise<readonly ActivatedJob[]>;
  /**
   * Makes the cluster push jobs as soon as they become available; jobs that already wait are for `activateJobs`. The runtime
   * polls a connection without this function.
   */
  streamJobs?(request: StreamRequest, listener: StreamListener): JobStream;
  /** Sends a command and resolves when the cluster has accepted it. */
  send(command: Command, options?: CallOptions): Promise<void>;
  /**
   * Correlates a message at once, and rejects with `NOT_FOUND` if nobody waits for it. Repeating a call whose answer was lost may
   * reach another instance. Only where the REST API is known.
   */
  correlateMessage?(request: CorrelateRequest, options?: CallOptions): Promise<CorrelatedMessage>;
  /** Deploys files. Resolves with the processes in them. */
  deploy(resources: readonly Resource[], options?: DeployOptions): Promise<readonly DeployedProcess[]>;
  /** Starts a process instance. */
  createInstance(request: CreateInstanceRequest, options?: CallOptions): Promise<CreatedInstance>;
  /** Starts a process instance and resolves with its variables when it has completed, 60 seconds later at most by default. */
  createInstanceWithResult(
    request: CreateInstanceRequest,
    options?: CallOptions,
  ): Promise<CreatedInstance & { readonly variables: JsonText }>;
  /** Aborts all calls and lets the process exit. Later calls reject with the reason `aborted`. */
  close(): Promise<void>;
}
