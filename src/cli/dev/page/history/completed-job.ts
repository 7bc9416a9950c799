import type { EngineEvent, Key } from '../../../../engine/index.ts';

/** A job whose connector has done what it does. */
export interface CompletedJob {
  readonly key: Key;
  readonly type: string;
  readonly elementId: string;
  readonly process: string;
  readonly instance: Key;
}

/** The event of a job that was completed, or that threw an error, with its number. */
export interface CompletedEvent {
  readonly seq: number;
  readonly event: Extract<EngineEvent, { readonly kind: 'job:completed' | 'job:errorThrown' }>;
}

/** The job of such an event. */
export const completedJob = ({ event }: CompletedEvent): CompletedJob => {
  const { key, type, elementId, bpmnProcessId, processInstanceKey } = event.job;
  return { key, type, elementId, process: bpmnProcessId, instance: processInstanceKey };
};
