import type { Json, Key } from './values.ts';

/** A version of a process, with what a diagram or a coverage report counts. */
export interface MachineProcess {
  readonly bpmnProcessId: string;
  readonly version: number;
  readonly processDefinitionKey: Key;
  readonly resourceName: string;
  /** The name of the process; its id if it has none. */
  readonly name: string;
  /** Absent unless the process belongs to the runtime and not to the user; see `isInternalProcess`. */
  readonly internal?: true;
  /** Absent for the default tenant. */
  readonly tenantId?: string;
  /** Absent without one. */
  readonly versionTag?: string;
  /** Set when the version is deleted. Instances of it can still exist. */
  readonly deleted?: true;
  /** All flow nodes, also those in subprocesses. */
  readonly elements: readonly ProcessElement[];
  readonly flows: readonly ProcessFlow[];
  readonly names: ProcessNames;
  /** How instances begin: the start events of the process itself, in the order of the file. */
  readonly starts: readonly ProcessStart[];
}

/** A start event of a process. */
export interface ProcessStart {
  readonly elementId: string;
  /** `none`: commands start it, such as `createInstance`, and call activities. */
  readonly kind: 'none' | 'message' | 'signal' | 'timer' | 'condition';
  /** The name of the message or signal; one that begins with `=` is a FEEL expression. Absent for the others. */
  readonly name?: string;
}

/** The names that a process uses for what is outside of it. One that begins with `=` is a FEEL expression. */
export interface ProcessNames {
  /** Of its jobs, also of those of listeners. */
  readonly jobTypes: readonly string[];
  /** Names of the messages for which its events wait. */
  readonly messages: readonly string[];
  /** Ids of the decisions of its business rule tasks. */
  readonly decisions: readonly string[];
}

/** A flow node in the file of a process. */
export interface ProcessElement {
  readonly id: string;
  /** The name of the element; its id if it has none. */
  readonly name: string;
  /** As in `MachineElement`. */
  readonly kind: string;
  /** What it is in the file, as the REST API names it, e.g. `SERVICE_TASK`. */
  readonly type: string;
  /** The id of the process or subprocess around it. */
  readonly scope: string;
  /** `zeebe:properties`. Absent if it has none. */
  readonly properties?: Readonly<Record<string, string>>;
}

/** A sequence flow in the file of a process. */
export interface ProcessFlow {
  readonly id: string;
  readonly source: string;
  readonly target: string;
}

/** An open subscription: an event that waits for a message, a signal or a condition. */
export interface MachineSubscription {
  readonly kind: 'message' | 'signal' | 'condition';
  /** Absent for the start event of a process. */
  readonly key?: Key;
  /** The name of the message or signal; the expression of the condition. */
  readonly name: string;
  /** Absent for signals, conditions and start events of processes. */
  readonly correlationKey?: string;
  /** The event that waits. */
  readonly elementId: string;
  /** The name of the event; its id if it has none. */
  readonly elementName: string;
  /**
   * The element that waits: the event itself, the activity to which it is attached, the event-based gateway before it, or
   * the scope of its event subprocess. Absent for the start event of a process.
   */
  readonly elementInstanceKey?: Key;
  /** Absent for the start event of a process. */
  readonly processInstanceKey?: Key;
  readonly bpmnProcessId: string;
  readonly processDefinitionKey: Key;
  /** Absent for the default tenant. */
  readonly tenantId?: string;
}

/** A timer that will fire. */
export interface MachineTimer {
  readonly key: Key;
  /** Milliseconds since the epoch. */
  readonly due: number;
  /** How many more times it will fire; -1: without an end. */
  readonly repetitions: number;
  /** The event that has the timer. */
  readonly elementId: string;
  /** The name of the event; its id if it has none. */
  readonly elementName: string;
  /** As in `MachineSubscription`. */
  readonly elementInstanceKey?: Key;
  /** Absent for the start event of a process. */
  readonly processInstanceKey?: Key;
  readonly bpmnProcessId: string;
  readonly processDefinitionKey: Key;
}

/** A variable of one scope. */
export interface MachineVariable {
  readonly name: string;
  readonly value: Json;
  /** The element instance, or the process instance, that has the variable. */
  readonly scopeKey: Key;
  /** The id of that element; of the process for a process instance. */
  readonly elementId: string;
  readonly processInstanceKey: Key;
  readonly bpmnProcessId: string;
}

/** A parallel or inclusive gateway at which tokens wait for others. */
export interface MachineJoin {
  /** The gateway. */
  readonly elementId: string;
  /** The name of the gateway; its id if it has none. */
  readonly elementName: string;
  /** The element instance, or process instance, directly around the gateway. */
  readonly scopeKey: Key;
  readonly processInstanceKey: Key;
  readonly bpmnProcessId: string;
  /** Ids of the incoming flows that a token has taken. */
  readonly arrived: readonly string[];
  /** Ids of the other incoming flows. An inclusive gateway continues without those that no token can take any more. */
  readonly missing: readonly string[];
}

/** A message that correlated with nothing before it expired, or that had no time to live. */
export interface LostMessage {
  readonly key: Key;
  readonly name: string;
  readonly correlationKey: string;
  /** Milliseconds since the epoch. */
  readonly publishedAt: number;
  /** When it could not correlate any more: the time of publication if it had no time to live. */
  readonly expiredAt: number;
  /** Absent for the default tenant. */
  readonly tenantId?: string;
}

/** A version of a deployed file. */
export interface MachineResource {
  /** The id of the process, form, decision requirements or other file. */
  readonly id: string;
  /** The name of the file. */
  readonly name: string;
  readonly content: Uint8Array;
  readonly version: number;
  readonly versionTag?: string;
  /** Absent for the default tenant. */
  readonly tenantId?: string;
}

/** Something that happens at a time. */
export interface DueItem {
  /**
   * `timer`: a timer fires. `jobTimeout`: the worker of a job has not answered in time. `jobBackoff`: a failed job can be
   * activated again. `messageExpiry`: the time to live of a buffered message is over.
   */
  readonly kind: 'timer' | 'jobTimeout' | 'jobBackoff' | 'messageExpiry';
  /** Milliseconds since the epoch. */
  readonly due: number;
  /** Of the timer, job or message. */
  readonly key: Key;
  /** The name of the message, or the type of the job; the id of the event that has the timer. */
  readonly name: string;
  /** Absent for messages. */
  readonly elementId?: string;
  /** Absent for messages and the timers of process start events. */
  readonly elementInstanceKey?: Key;
  readonly processInstanceKey?: Key;
  /** Absent for messages. */
  readonly bpmnProcessId?: string;
}
