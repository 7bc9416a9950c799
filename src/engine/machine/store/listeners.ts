import type { ExecutionEvent, JobDefinition } from '../../model/types.ts';
import type { JobKind, ListenerEvent } from '../types.ts';
import type { ElementInstance } from './records.ts';

const none: readonly JobDefinition[] = Object.freeze([]);

/** The jobs of the listeners to an event of an element or process, in their order. */
export const listenersOf = ({ node, definition }: ElementInstance, event: ExecutionEvent): readonly JobDefinition[] =>
  (node ?? definition.model).listeners?.[event] ?? none;

const eventNames: Readonly<Record<ExecutionEvent, ListenerEvent>> = {
  start: 'START',
  end: 'END',
  beforeAll: 'BEFORE_ALL',
};

/** What the current job of an element stands for. */
export const jobKindOf = ({ details }: ElementInstance): JobKind =>
  details?.listening === undefined ? 'BPMN_ELEMENT' : 'EXECUTION_LISTENER';

/** The event that the current job of an element reports, if it is the job of a listener. */
export const listenerEventOf = ({ details }: ElementInstance): ListenerEvent | undefined =>
  details?.listening && eventNames[details.listening.event];

/** The headers of the current job of an element. */
export const jobHeadersOf = (element: ElementInstance): Readonly<Record<string, string>> => {
  const { node, details } = element;
  const { listening } = details ?? {};
  if (listening !== undefined) return listenersOf(element, listening.event)[listening.index]?.headers ?? {};
  return node?.kind === 'jobTask' ? node.job.headers : (details?.headers ?? {});
};
