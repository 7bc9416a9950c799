import { startChange } from '../flow/user-task-changes.ts';
import { reject, rejectVariables } from '../rejection.ts';
import type { Context } from '../store/context.ts';
import { adoptVariables } from '../store/json-values.ts';
import { keyNumber } from '../store/keys.ts';
import { listenersOf } from '../store/listeners.ts';
import type { ElementInstance, UserTask } from '../store/records.ts';
import { viewUserTask } from '../store/views.ts';
import type { Key, UserTaskChanges, Variables } from '../types.ts';
import { givenNames, storedProperties, wrongProperties } from './task-properties.ts';

/** Rejects a command on a task whose listeners are being called. */
const requireUnchanging = (task: UserTask, what: string, intent: string): void => {
  if (task.change === undefined) return;
  throw reject('INVALID_STATE', intent, `Expected to ${what}, but it is in state '${viewUserTask(task).state}'`);
};

const find = ({ state }: Context, key: Key, intent: string): UserTask => {
  const task = state.userTasks.get(keyNumber(key));
  const what = `${intent.toLowerCase()} user task with key '${key}'`;
  if (task === undefined) {
    throw reject('NOT_FOUND', intent, `Expected to ${what}, but no such user task was found`);
  }
  requireUnchanging(task, what, intent);
  return task;
};

/** The command to assign a user task. Without `allowOverride`, it claims a task that nobody else has. */
export const assignUserTask = (
  context: Context,
  key: Key,
  assignee: string,
  allowOverride: boolean,
  action?: string,
): void => {
  const intent = allowOverride ? 'ASSIGN' : 'CLAIM';
  if (typeof assignee !== 'string' || assignee === '') {
    throw reject('INVALID_ARGUMENT', intent, `Expected an assignee for user task with key '${key}', but none given`);
  }
  const task = find(context, key, intent);
  if (!allowOverride && task.assignee !== null && task.assignee !== assignee) {
    const reason = `Expected to claim user task with key '${key}', but it has already been assigned`;
    throw reject('INVALID_STATE', intent, reason);
  }
  startChange(context, task, { event: 'assigning', action: action ?? intent.toLowerCase(), requested: { assignee } });
};

/** The command to remove the assignee of a user task. */
export const unassignUserTask = (context: Context, key: Key): void => {
  const task = find(context, key, 'ASSIGN');
  startChange(context, task, { event: 'assigning', action: 'unassign', requested: { assignee: null } });
};

/** The command to update a user task. What is absent or null stays; an empty text or list clears. */
export const updateUserTask = (context: Context, key: Key, changes: UserTaskChanges, action = 'update'): void => {
  const task = find(context, key, 'UPDATE');
  const { candidateGroups, candidateUsers, dueDate, followUpDate, priority } = changes;
  const given = { candidateGroups, candidateUsers, dueDate, followUpDate, priority } as UserTaskChanges;
  const wrong = wrongProperties(given);
  if (wrong.length > 0 || givenNames(given).length === 0) {
    const what = wrong.join('; and ') || 'at least one change';
    throw reject('INVALID_ARGUMENT', 'UPDATE', `Expected to update user task with key '${key}' with ${what}`);
  }
  startChange(context, task, { event: 'updating', action, requested: storedProperties(given) });
};

/** The command to complete a user task. Its variables are applied as those of a job. */
export const completeUserTask = (context: Context, key: Key, variables: Variables, action = 'complete'): void => {
  const task = find(context, key, 'COMPLETE');
  const result = adoptVariables(variables, rejectVariables('COMPLETE', `user task with key '${key}'`));
  startChange(context, task, { event: 'completing', action, requested: {}, variables: result });
};

/**
 * Sets variables in the scope of a user task, if the task has listeners to its updates: they are called first. Tells
 * whether it has such listeners.
 */
export const updateVariables = (
  context: Context,
  element: ElementInstance,
  variables: Variables,
  local: boolean,
): boolean => {
  const task = element.details?.userTask;
  if (task === undefined || listenersOf(element, 'updating').length === 0) return false;
  requireUnchanging(task, 'set the variables of a user task', 'UPDATE');
  startChange(context, task, { event: 'updating', action: 'update', requested: {}, variables, local });
  return true;
};
