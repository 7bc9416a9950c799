import type {
  Key,
  MachineDecisionInstance,
  MachineIncident,
  MachineInstance,
  MachineJob,
  MachineProcess,
  MachineUserTask,
  Variables,
} from '../../engine/machine/types.ts';
import type { DescribedState } from '../state/describe-state.ts';
import type { NamedElements } from '../state/elements.ts';
import type { ProcessState } from '../state/types.ts';

/** What is known of a process instance. */
export type SeenState = DescribedState &
  Pick<ProcessState, 'incidents'> & {
    readonly process: NamedElements &
      Pick<MachineProcess, 'processDefinitionKey'> &
      Partial<Pick<MachineProcess, 'names'>>;
  };

/** A job that is not over. */
export type SeenJob = Pick<
  MachineJob,
  | 'key'
  | 'type'
  | 'kind'
  | 'state'
  | 'retries'
  | 'worker'
  | 'backoffUntil'
  | 'elementId'
  | 'bpmnProcessId'
  | 'processDefinitionKey'
  | 'tenantId'
>;

/** A user task, as it is or as it ended. */
export type SeenUserTask = Pick<
  MachineUserTask,
  | 'key'
  | 'elementId'
  | 'name'
  | 'bpmnProcessId'
  | 'processInstanceKey'
  | 'processDefinitionKey'
  | 'assignee'
  | 'candidateGroups'
  | 'priority'
  | 'dueDate'
  | 'followUpDate'
> & {
  /** A cluster has the state `FAILED` as well. */
  readonly state: MachineUserTask['state'] | 'FAILED';
};

/** An evaluation of a decision. */
export type SeenDecision = Pick<
  MachineDecisionInstance,
  'decisionId' | 'decisionName' | 'output' | 'failureMessage'
> & {
  readonly state: string;
  readonly matchedRules: readonly Pick<MachineDecisionInstance['matchedRules'][number], 'ruleIndex'>[];
};

/** A message subscription that is open. */
export interface SeenSubscription {
  readonly name: string;
  readonly correlationKey?: string;
}

/** What the selectors and assertions of a test case look at: in the engine of the case, or on a cluster. */
export interface Sight {
  /** The ids of the deployed processes. */
  processIds(): readonly string[];
  /** The instances that the case can mean. */
  instances(): readonly Pick<MachineInstance, 'key' | 'bpmnProcessId'>[];
  stateOf(processInstanceKey: Key): SeenState;
  /** The variables of an element instance, also after its end. */
  variablesOf(scopeKey: Key): Variables;
  jobs(): readonly SeenJob[];
  /** Active ones. */
  incidents(): readonly Pick<MachineIncident, 'key' | 'type' | 'elementId' | 'bpmnProcessId' | 'jobKey'>[];
  /** All user tasks so far. */
  userTasks(): readonly SeenUserTask[];
  /** Evaluations of decisions, oldest first. */
  decisions(): readonly SeenDecision[];
  /** The messages for which an instance waits. */
  messagesAwaitedBy(processInstanceKey: Key): readonly SeenSubscription[];
  /** The time of processes, in milliseconds since the epoch. */
  now(): number;
  /** Notes what is no failure, but hardly meant. */
  warn(text: string): void;
}
