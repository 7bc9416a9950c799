/** What the page of `dev` and its server say to each other, as JSON. Types only: the page is built from them, too. */
import type { Json, Key, Variables } from '../../../engine/machine/types.ts';
import type { HintRow } from './contract/advice.ts';
import type { NewFile } from './contract/forms.ts';
import type { IncidentRow, JobDetail } from './contract/jobs.ts';

export type * from './contract/advice.ts';
export type * from './contract/forms.ts';
export type * from './contract/inbound.ts';
export type * from './contract/jobs.ts';
export type * from './contract/migration.ts';
export type * from './contract/undo.ts';
export type * from './contract/values.ts';

/** How often something is active, has completed, or was terminated. */
export interface Count {
  readonly active: number;
  readonly done: number;
  readonly terminated: number;
}

/** A version of a process with its figures. */
export interface ProcessSummary {
  readonly key: Key;
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly resourceName: string;
  readonly active: number;
  readonly completed: number;
  readonly terminated: number;
  /** How many of those that have ended were only counted, because very many ran. */
  readonly counted: number;
  readonly incidents: number;
  /** How many hints there are about it: what would wait in vain, or has no effect. */
  readonly hints: number;
  /** By the id of the element. */
  readonly elements: Readonly<Record<string, Count>>;
  /** How often each sequence flow was taken, by its id. */
  readonly flows: Readonly<Record<string, number>>;
  /** Ids of the elements with incidents. */
  readonly stuck: readonly string[];
  /** Absent if instances can be started by hand. */
  readonly triggers?: StartTriggers;
}

/** What starts instances of a process that cannot be started by hand. */
export interface StartTriggers {
  /** How to start one, in words. */
  readonly text: string;
  /** The names of the messages. */
  readonly messages: readonly string[];
}

/** A process instance as a row of a list. */
export interface InstanceRow {
  readonly key: Key;
  readonly process: string;
  readonly version: number;
  readonly state: 'ACTIVE' | 'COMPLETED' | 'TERMINATED';
  readonly incidents: number;
  /** Milliseconds since the epoch, in the time of processes. */
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** The names of the elements that are active. */
  readonly at: readonly string[];
}

/** The clock of processes. */
export interface ClockState {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Whether it can be moved. */
  readonly movable: boolean;
  readonly running: boolean;
  /** Milliseconds by which it is ahead of real time. */
  readonly ahead: number;
}

/** The first rows of a list, at most as many as were asked for. */
export interface Rows<Row> {
  readonly rows: readonly Row[];
  /** How many others can be asked for. */
  readonly more: number;
}

/** Which instances a list has. */
export type InstanceFilter = 'all' | 'active' | 'incidents' | 'ended';

/** The latest instances of a version of a process, newest first. */
export interface InstanceList extends Rows<InstanceRow> {
  /** How many have ended so long ago that they are not listed. */
  readonly unlisted: number;
}

/** What is deployed besides processes, in the latest versions. */
export interface OtherDefinitions {
  readonly forms: readonly { readonly id: string; readonly resourceName: string }[];
  readonly decisions: readonly { readonly id: string; readonly name: string }[];
  /** The names of other files. */
  readonly files: readonly string[];
}

/** What the page shows everywhere, and the list of processes. */
export interface Overview {
  /** The recording of a failed test that is shown; absent while something runs. */
  readonly recording?: { readonly name: string; readonly failure: string };
  /** Whether the connectors have stopped without being asked to, so that nothing works. */
  readonly hasStopped?: true;
  /** The number of the last event that is included. */
  readonly seq: number;
  readonly clock: ClockState;
  readonly processes: readonly ProcessSummary[];
  /** What is deployed besides; only while no process is. */
  readonly others?: OtherDefinitions;
  readonly counts: {
    readonly jobs: number;
    readonly incidents: number;
    readonly messages: number;
    readonly timers: number;
    readonly tasks: number;
    readonly decisions: number;
    readonly connectors: number;
    /** Webhooks, and addresses of callbacks that wait. */
    readonly webhooks: number;
  };
}

/** Something that has happened. What the page needs of an event of the engine, or a line of the log. */
export interface Step {
  readonly seq: number;
  /** Milliseconds since the epoch, in the time of processes. */
  readonly at: number;
  /** The kind of the engine's event, or `log:info` and so on. */
  readonly kind: string;
  readonly text: string;
  readonly process?: string;
  readonly instance?: Key;
  readonly elementId?: string;
  /** The key of the element instance. */
  readonly element?: Key;
  /** The key of the element instance, or process instance, around it. For a variable: of the scope that has it. */
  readonly scope?: Key;
  readonly flowId?: string;
  readonly job?: Key;
  readonly variable?: { readonly name: string; readonly value: Json; readonly previous?: Json };
  /** The variables of the event: the input of a job, its result, the content of a message. */
  readonly variables?: Variables;
}

