import type { JobDefinition, ListenedEvent, TaskEvent } from '../../model/types.ts';
import type { JobKind, JobUserTask, ListenerEvent } from '../types.ts';
import { keyText } from './keys.ts';
import type { ElementInstance, TaskProperties, UserTask } from './records.ts';

const none: readonly JobDefinition[] = Object.freeze([]);

/** The jobs of the listeners to an event of an element or process, in their order. */
export const listenersOf = ({ node, definition }: ElementInstance, event: ListenedEvent): readonly JobDefinition[] =>
  (node ?? definition.model).listeners?.[event] ?? none;

const taskEvents: Readonly<Record<TaskEvent, ListenerEvent>> = {
  creating: 'CREATING',
  assigning: 'ASSIGNING',
  updating: 'UPDATING',
  completing: 'COMPLETING',
  canceling: 'CANCELING',
};

/** The events as clients see them. */
export const eventNames: Readonly<Record<ListenedEvent, ListenerEvent>> = {
  start: 'START',
  end: 'END',
  beforeAll: 'BEFORE_ALL',
  cancel: 'CANCEL',
  ...taskEvents,
};

/** Tells whether an event is one of a user task. */
export const isTaskEvent = (event: ListenedEvent): event is TaskEvent => Object.hasOwn(taskEvents, event);

/** What the current job of an element stands for. */
export const jobKindOf = ({ node, details }: ElementInstance): JobKind => {
  if (details?.listening === undefined) return node?.kind === 'adHocSubProcess' ? 'AD_HOC_SUB_PROCESS' : 'BPMN_ELEMENT';
  return isTaskEvent(details.listening.event) ? 'TASK_LISTENER' : 'EXECUTION_LISTENER';
};

/** The event that the current job of an element reports, if it is the job of a listener. */
export const listenerEventOf = ({ details }: ElementInstance): ListenerEvent | undefined =>
  details?.listening && eventNames[details.listening.event];

const propertyNames = [
  'assignee',
  'candidateGroups',
  'candidateUsers',
  'dueDate',
  'followUpDate',
  'priority',
] as const satisfies readonly (keyof TaskProperties)[];

/** The names of the properties that the current change of a task changes, compared with the values before it. */
const changedAttributes = (task: UserTask): readonly string[] => {
  const { change } = task;
  if (change === undefined) return [];
  // At its creation, a task changes only by corrections.
  const before: TaskProperties = change.event === 'creating' ? { ...task, ...change.requested } : task;
  const after = { ...task, ...change.requested, ...change.corrections };
  const changed: string[] = propertyNames.filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  return change.event === 'updating' && change.variables !== undefined ? [...changed, 'variables'] : changed;
};

/** The user task of the current job of an element, if it is the job of a task listener. */
export const jobUserTaskOf = ({ details }: ElementInstance): JobUserTask | undefined => {
  const task = details?.userTask;
  if (task?.change === undefined || details?.listening === undefined || !isTaskEvent(details.listening.event)) {
    return undefined;
  }
  const { change, key, form } = task;
  const { assignee, candidateGroups, candidateUsers, dueDate, followUpDate, priority } = {
    ...task,
    ...change.requested,
    ...change.corrections,
  };
  return {
    action: change.action,
    ...(assignee === null ? {} : { assignee }),
    candidateGroups,
    candidateUsers,
    changedAttributes: changedAttributes(task),
    ...(dueDate === null ? {} : { dueDate }),
    ...(followUpDate === null ? {} : { followUpDate }),
    ...(form === null ? {} : { formKey: keyText(form) }),
    priority,
    userTaskKey: keyText(key),
  };
};

/** The headers that tell a task listener the properties of its user task: those that are set, lists as JSON. */
const taskHeaders = (task: JobUserTask): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(task)
      .filter(([name, value]) => name === 'changedAttributes' || !Array.isArray(value) || value.length > 0)
      .map(([name, value]) => [
        `io.camunda.zeebe:${name}`,
        Array.isArray(value) ? JSON.stringify(value) : String(value),
      ]),
  );

/** The headers of the current job of an element. */
export const jobHeadersOf = (element: ElementInstance): Readonly<Record<string, string>> => {
  const { node, details } = element;
  const listening = details?.listening;
  if (listening === undefined) {
    // A job keeps its headers when its element is migrated.
    if (details?.headers !== undefined) return details.headers;
    return (
      (node?.kind === 'adHocSubProcess' ? node.adHoc.job : node?.kind === 'jobTask' ? node.job : undefined)?.headers ??
      {}
    );
  }
  const headers = listenersOf(element, listening.event)[listening.index]?.headers ?? {};
  const task = jobUserTaskOf(element);
  return task === undefined ? headers : { ...headers, ...taskHeaders(task) };
};
