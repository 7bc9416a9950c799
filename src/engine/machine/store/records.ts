import type { Linked, List } from '../../../common/collections/linked-list.ts';
import type { DecisionModel, RequirementsModel } from '../../decisions/types.ts';
import type { FlowNode, ListenedEvent, ProcessModel, TaskEvent, VariableChangeKind } from '../../model/types.ts';
import type { ElementState, IncidentType, JobState, Json, Variables } from '../types.ts';

/**
 * The run-time state of the machine: plain records that refer to each other and to the compiled model. Keys are counters
 * (see keys.ts), times are in milliseconds since the epoch, and values of variables are frozen, so that records can share
 * them.
 */

/** The variables of one scope. Only the scope changes this record; the values are frozen. */
export type Scope = Record<string, Json>;

/** A deployed file. */
export interface Resource {
  readonly name: string;
  readonly content: Uint8Array;
  readonly checksum: string;
}

/** One version of a process. */
export interface Definition {
  /** Keys of the deployments that contain it, oldest first. */
  readonly deployments: number[];
  readonly key: number;
  readonly version: number;
  readonly model: ProcessModel;
  readonly resource: Resource;
  /** Absent for the default tenant. */
  readonly tenant?: string;
  /** Set when the definition is deleted. Ended instances still refer to it. */
  deleted?: true;
}

/** Something that happens at a time, if it is scheduled. */
export interface Scheduled {
  readonly kind: 'job' | 'timer' | 'message';
  readonly key: number;
  /** The deadline or the end of the back-off of a job, the due time of a timer, the expiry of a message. */
  due: number;
  /** Index in the heap of scheduled items; -1 if the item is not scheduled. */
  dueIndex: number;
}

/**
 * The steps of an element that an incident can repeat. `job` makes the job of the element activatable again; `listen`
 * continues after the job of a listener, `change` calls the listeners to the change of a user task, and `terminate` ends
 * an element when nothing inside keeps it; `ask` creates the next job of an ad-hoc subprocess.
 */
export type StepName = 'activate' | 'complete' | 'job' | 'listen' | 'change' | 'terminate' | 'ask';

/**
 * A process instance, or an instance of an element in it. Each one is a scope of variables, and the list of the instances
 * directly inside it.
 */
export interface ElementInstance extends List<ElementInstance>, Linked<ElementInstance> {
  readonly key: number;
  /** Undefined for the process instance itself. */
  readonly node: FlowNode | undefined;
  readonly definition: Definition;
  readonly scope: ElementInstance | undefined;
  /** The process instance. */
  root: ElementInstance;
  state: ElementState;
  variables: Scope | undefined;
  /** Instances directly inside, tokens on their way to a node, and tokens that wait in joins. At 0, the scope completes. */
  tokens: number;
  /** Tokens that wait in joins directly inside, by flow id. */
  joins: Record<string, number> | undefined;
  job: Job | undefined;
  incident: Incident | undefined;
  /** Open subscriptions and timers of the element and of its boundary events. */
  subscriptions: EventSubscription[] | undefined;
  /** The variables of the completed job or event, until they are applied. */
  result: Variables | undefined;
  /** The flow that a gateway has chosen. */
  chosenFlow: string | undefined;
  /** The correlation key of the message that started the process instance. Until it ends, no other message with this key starts one. */
  lock: string | undefined;
  details: ElementDetails | undefined;
}

/**
 * What only few elements have. It is one property of an element instance, so that the others need no memory for it. It is
 * plain data, or refers to other records.
 */
