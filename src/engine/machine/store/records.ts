import type { FlowNode, ProcessModel } from '../../model/types.ts';
import type { ElementState, IncidentType, JobState, Json, Variables } from '../types.ts';
import type { Linked, List } from './list.ts';

/**
 * The machine's run-time state: plain records that refer to each other and to the compiled model, and nothing else. In
 * them a key is its counter (see keys.ts), a time is in milliseconds since the epoch, and every variable value is frozen, so that
 * it may be shared.
 */

/** Variables of one scope; the record belongs to the scope, the values are frozen. */
export type Scope = Record<string, Json>;

/** A deployed file. */
export interface Resource {
  readonly name: string;
  readonly content: Uint8Array;
  readonly checksum: string;
}

/** One version of a process. */
export interface Definition {
  readonly key: number;
  readonly version: number;
  readonly model: ProcessModel;
  readonly resource: Resource;
}

/** Something that happens at a time. Only those in the due heap will. */
export interface Due {
  readonly kind: 'job' | 'timer' | 'message';
  readonly key: number;
  /** Deadline or end of back-off of a job, due time of a timer, expiry of a message. */
  due: number;
  /** Place in the due heap, -1 outside. */
  dueAt: number;
}

/** The steps of an element that an incident may have to repeat. `job` makes the element's job activatable again. */
export type StepName = 'activate' | 'complete' | 'job';

/**
 * A process instance or an element instance in it; its key is a scope of variables. As a list it holds the instances directly
 * inside it.
 */
export interface ElementInstance extends List<ElementInstance>, Linked<ElementInstance> {
  readonly key: number;
  /** Absent on the process instance itself. */
  readonly node: FlowNode | undefined;
  readonly definition: Definition;
  readonly scope: ElementInstance | undefined;
  /** The process instance; itself there. */
  root: ElementInstance;
  state: ElementState;
  variables: Scope | undefined;
  /** Instances directly inside, flows on their way to one, and tokens that wait in joins. At 0 the scope is through. */
  tokens: number;
  /** Tokens that wait in joins inside, by flow id. */
  joins: Record<string, number> | undefined;
  job: Job | undefined;
  incident: Incident | undefined;
  /** Open subscriptions and timers, of the element itself and of its boundary events. */
  waits: Wait[] | undefined;
  /** What the job or event brought, until it has been applied. */
  result: Variables | undefined;
  /** The flow that a gateway has decided on. */
  chosen: string | undefined;
  /** On a process instance that a message with a correlation key started: that key. */
  lock: string | undefined;
}

export interface Job extends Due {
  readonly kind: 'job';
  readonly type: string;
  readonly element: ElementInstance;
  state: JobState;
  retries: number;
  worker: string;
  errorMessage: string;
  /** Place in the heap of activatable jobs of its type, -1 outside. */
  readyAt: number;
}

export interface Incident {
  readonly key: number;
  readonly type: IncidentType;
  readonly message: string;
  readonly element: ElementInstance;
  readonly step: StepName;
}

export interface Timer extends Due {
  readonly kind: 'timer';
  readonly definition: Definition;
  /** The event whose timer it is. */
  readonly node: FlowNode;
  /** The element that waits; absent on the timer of a process start event. */
  readonly element: ElementInstance | undefined;
  /** The text of a repeating interval. */
  readonly cycle: string | undefined;
  /** How often it will fire yet; Infinity is written -1. */
  repetitions: number;
}

export interface Subscription extends Linked<Subscription> {
  readonly kind: 'subscription';
  readonly key: number;
  readonly name: string;
  readonly correlationKey: string;
  readonly element: ElementInstance;
  /** The event whose message it is. */
  readonly node: FlowNode;
  open: boolean;
}

export type Wait = Timer | Subscription;

/** Open subscriptions of one message name, correlation key and process id, and the groups of other process ids. */
export interface SubscriptionGroup extends List<Subscription> {
  readonly processId: string;
  nextGroup: SubscriptionGroup | undefined;
}

export interface Message extends Due, Linked<Message> {
  readonly kind: 'message';
  readonly name: string;
  readonly correlationKey: string;
  readonly messageId: string;
  readonly variables: Variables;
  /** Process ids that have had it. */
  readonly correlated: string[];
}

/** A message start event of the latest version of a process. */
export interface MessageStart {
  readonly name: string;
  readonly definition: Definition;
  readonly node: FlowNode;
  /** Key of the first deployment since which the process starts by this message; older messages never start it. */
  readonly since: number;
}

/** A process instance that has ended, kept for inspection. */
export interface EndedInstance {
  readonly key: number;
  readonly definition: Definition;
  readonly state: 'COMPLETED' | 'TERMINATED';
  readonly variables: Variables;
}
