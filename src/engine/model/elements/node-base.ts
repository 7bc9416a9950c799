import type { FlowNode } from '../types.ts';
import { textAt } from '../xml/element.ts';
import type { Context } from '../xml/references.ts';
import type { Site } from './graph.ts';
import { readExecutionListeners } from './listeners/execution-listeners.ts';
import { readLoop } from './multi-instance.ts';
import { propertiesOf, readMappings } from './zeebe-extensions.ts';

/** The properties that all kinds of nodes have. */
export type NodeBase = Omit<FlowNode, 'kind'>;

/** Reads a flow node of one kind; `undefined` after a problem. */
export type ReadNode = (site: Site, base: NodeBase, context: Context) => FlowNode | undefined;

/** The name of an element's type in the REST API: `bpmn:ServiceTask` is `SERVICE_TASK`. */
const elementTypeOf = ({ $type, triggeredByEvent }: Site['element']): string => {
  const name = $type.replace(/^bpmn:/, '').replace(/([a-z])([A-Z])/g, '$1_$2');
  return triggeredByEvent === true ? 'EVENT_SUB_PROCESS' : name.toUpperCase();
};

/** Reads the properties that all kinds of nodes have. */
export const readBase = (
  { element, id, scope, incoming, outgoing, boundaryEvents }: Site,
  context: Context,
): NodeBase => {
  const { inputs, outputs } = readMappings(element, context.report);
  const loop = readLoop(element, context.report);
  const listeners = readExecutionListeners(element, context.report);
  const name = textAt(element, 'name');
  const extensionProperties = propertiesOf(element);
  const ids = (sites: readonly { readonly id: string }[]): readonly string[] =>
    Object.freeze(sites.map((site) => site.id));
  return {
    id,
    elementType: elementTypeOf(element),
    ...(name === undefined ? {} : { name }),
    ...(Object.keys(extensionProperties).length === 0 ? {} : { extensionProperties }),
    scope: scope.id,
    incoming: ids(incoming),
    outgoing: ids(outgoing),
    inputs: Object.freeze(inputs),
    outputs: Object.freeze(outputs),
    boundaryEvents: ids(boundaryEvents),
    ...(loop === undefined ? {} : { loop }),
    ...(listeners === undefined ? {} : { listeners }),
    ...(element.isForCompensation === true ? { forCompensation: true } : {}),
  };
};
