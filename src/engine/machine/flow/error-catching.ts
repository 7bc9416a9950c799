import type { FlowNode } from '../../model/types.ts';
import type { Context } from '../store/context.ts';
import type { ElementInstance } from '../store/records.ts';
import type { Variables } from '../types.ts';
import { createToken, terminate } from './tokens.ts';

/** The boundary event that catches an error, and the element that it is attached to. */
export interface Catcher {
  readonly host: ElementInstance;
  readonly node: FlowNode;
}

interface ErrorEvent {
  readonly node: FlowNode;
  /** Undefined: all errors. */
  readonly code: string | undefined;
}

const errorEventsOf = (host: ElementInstance): readonly ErrorEvent[] => {
  const { nodes } = host.definition.model;
  const found: ErrorEvent[] = [];
  for (const id of host.node?.boundaryEvents ?? []) {
    const node = nodes.get(id);
    if (node?.kind === 'boundaryEvent' && node.trigger.kind === 'error') found.push({ node, code: node.trigger.code });
  }
  return found;
};

/** Searches from the element outward. On one element, the event with this code precedes an event for all errors. */
export const findCatcher = (from: ElementInstance, code: string): Catcher | undefined => {
  for (let host: ElementInstance | undefined = from; host !== undefined; host = host.scope) {
    const events = errorEventsOf(host);
    const match = events.find((event) => event.code === code) ?? events.find((event) => event.code === undefined);
    if (match !== undefined) return { host, node: match.node };
  }
  return undefined;
};

/** Continues at the boundary event and terminates the element that it is attached to. */
export const catchError = (context: Context, { host, node }: Catcher, variables: Variables): void => {
  createToken(context, host.scope!, node, variables);
  terminate(context, host);
};

/** The message of the incident if no event catches the error. */
export const uncaughtErrorText = (from: ElementInstance, code: string, message: string): string => {
  const codes: string[] = [];
  for (let host: ElementInstance | undefined = from; host !== undefined; host = host.scope) {
    for (const event of errorEventsOf(host)) if (event.code !== undefined) codes.push(event.code);
  }
  const known =
    codes.length === 0
      ? 'No error events are available in the scope.'
      : `Available error events are [${codes.join(', ')}].`;
  const withMessage = message === '' ? '' : ` with message '${message}'`;
  return `Expected to throw an error event with the code '${code}'${withMessage}, but it was not caught. ${known}`;
};