/** What an instance waits for, in words. */
export interface WaitText {
  readonly kind: string;
  readonly elementId: string;
  readonly text: string;
}

/** Everything about one instance. */
export interface InstanceDetail extends InstanceRow {
  readonly definition: Key;
  /** The latest version of its process, if it is a newer one. */
  readonly newerVersion?: number;
  /** Whether instances of that version can be started by hand. */
  readonly newerCanStart?: boolean;
  readonly name: string;
  readonly parent?: Key;
  readonly children: readonly { readonly key: Key; readonly process: string; readonly elementId: string }[];
  /** Names of the elements of the process, by id. */
  readonly names: Readonly<Record<string, string>>;
  /** What has happened in it; only what follows the steps that the page has, as long as all of them are still there. */
  readonly history: readonly Step[];
  /** How many steps there are in all. */
  readonly historyLength: number;
  /** Whether the oldest steps are missing. */
  readonly isCut: boolean;
  /** Whether all of them are missing, because very many instances ran when it ended. */
  readonly isCounted?: true;
  /** Steps that lead to the state before the history; empty unless it is cut. They have no time. */
  readonly before: readonly Step[];
  /** How many lines of the log are missing, besides. */
  readonly lostLines: number;
  readonly waits: readonly WaitText[];
  /** How many others there are at the same elements. */
  readonly moreWaits: number;
  /** Hints about the elements at which it is. */
  readonly hints: readonly HintRow[];
  readonly incidentList: readonly IncidentRow[];
  readonly jobs: readonly JobDetail[];
}

/** An event that waits for a message, a signal or a condition. */
export interface AwaitedRow {
  /** Absent for the start event of a process. */
  readonly key?: Key;
  readonly kind: 'message' | 'signal' | 'condition';
  /** The name of the message or signal; the expression of the condition. */
  readonly name: string;
  /** Absent for signals, conditions and start events. */
  readonly correlationKey?: string;
  readonly elementId: string;
  readonly elementName: string;
  readonly process: string;
  /** Absent for the start event of a process. */
  readonly instance?: Key;
  /** What it waits for and what almost fits, in words; absent if nothing almost fits. */
  readonly mismatch?: string;
  /** What an inbound connector is going to publish for it, or almost for it, in words; absent if nothing. */
  readonly publisher?: string;
}

/** A message that was published and is buffered, or that nothing awaited. */
export interface PublishedRow {
  readonly key: Key;
  readonly name: string;
  readonly correlationKey: string;
  readonly publishedAt: number;
  /** When it expires or has expired. */
  readonly expiresAt: number;
  readonly isBuffered: boolean;
  /** Ids of the processes that have received it. */
  readonly receivedBy: readonly string[];
  readonly variables?: Variables;
}

/** What waits for messages and signals, and what was published. */
export interface Messages {
  readonly now: number;
  readonly awaited: readonly AwaitedRow[];
  /** How many others wait. */
  readonly moreAwaited: number;
  readonly published: readonly PublishedRow[];
  /** How many others were published. */
  readonly morePublished: number;
}

/** Something that happens at a time. */
export interface DueRow {
  readonly kind: 'timer' | 'jobTimeout' | 'jobBackoff' | 'messageExpiry';
  readonly key: Key;
  readonly due: number;
  readonly name: string;
  readonly process?: string;
  readonly instance?: Key;
  readonly elementId?: string;
  /** How many more times a timer fires; -1: without an end. */
  readonly repetitions?: number;
}

/** What of all that is due a list has: all, only timers, the back-offs and timeouts of jobs, or the ends of buffered messages. */
export type DueFilter = 'all' | 'timers' | 'jobs' | 'messages';

/** What is due, the next first, and the clock of processes. */
export interface Timers {
  readonly clock: ClockState;
  readonly due: readonly DueRow[];
  /** How many others are due later. */
  readonly more: number;
  /** How many there are for each filter. */
  readonly counts: Readonly<Record<DueFilter, number>>;
}

