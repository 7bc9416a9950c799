import type {
  Key,
  LostMessage,
  MachineElement,
  MachineIncident,
  MachineJob,
  MachineJoin,
  MachineMessage,
  MachineSubscription,
  MachineTimer,
  MachineUserTask,
} from '../machine/types.ts';

/** A worker that has asked for jobs. */
export interface KnownWorker {
  /** The job type. */
  readonly type: string;
  /** The name that the worker gives. */
  readonly worker: string;
  /** Whether it asks for jobs at the moment, by a stream or a poll. */
  readonly connected: boolean;
  /** The tenants of the jobs. Absent: only the default tenant. */
  readonly tenantIds?: readonly string[];
}

/**
 * Everything from which {@link explainWaits} explains waiting, as plain data: what the functions of an engine with the same
 * names return, for all instances or only for those of interest.
 */
export interface WaitFacts {
  /** The time of processes, in milliseconds since the epoch. */
  readonly now: number;
  readonly elements: readonly MachineElement[];
  readonly jobs: readonly MachineJob[];
  readonly userTasks: readonly MachineUserTask[];
  readonly incidents: readonly MachineIncident[];
  readonly subscriptions: readonly MachineSubscription[];
  readonly timers: readonly MachineTimer[];
  readonly joins: readonly MachineJoin[];
  readonly messages: readonly MachineMessage[];
  readonly lostMessages: readonly LostMessage[];
  /** Undefined if the workers are not known; then nothing is said about them. */
  readonly workers?: readonly KnownWorker[] | undefined;
}

/**
 * How two texts differ that are almost the same: in capital letters (`case`), in blanks (`blanks`), in quotation marks around
 * one of them (`quotes`), as two spellings of one number, such as 7 and 7.0 (`number`), in separators such as `-` and `_`
 * (`separators`), or in a letter or two (`spelling`). `other`: they have little in common.
 */
export type Difference = 'case' | 'blanks' | 'quotes' | 'number' | 'separators' | 'spelling' | 'other';

/** A message that almost fits a subscription. */
export interface MessageNearMiss {
  /**
   * `name`: the same correlation key, but another name. `correlationKey`: the same name, but another key. `both`: name and
   * key differ a little. `expired`: it fits, but could not correlate any more. `received`: it fits, but an instance of the
   * same process has received it, and each process receives a message once. `tenant`: it fits, but belongs to another
   * tenant than the instance.
   */
  readonly reason: 'name' | 'correlationKey' | 'both' | 'expired' | 'received' | 'tenant';
  /** How the name differs; absent if it does not. */
  readonly nameDifference?: Difference;
  /** How the correlation key differs; absent if it does not. */
  readonly keyDifference?: Difference;
  readonly messageKey: Key;
  readonly name: string;
  readonly correlationKey: string;
  readonly publishedAt: number;
  /** When it expires or has expired. */
  readonly expiresAt: number;
  /** Whether it is buffered and can still correlate. */
  readonly buffered: boolean;
  /** The tenants of the message and of the instance, with the reason `tenant`. */
  readonly tenants?: { readonly message: string; readonly instance: string };
}

/** A job type for which workers ask and that is almost the type of a job. */
export interface JobTypeNearMiss {
  readonly type: string;
  /** `tenant`: the same type, but of other tenants. */
  readonly difference: Exclude<Difference, 'other'> | 'tenant';
  /** For which tenants the worker asks, with the difference `tenant`. */
  readonly tenantIds?: readonly string[];
}

interface WaitBase {
  /** The element that waits; for a process instance, the id of the process. */
  readonly elementId: string;
  /** The name of the element; its id if it has none. */
  readonly elementName: string;
  readonly elementInstanceKey: Key;
  readonly processInstanceKey: Key;
  readonly bpmnProcessId: string;
}

/** An event that can occur while the element waits for something else: a boundary event or an event subprocess. */
interface EventWait extends WaitBase {
  /** The event: the element itself, a boundary event, an event after an event-based gateway, a start event. */
  readonly eventId: string;
  /** The name of the event; its id if it has none. */
  readonly eventName: string;
  /** Whether the element also continues without the event. */
  readonly optional: boolean;
}

/** What an element waits for. */
export type Wait =
  | (WaitBase & {
      readonly kind: 'incident';
      readonly incidentKey: Key;
      readonly incidentType: MachineIncident['type'];
      readonly message: string;
    })
  | (WaitBase & {
      readonly kind: 'job';
      readonly jobKey: Key;
      readonly jobType: string;
      readonly jobKind: MachineJob['kind'];
      /**
       * `ready`: a worker can activate it. `noWorker`: no worker has asked for its type. `notAsking`: a worker has, but none
       * does at the moment.
       * `held`: a worker has it, until `until`. `backoff`: it has failed and is activatable again at `until`.
       */
      readonly state: 'ready' | 'noWorker' | 'notAsking' | 'held' | 'backoff';
      /** The worker that has it, or the name of one that asked for its type. */
      readonly worker?: string;
      readonly until?: number;
      readonly retries: number;
      readonly errorMessage: string;
      readonly nearMisses: readonly JobTypeNearMiss[];
    })
  | (EventWait & {
      readonly kind: 'message';
      readonly name: string;
      readonly correlationKey: string;
      readonly nearMisses: readonly MessageNearMiss[];
    })
  | (EventWait & { readonly kind: 'signal'; readonly name: string })
  | (EventWait & { readonly kind: 'condition'; readonly expression: string })
  | (EventWait & { readonly kind: 'timer'; readonly timerKey: Key; readonly due: number; readonly repetitions: number })
  | (WaitBase & {
      readonly kind: 'userTask';
      readonly userTaskKey: Key;
      readonly assignee: string | null;
      readonly candidateGroups: readonly string[];
      readonly candidateUsers: readonly string[];
    })
  /** A call activity waits for the instance that it has started. */
  | (WaitBase & {
      readonly kind: 'instance';
      readonly calledProcessInstanceKey: Key;
      /** What the called instance waits for. Empty if its elements are not among the facts. */
      readonly waits: readonly Wait[];
    })
  /** Nothing runs in an ad-hoc subprocess: it waits for one of its elements to be activated. */
  | (WaitBase & { readonly kind: 'activation' })
  /** A token waits at a gateway for the tokens of other flows. */
  | (WaitBase & { readonly kind: 'join'; readonly arrived: readonly string[]; readonly missing: readonly string[] });
