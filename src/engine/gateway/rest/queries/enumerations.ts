/** The values of the enumerated fields of the API. Some of them no record of the engine has; clients may ask for them all the same. */
import type { DecisionType } from '../../../decisions/types.ts';
import type { IncidentType, InstanceState, JobKind, ListenerEvent, UserTaskState } from '../../../machine/types.ts';
import type { StoredJobState } from '../../../secondary-storage/records.ts';

/** A list that contains every value that the engine has, and those that only a cluster has. */
const listOf =
  <Own extends string>() =>
  <const List extends readonly string[]>(list: [Own] extends [List[number]] ? List : never): List =>
    list;

export const instanceStates = listOf<InstanceState>()(['ACTIVE', 'COMPLETED', 'SUSPENDED', 'TERMINATED']);

export const elementStates = listOf<InstanceState>()(['ACTIVE', 'COMPLETED', 'TERMINATED']);

export const elementTypes = [
  ...(['PROCESS', 'SUB_PROCESS', 'EVENT_SUB_PROCESS', 'AD_HOC_SUB_PROCESS'] as const),
  ...(['AD_HOC_SUB_PROCESS_INNER_INSTANCE', 'MULTI_INSTANCE_BODY', 'CALL_ACTIVITY'] as const),
  ...(['START_EVENT', 'INTERMEDIATE_CATCH_EVENT', 'INTERMEDIATE_THROW_EVENT', 'BOUNDARY_EVENT', 'END_EVENT'] as const),
  ...(['SERVICE_TASK', 'RECEIVE_TASK', 'USER_TASK', 'MANUAL_TASK', 'TASK'] as const),
  ...(['BUSINESS_RULE_TASK', 'SCRIPT_TASK', 'SEND_TASK'] as const),
  ...(['EXCLUSIVE_GATEWAY', 'INCLUSIVE_GATEWAY', 'PARALLEL_GATEWAY', 'EVENT_BASED_GATEWAY'] as const),
  ...(['SEQUENCE_FLOW', 'UNSPECIFIED', 'UNKNOWN'] as const),
];

export const incidentStates = ['ACTIVE', 'MIGRATED', 'PENDING', 'RESOLVED', 'UNKNOWN'] as const;

export const incidentTypes = listOf<IncidentType>()([
  ...(['JOB_NO_RETRIES', 'EXECUTION_LISTENER_NO_RETRIES', 'TASK_LISTENER_NO_RETRIES'] as const),
  ...(['AD_HOC_SUB_PROCESS_NO_RETRIES', 'UNHANDLED_ERROR_EVENT', 'IO_MAPPING_ERROR', 'CONDITION_ERROR'] as const),
  ...(['EXTRACT_VALUE_ERROR', 'CALLED_ELEMENT_ERROR', 'CALLED_DECISION_ERROR', 'DECISION_EVALUATION_ERROR'] as const),
  ...(['MESSAGE_SIZE_EXCEEDED', 'FORM_NOT_FOUND', 'RESOURCE_NOT_FOUND', 'SECRET_RESOLUTION_ERROR'] as const),
  ...(['UNSPECIFIED', 'UNKNOWN'] as const),
]);

export const jobStates = listOf<StoredJobState>()([
  ...(['CREATED', 'COMPLETED', 'CANCELED', 'FAILED', 'ERROR_THROWN', 'TIMED_OUT', 'MIGRATED'] as const),
  ...(['RETRIES_UPDATED', 'TIMEOUT_UPDATED', 'PRIORITY_UPDATED'] as const),
]);

export const jobKinds = listOf<JobKind>()([
  'BPMN_ELEMENT',
  'EXECUTION_LISTENER',
  'TASK_LISTENER',
  'AD_HOC_SUB_PROCESS',
]);

export const listenerEventTypes = listOf<ListenerEvent>()([
  ...(['START', 'END', 'BEFORE_ALL', 'CANCEL'] as const),
  ...(['CREATING', 'ASSIGNING', 'UPDATING', 'COMPLETING', 'CANCELING', 'UNSPECIFIED'] as const),
]);

export const userTaskStates = listOf<UserTaskState>()([
  ...(['CREATING', 'CREATED', 'ASSIGNING', 'UPDATING', 'COMPLETING', 'COMPLETED'] as const),
  ...(['CANCELING', 'CANCELED', 'FAILED'] as const),
]);

export const subscriptionStates = ['CREATED', 'CORRELATED', 'MIGRATED', 'DELETED'] as const;

export const subscriptionTypes = ['START_EVENT', 'PROCESS_EVENT'] as const;

export const definitionStates = ['ACTIVE', 'DRAINING', 'DELETED'] as const;

export const decisionInstanceStates = ['EVALUATED', 'FAILED', 'UNSPECIFIED', 'UNKNOWN'] as const;

export const decisionTypes = listOf<DecisionType>()([
  ...(['DECISION_TABLE', 'LITERAL_EXPRESSION', 'CONTEXT', 'LIST', 'RELATION', 'INVOCATION'] as const),
  ...(['UNSPECIFIED', 'UNKNOWN'] as const),
]);