/** A user task that is open. */
export interface TaskRow {
  readonly key: Key;
  readonly name: string;
  readonly state: string;
  readonly process: string;
  readonly instance: Key;
  readonly elementId: string;
  readonly assignee: string | null;
  readonly candidateGroups: readonly string[];
  readonly candidateUsers: readonly string[];
  readonly dueDate: string | null;
  readonly priority: number;
  /** The variables that its form can show. */
  readonly variables: Variables;
  /** The content of its form, as JSON of form-js; absent if it has none. */
  readonly form?: string;
  readonly externalForm: string | null;
}

/** A decision that was evaluated. */
export interface DecisionRow {
  readonly key: string;
  readonly decisionId: string;
  readonly name: string;
  readonly version: number;
  readonly type: string;
  readonly state: 'EVALUATED' | 'FAILED';
  readonly output: Json;
  readonly inputs: readonly { readonly name: string; readonly value: Json }[];
  readonly matchedRules: readonly {
    readonly index: number;
    readonly outputs: readonly { readonly name: string; readonly value: Json }[];
  }[];
  readonly failure: string | null;
  /** The key of its DMN file; null if that is deleted. */
  readonly file: Key | null;
  readonly instance: Key | null;
  readonly process: string | null;
  readonly elementId: string | null;
}

/** A connector that is loaded. */
export interface ConnectorRow {
  readonly kind: 'outbound' | 'inbound' | 'webhook';
  readonly name: string;
  /** The job type of an outbound connector. */
  readonly type?: string;
  /** JSON Schema of the input; absent if it cannot be described. */
  readonly schema?: object;
  /** The fields of its result; absent if they are not known. */
  readonly outputs?: readonly string[];
  /** Method and path of a webhook. */
  readonly address?: string;
  /** An input that fits the schema. */
  readonly example: Variables;
  /** Absent without operations. Each has an input of its own. */
  readonly operations?: readonly OperationRow[];
}

/** An operation of a connector. */
export interface OperationRow extends Pick<ConnectorRow, 'name' | 'schema' | 'example'> {
  readonly id: string;
}

/** What the stream of events sends: that something has happened, and the latest steps if they were asked for, at most a hundred. */
export interface Batch {
  readonly seq: number;
  readonly steps: readonly Step[];
  /** How many steps were left out: nobody asked for them, or more happened than anyone can read. */
  readonly skipped: number;
}

/** The answer to a request that was refused. */
export interface Problem {
  readonly error: string;
}

/** The answer to a read of something that does not exist, or not any more. */
export interface Gone {
  readonly 'camunda-connectors:gone': string;
}

/** The bodies of the actions, by name: `POST /do/NAME`. */
export interface Actions {
  start: {
    readonly processId: string;
    readonly version?: number;
    readonly variables: Variables;
  };
  cancel: { readonly instance: Key };
  setVariables: { readonly scope: Key; readonly variables: Variables; readonly local: boolean };
  resolve: { readonly incident: Key };
  retry: { readonly job: Key; readonly reload: boolean };
  completeJob: { readonly job: Key; readonly variables: Variables };
  throwError: { readonly job: Key; readonly code: string; readonly message: string; readonly variables: Variables };
  publish: {
    readonly name: string;
    readonly correlationKey: string;
    /** Milliseconds. */
    readonly timeToLive: number;
    readonly variables: Variables;
  };
  broadcast: { readonly name: string; readonly variables: Variables };
  fireTimer: { readonly timer: Key };
  clock: { readonly action: 'run' | 'pause' | 'next' } | { readonly action: 'advance'; readonly by: number };
  completeTask: { readonly task: Key; readonly variables: Variables };
  assignTask: { readonly task: Key; readonly assignee: string };
  /** Evaluates the form of a user task with the values that have been entered. Changes nothing. */
  evaluateForm: { readonly task: Key; readonly values: Readonly<Record<string, unknown>> };
  /** Stores a document, whose reference is the answer. */
  storeDocument: NewFile;
  modify: {
    readonly instance: Key;
    readonly activate: readonly string[];
    readonly terminate: readonly string[];
  };
  /** Migrates instances to the latest version. The mapping has ids of its elements; an empty one: the event stops waiting. */
  migrate: { readonly instances: readonly Key[]; readonly mapping: Readonly<Record<string, string>> };
  /** Starts instances anew in the latest version, and cancels the old ones. */
  startAnew: { readonly instances: readonly Key[] };
  /** The answer has the lines that were said about it. */
  stepBack: { readonly id: number };
  /** Sends a call again; without a number, the last one. */
  resend: { readonly number?: number };
  /** Runs an outbound connector without a process of the user. */
  tryConnector: { readonly type: string; readonly operation?: string; readonly variables: Variables };
}
