import type {
  ElementState,
  Key,
  MachineDecisionInstance,
  MachineIncident,
  MachineInstance,
  MachineProcess,
  Variables,
} from '../../engine/machine/types.ts';
import type { Wait } from '../../engine/waits/types.ts';

/** An element instance of a process instance, active or ended. */
export interface ElementRecord {
  readonly key: Key;
  readonly elementId: string;
  /** The name of the element; its id if it has none. */
  readonly name: string;
  readonly kind: string;
  /** The key of the element instance, or the process instance, around it. */
  readonly scopeKey: Key;
  readonly state: Extract<ElementState, 'ACTIVE' | 'COMPLETED' | 'TERMINATED'>;
  /** The position of its end among the ends of all elements; absent while it is active. */
  readonly ended?: number;
}

/** A message that a process instance has received. */
export interface ReceivedMessage {
  readonly name: string;
  readonly correlationKey: string;
  /** The event that received it. */
  readonly elementId: string;
}

/** What has happened in a process instance. */
export interface History {
  /** In the order of their activation. */
  readonly elements: readonly ElementRecord[];
  /** Ids of the flows that were taken, in order, with repetitions. */
  readonly flows: readonly string[];
  readonly messages: readonly ReceivedMessage[];
  /** The decisions that its business rule tasks have evaluated, with those that these required. */
  readonly decisions: readonly MachineDecisionInstance[];
}

/** Time that was skipped. In milliseconds since the epoch. */
export interface Skip {
  readonly from: number;
  readonly to: number;
  /** What was due then, e.g. `the timer "Remind"`. */
  readonly until: string;
}

/** The variables of an active element that has some of its own. */
export interface LocalVariables {
  readonly elementId: string;
  readonly variables: Variables;
}

/** Everything that a check of a process instance can look at, as plain data. */
export interface ProcessState {
  readonly instance: MachineInstance;
  readonly process: MachineProcess;
  readonly history: History;
  /** What it waits for; empty after its end. */
  readonly waits: readonly Wait[];
  /** Its own incidents. */
  readonly incidents: readonly MachineIncident[];
  /** The incidents of the instances that it has called, at any depth, with the id of its own call activity. */
  readonly calledIncidents: readonly { readonly at: string; readonly incident: MachineIncident }[];
  readonly locals: readonly LocalVariables[];
  /** The job types of the connectors and mocks of the test. */
  readonly servedTypes: readonly string[];
  readonly skips: readonly Skip[];
  /** The time of processes, in milliseconds since the epoch. */
  readonly now: number;
}

/** Whether what a test expects is the case. */
export interface CheckResult {
  readonly pass: boolean;
  /** It is not the case, and will not be: the instance has ended, or somebody would have to resolve an incident. */
  readonly final?: boolean;
  /**
   * What was still under way when the time limit of the test had passed. The check could not be made then, and has failed with
   * `not` as well.
   */
  readonly hang?: string;
  /** What is expected, and what is the case. */
  readonly message: () => string;
}
