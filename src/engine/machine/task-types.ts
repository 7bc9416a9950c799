import type { Key } from './values.ts';

/** What a job stands for: a task or event, a listener to the events of an element or user task, or an ad-hoc subprocess. */
export type JobKind = 'BPMN_ELEMENT' | 'EXECUTION_LISTENER' | 'TASK_LISTENER' | 'AD_HOC_SUB_PROCESS';

/** The event that the job of a listener reports. */
export type ListenerEvent =
  | 'START'
  | 'END'
  | 'BEFORE_ALL'
  | 'CANCEL'
  | 'CREATING'
  | 'ASSIGNING'
  | 'UPDATING'
  | 'COMPLETING'
  | 'CANCELING';

/** Only a `CREATED` task accepts commands. In the states that end with ING, its listeners are called. */
export type UserTaskState =
  | 'CREATING'
  | 'CREATED'
  | 'ASSIGNING'
  | 'UPDATING'
  | 'COMPLETING'
  | 'COMPLETED'
  | 'CANCELING'
  | 'CANCELED';

/** The user task of a listener's job, as the change that it reports would leave it. */
export interface JobUserTask {
  /** What caused the event, e.g. `assign` or `claim`. */
  readonly action: string;
  readonly assignee?: string;
  readonly candidateGroups: readonly string[];
  readonly candidateUsers: readonly string[];
  /** The names of the properties that the event changes. */
  readonly changedAttributes: readonly string[];
  /** ISO 8601. */
  readonly dueDate?: string;
  readonly followUpDate?: string;
  readonly formKey?: Key;
  readonly priority: number;
  readonly userTaskKey: Key;
}

/** A user task without a job, which waits for commands. */
export interface MachineUserTask {
  readonly key: Key;
  readonly state: UserTaskState;
  readonly elementId: string;
  /** The name of the element; its id if it has none. */
  readonly name: string;
  readonly elementInstanceKey: Key;
  readonly processInstanceKey: Key;
  readonly bpmnProcessId: string;
  readonly processDefinitionKey: Key;
  readonly assignee: string | null;
  readonly candidateGroups: readonly string[];
  readonly candidateUsers: readonly string[];
  /** ISO 8601. */
  readonly dueDate: string | null;
  readonly followUpDate: string | null;
  /** 0 to 100. */
  readonly priority: number;
  readonly formKey: Key | null;
  readonly externalFormReference: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent for the default tenant. */
  readonly tenantId?: string;
}

/** Changes of a user task. What is absent or null stays; an empty text or list clears. */
export interface UserTaskChanges {
  readonly candidateGroups?: readonly string[] | null;
  readonly candidateUsers?: readonly string[] | null;
  readonly dueDate?: string | null;
  readonly followUpDate?: string | null;
  readonly priority?: number | null;
}
