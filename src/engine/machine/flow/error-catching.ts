import type { FlowNode } from '../../model/types.ts';
import type { Context } from '../store/context.ts';
import { isLoopInstance } from '../store/loops.ts';
import type { ElementInstance } from '../store/records.ts';
import type { Variables } from '../types.ts';
import { eventSubProcessStarts, isReceptive, startEventSubProcess } from './event-subprocesses.ts';
import { interrupt } from './termination.ts';
import { createToken } from './tokens.ts';

/**
 * The event that catches an error or escalation: a boundary event and the element that it is attached to, or the start
 * event of an event subprocess and the scope around it.
 */
export interface Catcher {
  readonly host: ElementInstance;
  readonly node: FlowNode;
}

interface CatchingEvent {
  readonly node: FlowNode;
  /** Undefined: all errors or escalations. */
  readonly code: string | undefined;
}

type Kind = 'error' | 'escalation';

/** The element around an element: its scope, or of a process instance, the call activity that started it. */
const outerOf = ({ scope, details }: ElementInstance): ElementInstance | undefined => scope ?? details?.caller;

const catching = (nodes: readonly (FlowNode | undefined)[], kind: Kind): readonly CatchingEvent[] => {
  const found: CatchingEvent[] = [];
  for (const node of nodes) {
    if (node?.kind !== 'boundaryEvent' && node?.kind !== 'startEvent') continue;
    if (node.trigger?.kind === kind) found.push({ node, code: node.trigger.code });
  }
  return found;
};

const boundaryEventsOf = (host: ElementInstance, kind: Kind): readonly CatchingEvent[] => {
  const ids = host.node?.boundaryEvents ?? [];
  // The boundary events belong to the body of a multi-instance activity.
  if (ids.length === 0 || isLoopInstance(host)) return [];
  const { nodes } = host.definition.model;
  return catching(
    ids.map((id) => nodes.get(id)),
    kind,
  );
};

const eventSubProcessesOf = (scope: ElementInstance, kind: Kind): readonly CatchingEvent[] =>
  isReceptive(scope) ? catching(eventSubProcessStarts(scope), kind) : [];

/** The event with this code precedes an event for all of them. */
const matchOf = (events: readonly CatchingEvent[], code: string): CatchingEvent | undefined =>
  events.find((event) => event.code === code) ?? events.find((event) => event.code === undefined);

/** Searches from the element outward: at each element, first in the event subprocesses inside, then at its boundary. */
export const findCatcher = (from: ElementInstance, code: string, kind: Kind = 'error'): Catcher | undefined => {
  for (let host: ElementInstance | undefined = from; host !== undefined; host = outerOf(host)) {
    const match = matchOf(eventSubProcessesOf(host, kind), code) ?? matchOf(boundaryEventsOf(host, kind), code);
    if (match !== undefined) return { host, node: match.node };
  }
  return undefined;
};

/** Continues at the event. An interrupting one terminates what it is attached to, or the other elements of its scope. */
export const catchError = (context: Context, { host, node }: Catcher, variables: Variables): void => {
  if (node.kind === 'startEvent') {
    startEventSubProcess(context, host, node, variables);
    return;
  }
  if (node.kind === 'boundaryEvent' && node.interrupting) interrupt(context, host, node, variables);
  else createToken(context, host.scope!, node, variables);
};

/** The message of the incident if no event catches the error. */
export const uncaughtErrorText = (from: ElementInstance, code: string, message: string): string => {
  const codes: string[] = [];
  for (let host: ElementInstance | undefined = from; host !== undefined; host = outerOf(host)) {
    for (const event of [...eventSubProcessesOf(host, 'error'), ...boundaryEventsOf(host, 'error')])
      if (event.code !== undefined) codes.push(event.code);
  }
  const known =
    codes.length === 0
      ? 'No error events are available in the scope.'
      : `Available error events are [${codes.join(', ')}].`;
  const withMessage = message === '' ? '' : ` with message '${message}'`;
  return `Expected to throw an error event with the code '${code}'${withMessage}, but it was not caught. ${known}`;
};