export interface ElementDetails {
  /** Headers of the job that were evaluated. */
  headers?: Readonly<Record<string, string>>;
  userTask?: UserTask;
  /** The listener whose job the element has. */
  listening?: Listening;
  /**
   * The event that continues when everything that waits for the listeners to its cancellation has ended: of an element that
   * is being terminated, its boundary event; of an interrupted scope, the start event of an event subprocess.
   */
  next?: { readonly node: string; readonly variables: Variables };
  /** Of an ad-hoc subprocess: its completion is decided. */
  fulfilled?: boolean;
  /** Of the body of a multi-instance activity. */
  loop?: LoopState;
  /** Of an instance inside a multi-instance body: its place in the list, from 0. */
  index?: number;
  /** Of a call activity: the process instance that it has started. */
  called?: ElementInstance;
  /** Of a process instance that a call activity has started. */
  caller?: ElementInstance;
  /** Of a scope that an event subprocess has interrupted: nothing else runs in it. */
  interrupted?: boolean;
  /**
   * Of a process instance that waits for something before it starts: its start event and the variables of it, or the elements
   * of its start instructions.
   */
  pending?: Pending;
  /** Tags of a process instance. */
  tags?: readonly string[];
  /** Business id of a process instance, and of the instances that it calls. */
  businessId?: string;
  /** Of a process instance: it is terminated when one of these elements has ended. */
  terminateAfter?: readonly string[];
  /** Of a scope: the completed activities in it that can be compensated, oldest first. */
  completed?: readonly CompletedActivity[];
  /** Of an event that throws a compensation: how many handlers it waits for. */
  handlers?: number;
  /** Of a handler, and of the boundary event before it: the event that waits for it. */
  compensates?: ElementInstance;
  /** The flows that an inclusive gateway has chosen. */
  chosenFlows?: readonly string[];
  /** Of a process instance in which something waits for a condition. It is not saved: the subscriptions are. */
  conditions?: ConditionWatch;
  /** How many call activities enclose a process instance. */
  depth?: number;
}

/** How a process instance starts. */
export type Pending =
  | { readonly node: string; readonly result: Variables | null }
  | { readonly startAt: readonly string[] };

/** The progress of the listeners to an event of an element. */
export interface Listening {
  readonly event: ListenedEvent;
  /** The place of the current listener among those to the event, from 0. */
  readonly index: number;
}

/** A completed activity that a compensation can undo. */
export interface CompletedActivity {
  readonly activity: string;
  /** Ids of the boundary events that lead to its handlers. */
  readonly events: readonly string[];
  /** Of a subprocess: the completed activities in it. */
  readonly inside: readonly CompletedActivity[];
}

/** The progress of a multi-instance activity. */
export interface LoopState {
  readonly items: readonly Json[];
  /** How many instances were started. */
  started: number;
  completed: number;
}

/** What commands and listeners can change in a user task. */
export interface TaskProperties {
  assignee: string | null;
  candidateGroups: readonly string[];
  candidateUsers: readonly string[];
  dueDate: string | null;
  followUpDate: string | null;
  priority: number;
}

/** A change of a user task, while its listeners are called. */
export interface TaskChange {
  readonly event: TaskEvent;
  /** What caused it, e.g. `claim`. */
  readonly action: string;
  /** What was asked for. */
  readonly requested: Readonly<Partial<TaskProperties>>;
  /** The corrections of the listeners so far. */
  corrections: Readonly<Partial<TaskProperties>>;
  /** Variables that the change sets: those of the completion, or of the command SetVariables. */
  readonly variables?: Variables;
  /** Whether variables are set in the scope of the task only. */
  readonly local?: boolean;
}

/** A user task without a job, from its creation to its completion. */
export interface UserTask extends TaskProperties {
  readonly key: number;
  readonly element: ElementInstance;
  /** Absent if nothing changes. */
  change?: TaskChange;
  /** Key of the form. */
  readonly form: number | null;
  readonly externalFormReference: string | null;
}

/** A version of a DMN file. */
export interface Requirements {
  readonly key: number;
  readonly version: number;
  readonly model: RequirementsModel;
  readonly resource: Resource;
  /** Absent for the default tenant. */
  readonly tenant?: string;
}

/** A version of a decision. */
export interface DecisionVersion {
  /** Keys of the deployments that contain it, oldest first. */
  readonly deployments: number[];
  readonly key: number;
  readonly version: number;
  readonly model: DecisionModel;
  readonly requirements: Requirements;
}

/** A version of a file that is only stored. */
export interface StoredFile {
  /** Keys of the deployments that contain it, oldest first. */
  readonly deployments: number[];
  readonly versionTag: string | undefined;
  readonly key: number;
  readonly id: string;
  readonly version: number;
  readonly resource: Resource;
  /** Absent for the default tenant. */
  readonly tenant?: string;
}

/** A version of a form. */
export type Form = StoredFile;

