import type { Core } from '../store/core.ts';
import { enqueueStep } from '../store/core.ts';
import type { ElementInstance, Wait } from '../store/records.ts';
import type { Variables } from '../types.ts';
import { spawn, terminate } from './tree.ts';
import { closeWait, closeWaits } from './waits.ts';

const flowTo = (element: ElementInstance, nodeId: string): string | undefined => {
  const { flows } = element.definition.model;
  return element.node?.outgoing.find((id) => flows.get(id)?.target === nodeId);
};

/** What an event does to the element that waits for it. */
export const trigger = (core: Core, element: ElementInstance, wait: Wait, variables: Variables): void => {
  const { node } = wait;
  if (node.kind === 'boundaryEvent') {
    const scope = element.scope!;
    spawn(core, scope, node, variables);
    if (node.interrupting) terminate(core, element);
    return;
  }
  element.result = variables;
  if (element.node?.kind === 'eventBasedGateway') {
    element.chosen = flowTo(element, node.id);
    closeWaits(core, element);
  } else {
    closeWait(core, element, wait);
  }
  enqueueStep(core, 'complete', element);
};
