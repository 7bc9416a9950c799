import type { FlowNode, ProcessModel } from '../../model/types.ts';
import type { Context } from '../store/context.ts';
import type { ElementInstance } from '../store/records.ts';

/*
 * An inclusive gateway with several incoming flows waits until each of them was taken, or until nothing in its scope can
 * reach it any more by a flow that was not taken. Conditions are ignored, as in Zeebe.
 */

type Ids = ReadonlySet<string>;

const addTo = (map: Map<string, string[]>, key: string, id: string): void => {
  const list = map.get(key);
  if (list === undefined) map.set(key, [id]);
  else list.push(id);
};

/** The nodes from which a token can come directly to each node: by a flow, a link, or a boundary event. */
const predecessorsIn = ({ nodes, flows }: ProcessModel): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, string[]>();
  for (const { source, target } of flows.values()) addTo(found, target, source);
  for (const node of nodes.values()) {
    if (node.kind === 'boundaryEvent') addTo(found, node.id, node.attachedTo);
    if (node.kind === 'throwEvent' && node.thrown.kind === 'link') addTo(found, node.thrown.target, node.id);
  }
  return found;
};

/** The nodes from which a token can come over a flow, without passing through the gateway that the flow leads to. */
const sourcesOf = (predecessors: ReadonlyMap<string, readonly string[]>, source: string, gateway: string): Ids => {
  const found = new Set([source]);
  for (const id of found) {
    if (id === gateway) continue;
    for (const before of predecessors.get(id) ?? []) found.add(before);
  }
  return found;
};

/** By flow to an inclusive gateway. It is computed when the first token of a process waits at one. */
const cache = new WeakMap<ProcessModel, ReadonlyMap<string, Ids>>();

const sourcesIn = (model: ProcessModel): ReadonlyMap<string, Ids> => {
  const known = cache.get(model);
  if (known !== undefined) return known;
  const predecessors = predecessorsIn(model);
  const found = new Map<string, Ids>();
  for (const { id, source, target } of model.flows.values()) {
    if (model.nodes.get(target)?.kind === 'inclusiveGateway') found.set(id, sourcesOf(predecessors, source, target));
  }
  cache.set(model, found);
  return found;
};

const isWaiting = ({ joins }: ElementInstance, flowId: string): boolean => (joins?.[flowId] ?? 0) > 0;

/** The inclusive gateways of a scope at which tokens wait. */
const waitingGateways = (scope: ElementInstance): readonly FlowNode[] => {
  const { nodes, flows } = scope.definition.model;
  const found = new Set<FlowNode>();
  for (const flowId of Object.keys(scope.joins ?? {})) {
    const node = nodes.get(flows.get(flowId)?.target ?? '');
    if (node?.kind === 'inclusiveGateway') found.add(node);
  }
  return [...found];
};

/** A token waits at an inclusive gateway. */
export const awaitInclusiveJoin = (context: Context, scope: ElementInstance, flowId: string): void => {
  // Without a prototype, because a flow id can be the name of an inherited property.
  scope.joins ??= Object.create(null) as Record<string, number>;
  scope.joins[flowId] = (scope.joins[flowId] ?? 0) + 1;
  context.enqueue({ kind: 'join', scope });
};

/** Something has left a scope, so that a gateway may have nothing more to wait for. */
export const recheckInclusiveJoins = (context: Context, scope: ElementInstance): void => {
  if (waitingGateways(scope).length > 0) context.enqueue({ kind: 'join', scope });
};

/** Whether tokens of the scope are on their way to a node. Each of them becomes an element soon. */
const hasTokensInTransit = (scope: ElementInstance): boolean => {
  let known = 0;
  for (let element = scope.first; element !== undefined; element = element.next) known += 1;
  for (const count of Object.values(scope.joins ?? {})) known += count;
  return scope.tokens > known;
};

const release = (context: Context, scope: ElementInstance, gateway: FlowNode): void => {
  const joins = scope.joins ?? {};
  for (const id of gateway.incoming) {
    if (!isWaiting(scope, id)) continue;
    if (joins[id] === 1) delete joins[id];
    else joins[id]! -= 1;
    scope.tokens -= 1;
  }
  scope.tokens += 1;
  context.enqueue({ kind: 'enter', scope, node: gateway });
  if (waitingGateways(scope).length > 0) context.enqueue({ kind: 'join', scope });
};

/** Lets one of the waiting inclusive gateways of a scope go on, if nothing can reach it any more. */
export const checkInclusiveJoins = (context: Context, scope: ElementInstance): void => {
  const waiting = waitingGateways(scope);
  if (scope.state !== 'ACTIVE' || waiting.length === 0) return;
  const sources = sourcesIn(scope.definition.model);
  const reaches = (id: string, gateway: FlowNode): boolean =>
    gateway.incoming.some((flowId) => !isWaiting(scope, flowId) && sources.get(flowId)?.has(id));
  const isComplete = (gateway: FlowNode): boolean => gateway.incoming.every((flowId) => isWaiting(scope, flowId));
  const complete = waiting.find(isComplete);
  if (complete !== undefined) {
    release(context, scope, complete);
    return;
  }
  if (hasTokensInTransit(scope)) {
    context.enqueue({ kind: 'join', scope });
    return;
  }
  const isReached = (gateway: FlowNode): boolean => {
    for (let element = scope.first; element !== undefined; element = element.next) {
      if (element.node !== undefined && reaches(element.node.id, gateway)) return true;
    }
    return false;
  };
  const ready = waiting.filter((gateway) => !isReached(gateway));
  // A gateway that another one leads to goes on after it. If they lead to each other, the first one goes on.
  const next = ready.find((gateway) => !ready.some((other) => other !== gateway && reaches(other.id, gateway)));
  const gateway = next ?? ready[0];
  if (gateway !== undefined) release(context, scope, gateway);
};
