import type { FlowNode } from '../../model/types.ts';
import type { Core } from '../store/core.ts';
import type { ElementInstance } from '../store/records.ts';
import type { Variables } from '../types.ts';
import { spawn, terminate } from './tree.ts';

/** The boundary event that catches an error, and the element that it hangs on. */
export interface Catcher {
  readonly holder: ElementInstance;
  readonly node: FlowNode;
}

interface ErrorCatch {
  readonly node: FlowNode;
  /** Absent: catches all. */
  readonly code: string | undefined;
}

const errorCatches = (holder: ElementInstance): readonly ErrorCatch[] => {
  const { nodes } = holder.definition.model;
  const found: ErrorCatch[] = [];
  for (const id of holder.node?.boundaryEvents ?? []) {
    const node = nodes.get(id);
    if (node?.kind === 'boundaryEvent' && node.trigger.kind === 'error') found.push({ node, code: node.trigger.code });
  }
  return found;
};

/** Searches from the element outward; on one element an exact code goes before an event that catches all. */
export const findCatcher = (from: ElementInstance, code: string): Catcher | undefined => {
  for (let holder: ElementInstance | undefined = from; holder !== undefined; holder = holder.scope) {
    const catches = errorCatches(holder);
    const match = catches.find((each) => each.code === code) ?? catches.find((each) => each.code === undefined);
    if (match !== undefined) return { holder, node: match.node };
  }
  return undefined;
};

/** Ends what the error leaves, and goes on at the catch event. */
export const catchError = (core: Core, { holder, node }: Catcher, variables: Variables): void => {
  spawn(core, holder.scope!, node, variables);
  terminate(core, holder);
};

/** The text of the incident when nobody catches. */
export const unhandledText = (from: ElementInstance, code: string, message: string): string => {
  const codes: string[] = [];
  for (let holder: ElementInstance | undefined = from; holder !== undefined; holder = holder.scope) {
    for (const each of errorCatches(holder)) if (each.code !== undefined) codes.push(each.code);
  }
  const known =
    codes.length === 0
      ? 'No error events are available in the scope.'
      : `Available error events are [${codes.join(', ')}].`;
  const said = message === '' ? '' : ` with message '${message}'`;
  return `Expected to throw an error event with the code '${code}'${said}, but it was not caught. ${known}`;
};
