import type { RandomState } from '../random.ts';
import type {
  CompletedActivity,
  ElementDetails,
  JobExtras,
  Listening,
  Pending,
  StepName,
  TaskChange,
} from '../store/records.ts';
import type { ElementState, IncidentType, JobState, Json, MachineDecisionEvaluation, Variables } from '../types.ts';

/*
 * The records of the state as JSON. References are keys, nodes are ids; indexes are not saved.
 *
 * The fields are listed and not derived from the records: a new field of a record then fails to compile until it is decided
 * what it becomes for the snapshots of older versions.
 */

export interface SavedDefinition {
  readonly key: number;
  readonly processId: string;
  readonly version: number;
  /** Index in the resources of the snapshot. */
  readonly resource: number;
  /** Absent in snapshots of older versions. */
  readonly deployments?: readonly number[];
  /** Absent for the default tenant. */
  readonly tenant?: string;
  readonly deleted?: true;
}

export interface SavedElement {
  readonly key: number;
  readonly definition: number;
  readonly scope: number | null;
  readonly node: string | null;
  readonly state: ElementState;
  readonly variables: Variables | null;
  readonly tokens: number;
  readonly joins: Readonly<Record<string, number>> | null;
  readonly result: Variables | null;
  readonly chosen: string | null;
  readonly lock: string | null;
  /** Absent if there are none. */
  readonly details?: SavedDetails;
}

/** The parts of `ElementDetails`; user tasks and other elements are saved by key. */
export interface SavedDetails {
  readonly headers?: Readonly<Record<string, string>>;
  readonly loop?: { readonly items: readonly Json[]; readonly started: number; readonly completed: number };
  readonly index?: number;
  readonly listening?: Listening;
  readonly fulfilled?: boolean;
  readonly next?: ElementDetails['next'];
  readonly caller?: number;
  readonly interrupted?: boolean;
  readonly pending?: Pending;
  readonly tags?: readonly string[];
  readonly businessId?: string;
  readonly terminateAfter?: readonly string[];
  readonly depth?: number;
  readonly chosenFlows?: readonly string[];
  readonly completed?: readonly CompletedActivity[];
  readonly handlers?: number;
  readonly compensates?: number;
}

export interface SavedUserTask {
  readonly key: number;
  readonly element: number;
  readonly assignee: string | null;
  readonly candidateGroups: readonly string[];
  readonly candidateUsers: readonly string[];
  readonly dueDate: string | null;
  readonly followUpDate: string | null;
  readonly priority: number;
  readonly form: number | null;
  readonly externalFormReference: string | null;
  readonly change?: TaskChange;
}

export interface SavedRequirements {
  readonly key: number;
  readonly id: string;
  readonly version: number;
  /** Index in the resources of the snapshot. */
  readonly resource: number;
  /** Absent for the default tenant. */
  readonly tenant?: string;
}

export interface SavedDecision {
  readonly key: number;
  readonly id: string;
  readonly version: number;
  /** Key of the version of the file. */
  readonly requirements: number;
  readonly deployments: readonly number[];
}

/** A form, or another file that is only stored. */
export interface SavedFile {
  readonly versionTag: string | null;
  readonly deployments: readonly number[];
  readonly key: number;
  readonly id: string;
  readonly version: number;
  /** Index in the resources of the snapshot. */
  readonly resource: number;
  /** Absent for the default tenant. */
  readonly tenant?: string;
}

export interface SavedJob {
  readonly key: number;
  readonly element: number;
  readonly type: string;
  readonly state: JobState;
  readonly retries: number;
  readonly worker: string;
  readonly errorMessage: string;
  readonly due: number;
  readonly scheduled: boolean;
  /** Absent without a priority and a lease. */
  readonly extras?: JobExtras;
}

export interface SavedIncident {
  readonly key: number;
  readonly element: number;
  readonly type: IncidentType;
  readonly message: string;
  readonly step: StepName;
}

export interface SavedTimer {
  readonly kind: 'timer';
  readonly key: number;
  readonly definition: number;
  /** Null for the timer of a process start event. */
  readonly element: number | null;
  readonly node: string;
  readonly cycle: string | null;
  readonly repetitions: number;
  readonly due: number;
}

export interface SavedSubscription {
  readonly kind: 'subscription';
  readonly key: number;
  readonly element: number;
  readonly node: string;
  readonly name: string;
  readonly correlationKey: string;
}

export interface SavedSignal {
  readonly kind: 'signal';
  readonly key: number;
  readonly element: number;
  readonly node: string;
  readonly name: string;
}

export interface SavedCondition {
  readonly kind: 'condition';
  readonly key: number;
  readonly element: number;
  readonly node: string;
}

export type SavedWait = SavedTimer | SavedSubscription | SavedSignal | SavedCondition;

export interface SavedMessage {
  readonly key: number;
  readonly name: string;
  readonly correlationKey: string;
  readonly messageId: string;
  /** Absent in snapshots of older versions. */
  readonly publishedAt?: number;
  readonly variables: Variables;
  readonly correlated: readonly string[];
  readonly due: number;
  /** Absent for the default tenant. */
  readonly tenant?: string;
  /** Absent without one. */
  readonly businessId?: string;
}

export interface SavedLost {
  readonly key: number;
  readonly name: string;
  readonly correlationKey: string;
  readonly publishedAt: number;
  readonly expiredAt: number;
}

export interface SavedMessageStart {
  readonly name: string;
  readonly definition: number;
  readonly node: string;
  readonly since: number;
}

export interface SavedEnded {
  readonly key: number;
  readonly definition: number;
  readonly state: 'COMPLETED' | 'TERMINATED';
  readonly variables: Variables;
  readonly caller?: { readonly element: number; readonly instance: number };
  readonly marks?: { readonly tags?: readonly string[]; readonly businessId?: string };
}

export interface SavedRandom {
  readonly seed: number;
  readonly expressions: RandomState;
  readonly choices: RandomState;
}

/** What is not about instances. */
export interface SavedHeader {
  /** Absent in snapshots of older versions. */
  readonly random?: SavedRandom;
  readonly lastKey: number;
  readonly definitions: readonly SavedDefinition[];
  /** Numbers of deleted versions; absent if there are none. */
  readonly deletedVersions?: Readonly<Record<string, number>>;
  /** Absent in snapshots of older versions, as are the others that can be absent. */
  readonly forms?: readonly SavedFile[];
  readonly files?: readonly SavedFile[];
  readonly requirements?: readonly SavedRequirements[];
  readonly decisions?: readonly SavedDecision[];
  readonly lost?: readonly SavedLost[];
  readonly messageStarts: readonly SavedMessageStart[];
  readonly signalStarts?: readonly Omit<SavedMessageStart, 'since'>[];
}

/** Everything that waits, or has ended. In a part of a snapshot, a list that is empty is absent. */
export interface SavedLists {
  /** Outer before inner, older before newer. */
  readonly elements: readonly SavedElement[];
  readonly jobs: readonly SavedJob[];
  /** Absent in snapshots of older versions. */
  readonly userTasks?: readonly SavedUserTask[];
  /** Absent in snapshots of older versions. */
  readonly evaluations?: readonly MachineDecisionEvaluation[];
  readonly incidents: readonly SavedIncident[];
  readonly waits: readonly SavedWait[];
  readonly messages: readonly SavedMessage[];
  readonly ended: readonly SavedEnded[];
}

export type SavedState = SavedHeader & SavedLists;
