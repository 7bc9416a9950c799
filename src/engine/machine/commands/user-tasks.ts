import { parseDateTime } from '../../model/iso8601.ts';
import { reject, rejectVariables } from '../rejection.ts';
import { type Context, enqueueStep } from '../store/context.ts';
import { adoptVariables } from '../store/json-values.ts';
import { keyNumber } from '../store/keys.ts';
import type { UserTask } from '../store/records.ts';
import { viewUserTask } from '../store/views.ts';
import { removeUserTask } from '../store/work/user-tasks.ts';
import type { Key, UserTaskChanges, Variables } from '../types.ts';

const find = ({ state }: Context, key: Key, intent: string): UserTask => {
  const task = state.userTasks.get(keyNumber(key));
  if (task !== undefined) return task;
  const verb = intent.toLowerCase();
  throw reject('NOT_FOUND', intent, `Expected to ${verb} user task with key '${key}', but no such user task was found`);
};

const setAssignee = (context: Context, task: UserTask, assignee: string | null): void => {
  task.assignee = assignee;
  context.emit?.({ kind: 'userTask:assigned', userTask: viewUserTask(task) });
};

/** The command to assign a user task. Without `allowOverride`, it claims a task that nobody else has. */
export const assignUserTask = (context: Context, key: Key, assignee: string, allowOverride: boolean): void => {
  const intent = allowOverride ? 'ASSIGN' : 'CLAIM';
  if (typeof assignee !== 'string' || assignee === '') {
    throw reject('INVALID_ARGUMENT', intent, `Expected an assignee for user task with key '${key}', but none given`);
  }
  const task = find(context, key, intent);
  if (!allowOverride && task.assignee !== null && task.assignee !== assignee) {
    const reason = `Expected to claim user task with key '${key}', but it has already been assigned`;
    throw reject('INVALID_STATE', intent, reason);
  }
  setAssignee(context, task, assignee);
};

/** The command to remove the assignee of a user task. */
export const unassignUserTask = (context: Context, key: Key): void =>
  setAssignee(context, find(context, key, 'ASSIGN'), null);

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((item) => typeof item === 'string');
const isDate = (value: unknown): boolean =>
  typeof value === 'string' && (value === '' || parseDateTime(value) !== undefined);
const isPriority = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 100;

/** What each change must be. */
const rules: Readonly<Record<keyof UserTaskChanges, readonly [test: (value: unknown) => boolean, expected: string]>> = {
  candidateGroups: [isTexts, 'a list of texts'],
  candidateUsers: [isTexts, 'a list of texts'],
  dueDate: [isDate, 'an ISO 8601 date and time'],
  followUpDate: [isDate, 'an ISO 8601 date and time'],
  priority: [isPriority, 'a whole number from 0 to 100'],
};

/** The command to update a user task. What is absent or null stays; an empty text or list clears. */
export const updateUserTask = (context: Context, key: Key, changes: UserTaskChanges): void => {
  const task = find(context, key, 'UPDATE');
  const names = (Object.keys(rules) as (keyof UserTaskChanges)[]).filter((name) => changes[name] !== undefined);
  const given = names.filter((name) => changes[name] !== null);
  const wrong = given.filter((name) => !rules[name][0](changes[name]));
  if (names.length === 0 || wrong.length > 0) {
    const what = wrong.map((name) => `${name} to be ${rules[name][1]}`).join('; and ') || 'at least one change';
    throw reject('INVALID_ARGUMENT', 'UPDATE', `Expected to update user task with key '${key}' with ${what}`);
  }
  const { candidateGroups, candidateUsers, dueDate, followUpDate, priority } = changes;
  if (candidateGroups) task.candidateGroups = [...candidateGroups];
  if (candidateUsers) task.candidateUsers = [...candidateUsers];
  if (typeof dueDate === 'string') task.dueDate = dueDate || null;
  if (typeof followUpDate === 'string') task.followUpDate = followUpDate || null;
  if (typeof priority === 'number') task.priority = priority;
  context.emit?.({ kind: 'userTask:updated', userTask: viewUserTask(task) });
};

/** The command to complete a user task. Its variables are applied as those of a job. */
export const completeUserTask = (context: Context, key: Key, variables: Variables): void => {
  const task = find(context, key, 'COMPLETE');
  const { element } = task;
  const result = adoptVariables(variables, rejectVariables('COMPLETE', `user task with key '${key}'`));
  removeUserTask(context, element);
  element.result = result;
  context.emit?.({ kind: 'userTask:completed', userTask: viewUserTask(task), variables: result });
  enqueueStep(context, 'complete', element);
};
