import type { StepName } from '../store/records.ts';
import type { ElementState, IncidentType, JobState, Variables } from '../types.ts';

/*
 * The records of the state as JSON. References are keys, nodes are ids; indexes are not saved.
 */

export interface SavedDefinition {
  readonly key: number;
  readonly processId: string;
  readonly version: number;
  /** Index in the resources of the snapshot. */
  readonly resource: number;
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

export interface SavedMessage {
  readonly key: number;
  readonly name: string;
  readonly correlationKey: string;
  readonly messageId: string;
  readonly variables: Variables;
  readonly correlated: readonly string[];
  readonly due: number;
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
}

export interface SavedState {
  readonly lastKey: number;
  readonly definitions: readonly SavedDefinition[];
  /** Outer before inner, older before newer. */
  readonly elements: readonly SavedElement[];
  readonly jobs: readonly SavedJob[];
  readonly incidents: readonly SavedIncident[];
  readonly waits: readonly (SavedTimer | SavedSubscription)[];
  readonly messages: readonly SavedMessage[];
  readonly messageStarts: readonly SavedMessageStart[];
  readonly ended: readonly SavedEnded[];
}
