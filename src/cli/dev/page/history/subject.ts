import type { Key } from '../../../../engine/index.ts';
import type { KnownEvent } from './entry.ts';

/** The process, the instance and the element that an event is about. */
export interface Subject {
  readonly bpmnProcessId?: string;
  readonly processInstanceKey?: Key;
  readonly elementId?: string;
  readonly elementInstanceKey?: Key;
}

const nothing: Subject = {};

/**
 * The part of an event that says what it is about, as it is in the event: nothing is copied, because this is called for every event
 * of a busy engine. Of an element it does not have the key, and of an instance not the key of the instance.
 */
export const subjectOf = (event: KnownEvent): Subject => {
  switch (event.kind) {
    case 'process:deployed':
      return event.process;
    case 'instance:created':
    case 'instance:completed':
    case 'instance:terminated':
    case 'instance:modified':
    case 'instance:migrated':
      return event.instance;
    case 'element:activated':
    case 'element:completed':
    case 'element:terminated':
      return event.element;
    case 'variable:created':
    case 'variable:updated':
      return event.variable;
    case 'job:activatable':
    case 'job:activated':
    case 'job:completed':
    case 'job:failed':
    case 'job:errorThrown':
    case 'job:cancelled':
    case 'job:updated':
      return event.job;
    case 'userTask:created':
    case 'userTask:assigned':
    case 'userTask:updated':
    case 'userTask:completed':
    case 'userTask:cancelled':
    case 'userTask:denied':
      return event.userTask;
    case 'incident:created':
    case 'incident:resolved':
      return event.incident;
    case 'subscription:opened':
    case 'subscription:closed':
      return event.subscription;
    case 'timer:scheduled':
    case 'timer:triggered':
    case 'timer:cancelled':
      return event.timer;
    case 'flow:taken':
    case 'message:correlated':
      return event;
    case 'decision:evaluated':
    case 'decision:failed':
      // Null where no process has asked for the decision.
      return (event.evaluation.evaluatedDecisions.at(-1) as Subject | undefined) ?? nothing;
    default:
      return nothing;
  }
};

/** The process instance that an event is about; `undefined` if it is about none. */
export const instanceOf = (event: KnownEvent, subject: Subject): Key | undefined =>
  'instance' in event ? event.instance.key : (subject.processInstanceKey ?? undefined);
