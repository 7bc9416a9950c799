import type {
  DecisionMetadata,
  DecisionRequirementsMetadata,
  FormMetadata,
  IncidentType,
  InstanceState,
  Json,
  Key,
  MachineDecisionInstance,
  MachineJob,
  MachineProcess,
  MachineSubscription,
  MachineUserTask,
  ProcessElement,
  ResourceMetadata,
  UserTaskState,
} from '../machine/types.ts';

import type { Table } from './table.ts';

/*
 * What searches find: plain records that refer to each other. Times are in milliseconds since the epoch.
 */

/** A record. */
export interface Stored {
  readonly key: Key;
  /** Its place among the records of its kind: the number of its key. */
  readonly order: number;
}

/** A version of a process. */
export interface StoredProcess extends Stored {
  readonly view: MachineProcess;
  /** The flow nodes by id. */
  readonly elements: ReadonlyMap<string, ProcessElement>;
  isDeleted: boolean;
}

/** A version of a decision. */
export interface StoredDecision extends Stored {
  readonly view: DecisionMetadata;
  readonly requirements: StoredRequirements;
}

/** A version of a DMN file. */
export interface StoredRequirements extends Stored {
  readonly view: DecisionRequirementsMetadata;
}

/** A version of a form. */
export interface StoredForm extends Stored {
  readonly view: FormMetadata;
}

/** A version of a file that is neither a process nor a decision nor a form. */
export interface StoredFile extends Stored {
  readonly view: ResourceMetadata;
}

/** A process instance with everything in it. */
export interface StoredInstance extends Stored {
  /** Another one after a migration. */
  process: StoredProcess;
  state: InstanceState;
  readonly startDate: number;
  endDate: number | undefined;
  /** The call activity that started it. */
  readonly parentElementInstanceKey: Key | undefined;
  readonly parentProcessInstanceKey: Key | undefined;
  readonly rootProcessInstanceKey: Key;
  readonly tags: readonly string[];
  /** It can be assigned later. */
  businessId: string | undefined;
  readonly tenantId: string | undefined;
  /** Open incidents in it and in the instances that it has called. */
  openIncidents: number;
  elements: readonly StoredElement[];
  variables: readonly StoredVariable[];
  incidents: readonly StoredIncident[];
  jobs: readonly StoredJob[];
  userTasks: readonly StoredUserTask[];
  subscriptions: readonly StoredSubscription[];
  correlations: readonly StoredCorrelation[];
  decisions: readonly StoredDecisionInstance[];
  /** Ids of the sequence flows that were taken. */
  flows: readonly string[];
}

/** An instance of an element. */
export interface StoredElement extends Stored {
  readonly instance: StoredInstance;
  elementId: string;
  name: string;
  /** As the REST API names it, e.g. `SERVICE_TASK`. */
  readonly type: string;
  readonly scopeKey: Key;
  state: InstanceState;
  readonly startDate: number;
  endDate: number | undefined;
  /** Its own open incident. */
  incident: StoredIncident | undefined;
  /** Open incidents of it and of everything in it. */
  openIncidents: number;
}

/** A variable of one scope. Those of an ended scope keep their last value. */
export interface StoredVariable extends Stored {
  readonly instance: StoredInstance;
  readonly name: string;
  value: Json;
  readonly scopeKey: Key;
}

export interface StoredIncident extends Stored {
  readonly instance: StoredInstance;
  readonly type: IncidentType;
  readonly message: string;
  elementId: string;
  readonly elementInstanceKey: Key;
  /** Undefined if the incident has no job. */
  readonly jobKey: Key | undefined;
  readonly creationTime: number;
  state: 'ACTIVE' | 'RESOLVED';
}

/** What has happened last to a job, as the REST API names it. It has no name for an activated job. */
export type StoredJobState =
  | 'CREATED'
  | 'FAILED'
  | 'ERROR_THROWN'
  | 'COMPLETED'
  | 'CANCELED'
  | 'TIMED_OUT'
  | 'RETRIES_UPDATED'
  | 'TIMEOUT_UPDATED'
  | 'PRIORITY_UPDATED';

export interface StoredJobView
  extends Pick<
    MachineJob,
    | 'type'
    | 'kind'
    | 'retries'
    | 'worker'
    | 'deadline'
    | 'errorMessage'
    | 'headers'
    | 'elementId'
    | 'elementInstanceKey'
  > {
  readonly listenerEvent: MachineJob['listenerEvent'] | undefined;
  readonly priority: number | undefined;
  readonly tags: readonly string[] | undefined;
}

export interface StoredJob extends Stored {
  readonly instance: StoredInstance;
  /** As it was at its last change, without what the instance has. */
  view: StoredJobView;
  state: StoredJobState;
  errorCode: string | undefined;
  readonly creationTime: number;
  lastUpdateTime: number;
  endTime: number | undefined;
}

/** A user task without a job. */
export interface StoredUserTask extends Stored {
  readonly instance: StoredInstance;
  view: MachineUserTask;
  state: UserTaskState;
  readonly creationDate: number;
  completionDate: number | undefined;
}

/** A message subscription, open or not. */
export interface StoredSubscription extends Stored {
  /** Undefined for the start event of a process. */
  readonly instance: StoredInstance | undefined;
  readonly process: StoredProcess;
  view: MachineSubscription;
  state: 'CREATED' | 'CORRELATED' | 'MIGRATED' | 'DELETED';
  lastUpdatedDate: number;
}

/** A message that an event has received. */
export interface StoredCorrelation extends Stored {
  readonly instance: StoredInstance;
  readonly messageKey: Key;
  readonly messageName: string;
  readonly correlationKey: string;
  readonly elementId: string;
  /** Undefined for the start event of a process. */
  readonly elementInstanceKey: Key | undefined;
  readonly subscriptionKey: Key | undefined;
  readonly correlationTime: number;
}

/** A decision that was evaluated. */
export interface StoredDecisionInstance extends Stored {
  /** Undefined if no process instance has asked for it. */
  readonly instance: StoredInstance | undefined;
  readonly view: MachineDecisionInstance;
  /** The decision that was asked for. */
  readonly rootDecisionKey: Key;
  readonly requirementsKey: Key;
  readonly evaluationDate: number;
}

/** All records by key. */
export interface Tables {
  readonly processes: ReadonlyMap<Key, StoredProcess>;
  readonly decisions: ReadonlyMap<Key, StoredDecision>;
  readonly requirements: ReadonlyMap<Key, StoredRequirements>;
  readonly forms: ReadonlyMap<Key, StoredForm>;
  readonly files: ReadonlyMap<Key, StoredFile>;
  readonly instances: Table<StoredInstance>;
  readonly elements: Table<StoredElement>;
  readonly variables: Table<StoredVariable>;
  readonly incidents: Table<StoredIncident>;
  readonly jobs: Table<StoredJob>;
  readonly userTasks: Table<StoredUserTask>;
  readonly subscriptions: Table<StoredSubscription>;
  readonly correlations: Table<StoredCorrelation>;
  readonly decisionInstances: Table<StoredDecisionInstance>;
}
