import type { Core } from '../store/core.ts';
import { endInstance } from '../store/ended.ts';
import type { ElementInstance } from '../store/records.ts';
import { viewElement } from '../store/views.ts';
import { applyOutputs } from './mappings.ts';
import { endScope, leaveScope, takeFlow } from './tree.ts';
import { closeWaits } from './waits.ts';

const takeFlows = (core: Core, element: ElementInstance, scope: ElementInstance): void => {
  const { node, chosen, result } = element;
  if (node?.kind === 'exclusiveGateway') {
    if (chosen !== undefined) takeFlow(core, scope, chosen);
  } else if (node?.kind === 'eventBasedGateway') {
    if (chosen !== undefined) takeFlow(core, scope, chosen, result ?? {});
  } else {
    for (const flowId of node?.outgoing ?? []) takeFlow(core, scope, flowId);
  }
};

/** The step `complete`: output mappings, subscriptions closed, outgoing flows taken. */
export const complete = (core: Core, element: ElementInstance): void => {
  const { node, scope } = element;
  if (node === undefined || scope === undefined) {
    endInstance(core, element, 'COMPLETED');
    return;
  }
  element.state = 'COMPLETING';
  // What came to an event-based gateway belongs to the event that it leads to.
  if (node.kind !== 'eventBasedGateway') applyOutputs(core, element);
  closeWaits(core, element);
  element.state = 'COMPLETED';
  core.emit?.({ kind: 'element:completed', element: viewElement(element) });
  if (node.kind === 'endEvent' && node.end.kind === 'terminate') {
    endScope(core, element, scope);
    return;
  }
  takeFlows(core, element, scope);
  leaveScope(core, element);
};
