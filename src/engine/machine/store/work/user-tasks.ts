import type { Context, Stateful } from '../context.ts';
import type { ElementInstance, UserTask } from '../records.ts';
import { viewUserTask } from '../views.ts';

/** Adds a user task to the state and to its element. */
export const addUserTask = ({ state }: Stateful, task: UserTask): void => {
  state.userTasks.set(task.key, task);
  const { element } = task;
  element.details = { ...element.details, userTask: task };
};

/** Removes the user task of an element, if it has one. */
export const removeUserTask = ({ state }: Context, element: ElementInstance): UserTask | undefined => {
  const task = element.details?.userTask;
  if (task === undefined) return undefined;
  state.userTasks.delete(task.key);
  delete element.details?.userTask;
  return task;
};

/** Removes the user task of an element that is terminated. */
export const cancelUserTask = (context: Context, element: ElementInstance): void => {
  const task = removeUserTask(context, element);
  if (task !== undefined) context.emit?.({ kind: 'userTask:cancelled', userTask: viewUserTask(task, 'CANCELED') });
};
