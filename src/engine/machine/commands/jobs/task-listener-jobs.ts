import type { JobResult, UserTaskResult } from '../../../../connector/job-results.ts';
import type { TaskEvent } from '../../../model/types.ts';
import { denyChange } from '../../flow/user-task-changes.ts';
import { reject } from '../../rejection.ts';
import { type Context, enqueueStep } from '../../store/context.ts';
import type { Job, TaskChange } from '../../store/records.ts';
import { viewJob } from '../../store/views.ts';
import { removeJob } from '../../store/work/jobs.ts';
import type { Variables } from '../../types.ts';
import { storedProperties, wrongProperties } from '../task-properties.ts';

/** The events that a listener can deny. */
const deniable: readonly TaskEvent[] = ['assigning', 'updating', 'completing'];

const noResult: UserTaskResult = { type: 'userTask', denied: false };

const problemOf = (change: TaskChange | undefined, variables: Variables, result: JobResult): string | undefined => {
  if (Object.keys(variables).length > 0) return 'without variables, because a task listener cannot set any';
  if (result.type !== 'userTask') return "with a result of the type 'userTask'";
  const { denied, corrections = {} } = result;
  if (denied && change !== undefined && !deniable.includes(change.event)) {
    return `without denying it, because only ${deniable.join(', ')} can be denied and the event is ${change.event}`;
  }
  if (denied && Object.keys(corrections).length > 0) return 'either denied or with corrections, not both';
  const [wrong] = wrongProperties(corrections);
  if (wrong !== undefined) return `with the correction of ${wrong}`;
  if (change?.event === 'creating' && corrections.assignee !== undefined && change.requested.assignee !== undefined) {
    return 'without a correction of the assignee, because the process sets it; correct it when it is assigned';
  }
  return undefined;
};

/** Completes the job of a task listener, with its corrections, or denies the change of the task. */
export const completeTaskListenerJob = (
  context: Context,
  job: Job,
  variables: Variables,
  result: JobResult = noResult,
): void => {
  const { element } = job;
  const task = element.details?.userTask;
  const problem = problemOf(task?.change, variables, result);
  if (problem !== undefined) {
    const { key } = viewJob(job);
    throw reject('INVALID_ARGUMENT', 'COMPLETE', `Expected to complete task listener job with key '${key}' ${problem}`);
  }
  const { denied, deniedReason = '', corrections = {} } = result as UserTaskResult;
  removeJob(context, job);
  context.emit?.({ kind: 'job:completed', job: viewJob(job), variables });
  if (task?.change === undefined) return;
  if (denied) {
    denyChange(context, task, deniedReason);
    return;
  }
  task.change.corrections = { ...task.change.corrections, ...storedProperties(corrections) };
  enqueueStep(context, 'listen', element);
};
