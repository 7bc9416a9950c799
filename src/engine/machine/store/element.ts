import type { FlowNode } from '../../model/types.ts';
import type { Definition, ElementInstance } from './records.ts';

/** Makes the record of a process instance (without scope and node) or of an element instance; nothing knows it yet. */
export const newElement = (
  key: number,
  definition: Definition,
  scope?: ElementInstance,
  node?: FlowNode,
): ElementInstance => {
  // A process instance is its own root, which cannot be said in the literal; the cast lasts for one statement.
  const element: ElementInstance = {
    key,
    node,
    definition,
    scope,
    root: scope?.root as ElementInstance,
    state: 'ACTIVATING',
    variables: undefined,
    tokens: 0,
    joins: undefined,
    job: undefined,
    incident: undefined,
    waits: undefined,
    result: undefined,
    chosen: undefined,
    lock: undefined,
    first: undefined,
    last: undefined,
    previous: undefined,
    next: undefined,
  };
  if (scope === undefined) element.root = element;
  return element;
};