export interface Job extends Scheduled {
  readonly kind: 'job';
  readonly type: string;
  readonly element: ElementInstance;
  state: JobState;
  retries: number;
  worker: string;
  errorMessage: string;
  /** Index in the heap of activatable jobs of its type; -1 if the job is not activatable. */
  readyIndex: number;
  /** What only few jobs have. */
  extras?: JobExtras;
}

/** A priority, or a lease. */
export interface JobExtras {
  /** Jobs with a higher priority are activated first. Default: 0. */
  readonly priority?: number;
  /** The token of the last activation with a lease. From then on, only workers with a lease receive the job. */
  readonly lease?: string;
}

export interface Incident {
  readonly key: number;
  readonly type: IncidentType;
  readonly message: string;
  readonly element: ElementInstance;
  readonly step: StepName;
}

export interface Timer extends Scheduled {
  readonly kind: 'timer';
  readonly definition: Definition;
  /** The event that has the timer. */
  readonly node: FlowNode;
  /** The element that waits; undefined for a process start event. */
  readonly element: ElementInstance | undefined;
  /** The repeating interval. */
  readonly cycle: string | undefined;
  /** How many more times it will fire; -1: forever. */
  repetitions: number;
}

export interface MessageSubscription extends Linked<MessageSubscription> {
  readonly kind: 'subscription';
  readonly key: number;
  readonly name: string;
  readonly correlationKey: string;
  readonly element: ElementInstance;
  /** The event that waits for the message. */
  readonly node: FlowNode;
  open: boolean;
}

export interface SignalSubscription {
  readonly kind: 'signal';
  readonly key: number;
  readonly name: string;
  readonly element: ElementInstance;
  /** The event that waits for the signal. */
  readonly node: FlowNode;
}

export interface ConditionSubscription {
  readonly kind: 'condition';
  readonly key: number;
  readonly element: ElementInstance;
  /** The event that waits for the condition. */
  readonly node: FlowNode;
  /** Whether the condition has not been checked yet. */
  isNew: boolean;
}

/** A change of a variable, from which conditions may become true. */
export interface VariableChange {
  readonly scope: ElementInstance;
  readonly name: string;
  readonly kind: VariableChangeKind;
}

/** The conditions that a process instance waits for, and the changes of variables since they were checked. */
export interface ConditionWatch {
  readonly subscriptions: Set<ConditionSubscription>;
  changes: VariableChange[];
  /** The watches of the state that have changes. */
  readonly changed: ConditionWatch[];
}

/** What an element waits for. */
export type EventSubscription = Timer | MessageSubscription | SignalSubscription | ConditionSubscription;

/** A signal start event of the latest version of a process. */
export interface SignalStart {
  readonly name: string;
  readonly definition: Definition;
  readonly node: FlowNode;
}

/** Open subscriptions with the same message name, correlation key and process id; linked to the groups of other processes. */
export interface SubscriptionGroup extends List<MessageSubscription> {
  readonly processId: string;
  nextGroup: SubscriptionGroup | undefined;
}

export interface Message extends Scheduled, Linked<Message> {
  readonly kind: 'message';
  readonly name: string;
  readonly correlationKey: string;
  readonly messageId: string;
  readonly publishedAt: number;
  /** Absent for the default tenant. */
  readonly tenant?: string;
  /** The business id of the instance that it starts. Absent without one. */
  readonly businessId?: string;
  readonly variables: Variables;
  /** Ids of the processes that have received it. */
  correlated: readonly string[];
}

/** A message that has correlated with nothing. */
export interface Lost {
  readonly key: number;
  readonly name: string;
  readonly correlationKey: string;
  readonly publishedAt: number;
  readonly expiredAt: number;
  /** Absent for the default tenant. */
  readonly tenant?: string;
}

/** A message start event of the latest version of a process. */
export interface MessageStart {
  readonly name: string;
  readonly definition: Definition;
  readonly node: FlowNode;
  /** Key of the deployment since which this message starts the process. Older messages do not start it. */
  readonly since: number;
}

/** An ended process instance. */
export interface EndedInstance {
  readonly key: number;
  readonly definition: Definition;
  readonly state: 'COMPLETED' | 'TERMINATED';
  readonly variables: Variables;
  /** The keys of the call activity that started it, and of its process instance. */
  readonly caller?: { readonly element: number; readonly instance: number };
  /** Its tags and its business id. */
  readonly marks?: { readonly tags?: readonly string[]; readonly businessId?: string };
}
