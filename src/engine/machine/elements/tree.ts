import type { FlowNode } from '../../model/types.ts';
import { removeIncident } from '../commands/incidents.ts';
import { removeJob } from '../commands/jobs.ts';
import { type Core, enqueueStep, nextKey } from '../store/core.ts';
import { newElement } from '../store/element.ts';
import { endInstance } from '../store/ended.ts';
import { keyText } from '../store/keys.ts';
import { append, unlink } from '../store/list.ts';
import type { ElementInstance } from '../store/records.ts';
import { viewElement, viewJob } from '../store/views.ts';
import type { Variables } from '../types.ts';
import { closeWaits } from './waits.ts';

/** Creates the instance of a node. The token that leads to it has been counted in its scope already. */
export const createElement = (
  core: Core,
  scope: ElementInstance,
  node: FlowNode,
  result: Variables | undefined,
): ElementInstance => {
  const element = newElement(nextKey(core), scope.definition, scope, node);
  element.result = result;
  core.state.elements.set(element.key, element);
  append(scope, element);
  return element;
};

/** Lets a new token start at a node. */
export const spawn = (core: Core, scope: ElementInstance, node: FlowNode, result?: Variables): void => {
  scope.tokens += 1;
  core.enqueue(result === undefined ? { kind: 'enter', scope, node } : { kind: 'enter', scope, node, result });
};

/** Whether every flow into the gateway has been taken; if so, one token of each is used up. */
const joined = (scope: ElementInstance, node: FlowNode, flowId: string): boolean => {
  // A flow may have the name of something that every object inherits.
  scope.joins ??= Object.create(null) as Record<string, number>;
  const waiting = scope.joins;
  waiting[flowId] = (waiting[flowId] ?? 0) + 1;
  if (!node.incoming.every((id) => (waiting[id] ?? 0) > 0)) return false;
  for (const id of node.incoming) {
    if (waiting[id] === 1) delete waiting[id];
    else waiting[id]! -= 1;
  }
  scope.tokens -= node.incoming.length - 1;
  return true;
};

/** Sends a token along a flow; at a parallel join it waits for the others. */
export const takeFlow = (core: Core, scope: ElementInstance, flowId: string, result?: Variables): void => {
  const { model } = scope.definition;
  const flow = model.flows.get(flowId);
  const node = flow && model.nodes.get(flow.target);
  if (node === undefined) throw new Error(`The model has no target for the flow ${flowId}.`);
  core.emit?.({ kind: 'flow:taken', flowId, processInstanceKey: keyText(scope.root.key) });
  scope.tokens += 1;
  if (node.kind === 'parallelGateway' && node.incoming.length > 1 && !joined(scope, node, flowId)) return;
  core.enqueue(result === undefined ? { kind: 'enter', scope, node } : { kind: 'enter', scope, node, result });
};

/** Takes an element that is over out of its scope; the last one completes the scope. */
export const leaveScope = (core: Core, element: ElementInstance): void => {
  const { scope } = element;
  core.state.elements.delete(element.key);
  if (scope === undefined) return;
  unlink(scope, element);
  scope.tokens -= 1;
  if (scope.tokens === 0 && scope.state === 'ACTIVE') enqueueStep(core, 'complete', scope);
};

const end = (core: Core, element: ElementInstance): void => {
  removeIncident(core, element);
  closeWaits(core, element);
  if (element.job !== undefined) {
    const job = viewJob(element.job);
    removeJob(core, element.job);
    core.emit?.({ kind: 'job:cancelled', job });
  }
  const { scope } = element;
  if (scope === undefined) {
    endInstance(core, element, 'TERMINATED');
    return;
  }
  element.state = 'TERMINATED';
  core.emit?.({ kind: 'element:terminated', element: viewElement(element) });
  core.state.elements.delete(element.key);
  unlink(scope, element);
  scope.tokens -= 1;
};

/**
 * Terminates an element with all that is inside it, children first. Its scope is not completed by that: the caller
 * decides what becomes of the token.
 */
export const terminate = (core: Core, element: ElementInstance): void => {
  let current = element;
  for (;;) {
    while (current.last !== undefined) current = current.last;
    const { scope } = current;
    end(core, current);
    if (current === element || scope === undefined) return;
    current = scope;
  }
};

/** A terminate end event is over: all else in its scope ends, tokens on their way included, and the scope completes. */
export const endScope = (core: Core, element: ElementInstance, scope: ElementInstance): void => {
  // From now on the scope takes in no token that is still in the queue.
  scope.state = 'COMPLETING';
  leaveScope(core, element);
  while (scope.last !== undefined) terminate(core, scope.last);
  scope.tokens = 0;
  scope.joins = undefined;
  enqueueStep(core, 'complete', scope);
};
