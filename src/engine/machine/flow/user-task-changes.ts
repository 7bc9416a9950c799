import type { TaskEvent } from '../../model/types.ts';
import { type Context, enqueueStep } from '../store/context.ts';
import { eventNames, listenersOf } from '../store/listeners.ts';
import type { ElementInstance, TaskChange, UserTask } from '../store/records.ts';
import { mergeAll, writeAllLocal } from '../store/variables.ts';
import { viewUserTask } from '../store/views.ts';
import { removeUserTask } from '../store/work/user-tasks.ts';
import { endDelayed } from './delayed-termination.ts';
import { startListeners } from './listeners.ts';

/*
 * A change of a user task: its listeners are called, one after the other; then it takes effect, with their corrections,
 * unless one of them denies it.
 */

/** What a change asks for. */
export type RequestedChange = Omit<TaskChange, 'corrections'>;

/** Starts a change. Without listeners, it takes effect at once. */
export const startChange = (context: Context, task: UserTask, requested: RequestedChange): void => {
  task.change = { ...requested, corrections: {} };
  if (listenersOf(task.element, requested.event).length === 0) finishChange(context, task);
  else enqueueStep(context, 'change', task.element);
};

/** The step `change`: calls the listeners, again from the first one on if an incident repeats it. */
export const callChangeListeners = (context: Context, element: ElementInstance): void => {
  const change = element.details?.userTask?.change;
  // Since the step was queued, something has interrupted the task, and the listeners to its cancellation follow.
  const isGone = element.state === 'TERMINATING' && change?.event !== 'canceling';
  if (change === undefined || isGone) return;
  change.corrections = {};
  startListeners(context, element, change.event);
};

/** Lets a change take effect after its listeners. */
export const finishChange = (context: Context, task: UserTask): void => {
  const { change, element } = task;
  if (change === undefined) return;
  finishers[change.event](context, task, change, element);
};

type Finish = (context: Context, task: UserTask, change: TaskChange, element: ElementInstance) => void;

/** The task has its new properties, and accepts commands again. */
const apply = (task: UserTask, { requested, corrections }: TaskChange): void => {
  Object.assign(task, requested, corrections);
  delete task.change;
};

const finishers: Readonly<Record<TaskEvent, Finish>> = {
  creating: (context, task, change) => {
    const { assignee, ...corrections } = { ...change.requested, ...change.corrections };
    apply(task, { ...change, requested: {}, corrections });
    context.emit?.({ kind: 'userTask:created', userTask: viewUserTask(task) });
    if (typeof assignee !== 'string' || assignee === '') return;
    startChange(context, task, { event: 'assigning', action: 'assign', requested: { assignee } });
  },
  assigning: (context, task, change) => {
    apply(task, change);
    context.emit?.({ kind: 'userTask:assigned', userTask: viewUserTask(task) });
  },
  updating: (context, task, change, element) => {
    apply(task, change);
    if (change.variables !== undefined) {
      if (change.local === true) writeAllLocal(context, element, change.variables);
      else mergeAll(context, element, change.variables);
    }
    context.emit?.({ kind: 'userTask:updated', userTask: viewUserTask(task) });
  },
  completing: (context, task, change, element) => {
    apply(task, change);
    const variables = change.variables ?? {};
    removeUserTask(context, element);
    element.result = variables;
    context.emit?.({ kind: 'userTask:completed', userTask: viewUserTask(task, 'COMPLETED'), variables });
    enqueueStep(context, 'complete', element);
  },
  canceling: (context, _task, _change, element) => endDelayed(context, element),
};

/** A listener denies the current change of a task: the task is as before. */
export const denyChange = (context: Context, task: UserTask, reason: string): void => {
  const { change, element } = task;
  if (change === undefined) return;
  delete task.change;
  delete element.details?.listening;
  const event = eventNames[change.event];
  context.emit?.({ kind: 'userTask:denied', userTask: viewUserTask(task), event, reason });
};
