/**
 * What kind of work a job stands for:
 *
 * - `BPMN_ELEMENT`: a task or an event; every job of a cluster before 8.8 counts as one
 * - `EXECUTION_LISTENER`: a listener to the start or the end of an element
 * - `TASK_LISTENER`: a listener to an event of a user task
 * - `AD_HOC_SUB_PROCESS`: an ad-hoc sub-process that asks which of its elements to activate
 * - `UNKNOWN`: a kind that a later version of Camunda has added
 */
export type JobKind = 'BPMN_ELEMENT' | 'EXECUTION_LISTENER' | 'TASK_LISTENER' | 'AD_HOC_SUB_PROCESS' | 'UNKNOWN';

/** The event that a listener's job reports: `START` and `END` of an element, or an event of a user task. */
export type ListenerEvent =
  | 'START'
  | 'END'
  | 'CREATING'
  | 'ASSIGNING'
  | 'UPDATING'
  | 'COMPLETING'
  | 'CANCELING'
  | 'UNKNOWN';

/** The user task of a task listener's job, with the changes that the listener is asked about. */
export interface UserTaskProperties {
  /** The action that caused the event, e.g. `assign` or `claim`. */
  readonly action?: string;
  readonly assignee?: string;
  readonly candidateGroups: readonly string[];
  readonly candidateUsers: readonly string[];
  /** The names of the properties that the action changes. */
  readonly changedAttributes: readonly string[];
  /** A date and time in ISO 8601. */
  readonly dueDate?: string;
  /** A date and time in ISO 8601. */
  readonly followUpDate?: string;
  readonly formKey?: string;
  /** From 0 to 100. */
  readonly priority?: number;
  readonly userTaskKey?: string;
}
