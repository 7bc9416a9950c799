import type { Key } from '../../../../engine/index.ts';
import { type Entry, eventOf } from './entry.ts';

/** A job whose connector has done what it does. */
export interface CompletedJob {
  readonly key: Key;
  readonly type: string;
  readonly elementId: string;
  readonly process: string;
  readonly instance: Key;
}

/** The job of an entry, if it was completed. */
export const completedJob = (entry: Entry): readonly CompletedJob[] => {
  const event = eventOf(entry);
  if (event === undefined || !('job' in event)) return [];
  const { key, type, elementId, bpmnProcessId, processInstanceKey } = event.job;
  return [{ key, type, elementId, process: bpmnProcessId, instance: processInstanceKey }];
};
