/** Reads the items of searches. What a cluster leaves out has a neutral value. */

import { isObject } from '../../../common/is-object.ts';
import type { Item } from '../../../connection/rest-calls.ts';
import { parseValue } from '../../../connector/values/json-text.ts';
import type { MachineIncident, MachineInstance, Variables } from '../../../engine/machine/types.ts';
import type { SeenDecision, SeenJob, SeenSubscription, SeenUserTask } from '../sight.ts';

const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value));

const orNull = (value: unknown): string | null => (value === undefined || value === null ? null : String(value));

const time = (value: unknown): number | undefined => (typeof value === 'string' ? Date.parse(value) : undefined);

const list = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(text) : []);

/** JSON text of an answer. */
const json = (value: unknown): Variables[string] => parseValue(text(value), 'The value') as Variables[string];

/** A process instance. */
export interface InstanceItem extends Omit<MachineInstance, 'variables'> {
  readonly started: number;
}

export const readInstance = (item: Item): InstanceItem => {
  const parent = orNull(item.parentProcessInstanceKey);
  return {
    key: text(item.processInstanceKey),
    bpmnProcessId: text(item.processDefinitionId),
    version: Number(item.processDefinitionVersion ?? 0),
    processDefinitionKey: text(item.processDefinitionKey),
    state: item.state === 'COMPLETED' ? 'COMPLETED' : item.state === 'ACTIVE' ? 'ACTIVE' : 'TERMINATED',
    started: time(item.startDate) ?? 0,
    ...(parent === null ? {} : { parentProcessInstanceKey: parent }),
  };
};

/** An element instance. */
export interface ElementItem {
  readonly key: string;
  readonly elementId: string;
  readonly name: string;
  /** E.g. `SERVICE_TASK`. */
  readonly type: string;
  readonly state: 'ACTIVE' | 'COMPLETED' | 'TERMINATED';
  /** Milliseconds since the epoch; absent while it is active. */
  readonly ended: number | undefined;
}

export const readElement = (item: Item): ElementItem => ({
  key: text(item.elementInstanceKey),
  elementId: text(item.elementId),
  name: text(item.elementName) || text(item.elementId),
  type: text(item.type),
  state: item.state === 'COMPLETED' ? 'COMPLETED' : item.state === 'ACTIVE' ? 'ACTIVE' : 'TERMINATED',
  ended: time(item.endDate),
});

/** A variable of a scope. */
export interface VariableItem {
  readonly name: string;
  readonly value: Variables[string];
  readonly scopeKey: string;
}

export const readVariable = (item: Item): VariableItem => ({
  name: text(item.name),
  value: json(item.value),
  scopeKey: text(item.scopeKey),
});

export const readIncident = (item: Item): MachineIncident => ({
  key: text(item.incidentKey),
  type: text(item.errorType) as MachineIncident['type'],
  message: text(item.errorMessage),
  elementId: text(item.elementId),
  elementInstanceKey: text(item.elementInstanceKey),
  processInstanceKey: text(item.processInstanceKey),
  bpmnProcessId: text(item.processDefinitionId),
  jobKey: orNull(item.jobKey) ?? '-1',
});

/** A job, with the element instance that waits for it. */
export type JobItem = SeenJob & { readonly elementInstanceKey: string; readonly errorMessage: string };

export const readJob = (item: Item): JobItem => ({
  key: text(item.jobKey),
  type: text(item.type),
  kind: text(item.kind) as SeenJob['kind'],
  // A search does not say whether a worker has the job.
  state: Number(item.retries) > 0 ? 'ACTIVATABLE' : 'FAILED',
  retries: Number(item.retries ?? 0),
  worker: text(item.worker),
  elementId: text(item.elementId),
  elementInstanceKey: text(item.elementInstanceKey),
  errorMessage: text(item.errorMessage),
  bpmnProcessId: text(item.processDefinitionId),
  processDefinitionKey: text(item.processDefinitionKey),
});

/** A user task, with the element instance that waits for it. */
export type UserTaskItem = SeenUserTask & {
  readonly elementInstanceKey: string;
  readonly candidateUsers: readonly string[];
};

export const readUserTask = (item: Item): UserTaskItem => ({
  key: text(item.userTaskKey),
  state: text(item.state) as SeenUserTask['state'],
  elementId: text(item.elementId),
  name: text(item.name) || text(item.elementId),
  elementInstanceKey: text(item.elementInstanceKey),
  bpmnProcessId: text(item.processDefinitionId),
  processInstanceKey: text(item.processInstanceKey),
  processDefinitionKey: text(item.processDefinitionKey),
  assignee: orNull(item.assignee),
  candidateGroups: list(item.candidateGroups),
  candidateUsers: list(item.candidateUsers),
  priority: Number(item.priority ?? 50),
  dueDate: orNull(item.dueDate),
  followUpDate: orNull(item.followUpDate),
});

/** An open message subscription. */
export type SubscriptionItem = SeenSubscription & { readonly elementId: string; readonly elementInstanceKey: string };

export const readSubscription = (item: Item): SubscriptionItem => ({
  name: text(item.messageName),
  correlationKey: text(item.correlationKey),
  elementId: text(item.elementId),
  elementInstanceKey: text(item.elementInstanceKey),
});

/** @param item with what only the request of a single evaluation answers */
export const readDecision = (item: Item): SeenDecision => ({
  decisionId: text(item.decisionDefinitionId),
  decisionName: text(item.decisionDefinitionName),
  state: text(item.state),
  output: item.result === undefined || item.result === null ? null : json(item.result),
  failureMessage: orNull(item.evaluationFailure),
  matchedRules: (Array.isArray(item.matchedRules) ? item.matchedRules : [])
    .filter(isObject)
    .map(({ ruleIndex }) => ({ ruleIndex: Number(ruleIndex) })),
});
