/** The values of the enumerated fields of the API. The engine does not use all of them, but clients of a cluster may ask for them. */
import type { DecisionType } from '../../../decisions/types.ts';
import type { IncidentType, InstanceState, JobKind, ListenerEvent, UserTaskState } from '../../../machine/types.ts';
import type { BatchType, StoredBatch, StoredBatchItem } from '../../../secondary-storage/batches.ts';
import type { StoredJobState } from '../../../secondary-storage/records.ts';

/** A list that contains every value that the engine has, and those that only a cluster has. */
const listOf =
  <Own extends string>() =>
  <const List extends readonly string[]>(list: [Own] extends [List[number]] ? List : never): List =>
    list;

export const instanceStates: readonly string[] = listOf<InstanceState>()([
  'ACTIVE',
  'COMPLETED',
  'SUSPENDED',
  'TERMINATED',
]);

export const elementStates: readonly string[] = listOf<InstanceState>()(['ACTIVE', 'COMPLETED', 'TERMINATED']);

export const elementTypes: readonly string[] = [
  ...['PROCESS', 'SUB_PROCESS', 'EVENT_SUB_PROCESS', 'AD_HOC_SUB_PROCESS'],
  ...['AD_HOC_SUB_PROCESS_INNER_INSTANCE', 'MULTI_INSTANCE_BODY', 'CALL_ACTIVITY'],
  ...['START_EVENT', 'INTERMEDIATE_CATCH_EVENT', 'INTERMEDIATE_THROW_EVENT', 'BOUNDARY_EVENT', 'END_EVENT'],
  ...['SERVICE_TASK', 'RECEIVE_TASK', 'USER_TASK', 'MANUAL_TASK', 'TASK'],
  ...['BUSINESS_RULE_TASK', 'SCRIPT_TASK', 'SEND_TASK'],
  ...['EXCLUSIVE_GATEWAY', 'INCLUSIVE_GATEWAY', 'PARALLEL_GATEWAY', 'EVENT_BASED_GATEWAY'],
  ...['SEQUENCE_FLOW', 'UNSPECIFIED', 'UNKNOWN'],
];

export const incidentStates: readonly string[] = ['ACTIVE', 'MIGRATED', 'PENDING', 'RESOLVED', 'UNKNOWN'];

export const incidentTypes: readonly string[] = listOf<IncidentType>()([
  ...(['JOB_NO_RETRIES', 'EXECUTION_LISTENER_NO_RETRIES', 'TASK_LISTENER_NO_RETRIES'] as const),
  ...(['AD_HOC_SUB_PROCESS_NO_RETRIES', 'UNHANDLED_ERROR_EVENT', 'IO_MAPPING_ERROR', 'CONDITION_ERROR'] as const),
  ...(['EXTRACT_VALUE_ERROR', 'CALLED_ELEMENT_ERROR', 'CALLED_DECISION_ERROR', 'DECISION_EVALUATION_ERROR'] as const),
  ...(['MESSAGE_SIZE_EXCEEDED', 'FORM_NOT_FOUND', 'RESOURCE_NOT_FOUND', 'SECRET_RESOLUTION_ERROR'] as const),
  ...(['UNSPECIFIED', 'UNKNOWN'] as const),
]);

export const jobStates: readonly string[] = listOf<StoredJobState>()([
  ...(['CREATED', 'COMPLETED', 'CANCELED', 'FAILED', 'ERROR_THROWN', 'TIMED_OUT', 'MIGRATED'] as const),
  ...(['RETRIES_UPDATED', 'TIMEOUT_UPDATED', 'PRIORITY_UPDATED'] as const),
]);

export const jobKinds: readonly string[] = listOf<JobKind>()([
  'BPMN_ELEMENT',
  'EXECUTION_LISTENER',
  'TASK_LISTENER',
  'AD_HOC_SUB_PROCESS',
]);

export const listenerEventTypes: readonly string[] = listOf<ListenerEvent>()([
  ...(['START', 'END', 'BEFORE_ALL', 'CANCEL'] as const),
  ...(['CREATING', 'ASSIGNING', 'UPDATING', 'COMPLETING', 'CANCELING', 'UNSPECIFIED'] as const),
]);

export const userTaskStates: readonly string[] = listOf<UserTaskState>()([
  ...(['CREATING', 'CREATED', 'ASSIGNING', 'UPDATING', 'COMPLETING', 'COMPLETED'] as const),
  ...(['CANCELING', 'CANCELED', 'FAILED'] as const),
]);

export const subscriptionStates: readonly string[] = ['CREATED', 'CORRELATED', 'MIGRATED', 'DELETED'];

export const subscriptionTypes: readonly string[] = ['START_EVENT', 'PROCESS_EVENT'];

export const definitionStates: readonly string[] = ['ACTIVE', 'DRAINING', 'DELETED'];

export const batchTypes: readonly string[] = listOf<BatchType>()([
  ...(['ADD_VARIABLE', 'CANCEL_PROCESS_INSTANCE', 'DELETE_DECISION_DEFINITION', 'DELETE_DECISION_INSTANCE'] as const),
  ...(['DELETE_PROCESS_DEFINITION', 'DELETE_PROCESS_INSTANCE', 'MIGRATE_PROCESS_INSTANCE'] as const),
  ...(['MODIFY_PROCESS_INSTANCE', 'RESOLVE_INCIDENT', 'UPDATE_VARIABLE'] as const),
]);

export const batchStates: readonly string[] = listOf<StoredBatch['state']>()([
  ...(['ACTIVE', 'CANCELED', 'COMPLETED', 'CREATED', 'FAILED', 'PARTIALLY_COMPLETED', 'SUSPENDED'] as const),
]);

export const batchItemStates: readonly string[] = listOf<StoredBatchItem['state']>()([
  ...(['ACTIVE', 'COMPLETED', 'SKIPPED', 'CANCELED', 'FAILED'] as const),
]);

export const decisionInstanceStates: readonly string[] = ['EVALUATED', 'FAILED', 'UNSPECIFIED', 'UNKNOWN'];

export const decisionTypes: readonly string[] = listOf<DecisionType>()([
  ...(['DECISION_TABLE', 'LITERAL_EXPRESSION', 'CONTEXT', 'LIST', 'RELATION', 'INVOCATION'] as const),
  ...(['UNSPECIFIED', 'UNKNOWN'] as const),
]);
