import { readMessage } from './event-definitions/message.ts';
import type { ReadNode } from './node-base.ts';
import { readJob } from './zeebe-extensions.ts';

/** A service task or send task, which creates a job. */
export const readJobTask: ReadNode = ({ element }, base, { report }) => {
  const job = readJob(element, report);
  return job && { ...base, kind: 'jobTask', job };
};

/** A manual task or a task without a type. */
export const readPassThrough: ReadNode = (_site, base) => ({ ...base, kind: 'passThrough' });

export const readReceiveTask: ReadNode = ({ element }, base, context) => {
  if (element.instantiate === true)
    context.report(element, 'A receive task cannot start a process. Use a start event.');
  const trigger = readMessage(element, 'catch', context);
  return trigger && { ...base, kind: 'receiveTask', trigger };
};
