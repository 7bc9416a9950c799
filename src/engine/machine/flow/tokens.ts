import type { FlowNode } from '../../model/types.ts';
import { type Context, enqueueStep } from '../store/context.ts';
import { addInstance, newInstance, removeElement } from '../store/instances.ts';
import { keyText, nextKey } from '../store/keys.ts';
import type { Definition, ElementDetails, ElementInstance } from '../store/records.ts';
import { announceVariables, setInitialVariables } from '../store/variables.ts';
import { viewInstance } from '../store/views.ts';
import type { Variables } from '../types.ts';
import { awaitInclusiveJoin, recheckInclusiveJoins } from './inclusive-joins.ts';

/** Creates the instance of a node that a token has reached. The scope has counted the token already. */
export const createElement = (
  context: Context,
  scope: ElementInstance,
  node: FlowNode,
  result: Variables | undefined,
): ElementInstance => {
  const element = newInstance(nextKey(context), scope.definition, scope, node);
  element.result = result;
  addInstance(context.state, element);
  return element;
};

const enter = (context: Context, scope: ElementInstance, node: FlowNode, result: Variables | undefined): void =>
  context.enqueue(result === undefined ? { kind: 'enter', scope, node } : { kind: 'enter', scope, node, result });

/** Creates a token at a node. */
export const createToken = (context: Context, scope: ElementInstance, node: FlowNode, result?: Variables): void => {
  scope.tokens += 1;
  enter(context, scope, node, result);
};

/** What a process instance starts with. */
export interface InstanceStart {
  readonly definition: Definition;
  /** The start event, or the elements of start instructions. */
  readonly node: FlowNode | readonly FlowNode[];
  readonly variables?: Variables;
  /** The variables of the start event. */
  readonly result?: Variables;
  readonly lock?: string;
  /** The call activity that starts the instance. */
  readonly caller?: ElementInstance;
  /** The business id of a called instance; empty: none. Default: that of the calling instance. */
  readonly businessId?: string | undefined;
  readonly details?: Pick<ElementDetails, 'tags' | 'businessId' | 'terminateAfter'> | undefined;
}

const isNode = (node: FlowNode | readonly FlowNode[]): node is FlowNode => !Array.isArray(node);

/** Creates a process instance with a token at its start. */
export const startInstance = (
  context: Context,
  { definition, node, variables, result, lock, caller, businessId: ownId, details }: InstanceStart,
): ElementInstance => {
  const root = newInstance(nextKey(context), definition);
  root.state = 'ACTIVE';
  root.lock = lock;
  if (details !== undefined) root.details = { ...details };
  if (caller !== undefined) {
    const { depth = 0, businessId: inherited = '' } = caller.root.details ?? {};
    const businessId = ownId ?? inherited;
    root.details = { ...(businessId === '' ? {} : { businessId }), caller, depth: depth + 1 };
    caller.details = { ...caller.details, called: root };
  }
  addInstance(context.state, root);
  if (variables !== undefined) setInitialVariables(root, variables);
  context.emit?.({ kind: 'instance:created', instance: viewInstance(root) });
  announceVariables(context, root);
  const { model } = definition;
  if (!isNode(node)) {
    root.details = { ...root.details, pending: { startAt: node.map(({ id }) => id) } };
    enqueueStep(context, 'activate', root);
  } else if (model.eventSubProcesses.has(model.id) || model.listeners?.start !== undefined) {
    root.details = { ...root.details, pending: { node: node.id, result: result ?? null } };
    enqueueStep(context, 'activate', root);
  } else {
    createToken(context, root, node, result);
  }
  return root;
};

/** Adds a token at a join. Tells whether there is one for each incoming flow; if so, all but one of them are removed. */
const joinTokens = (scope: ElementInstance, node: FlowNode, flowId: string): boolean => {
  // Without a prototype, because a flow id can be the name of an inherited property.
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

/** Sends a token along a flow. At a parallel or inclusive gateway with several incoming flows, it waits for the other tokens. */
export const takeFlow = (context: Context, scope: ElementInstance, flowId: string, result?: Variables): void => {
  const { model } = scope.definition;
  const flow = model.flows.get(flowId);
  const node = flow && model.nodes.get(flow.target);
  if (node === undefined) throw new Error(`The model has no target for the flow ${flowId}.`);
  context.emit?.({
    kind: 'flow:taken',
    flowId,
    scopeKey: keyText(scope.key),
    processInstanceKey: keyText(scope.root.key),
    bpmnProcessId: model.id,
  });
  scope.tokens += 1;
  if (node.kind === 'parallelGateway' && node.incoming.length > 1 && !joinTokens(scope, node, flowId)) return;
  if (node.kind === 'inclusiveGateway' && node.incoming.length > 1) {
    awaitInclusiveJoin(context, scope, flowId);
    return;
  }
  enter(context, scope, node, result);
};

/** The event that threw a compensation goes on when all its handlers have ended. */
export const settleHandler = (context: Context, { details }: ElementInstance): void => {
  const thrower = details?.compensates;
  if (thrower?.details?.handlers === undefined) return;
  thrower.details.handlers -= 1;
  if (thrower.details.handlers === 0) enqueueStep(context, 'complete', thrower);
};

/** Removes a completed element from its scope. Without further tokens, the scope completes. */
export const leaveScope = (context: Context, element: ElementInstance, scope: ElementInstance): void => {
  removeElement(context.state, element, scope);
  if (element.details?.compensates !== undefined) settleHandler(context, element);
  if (scope.joins !== undefined) recheckInclusiveJoins(context, scope);
  if (scope.tokens === 0 && scope.state === 'ACTIVE') enqueueStep(context, 'complete', scope);
};
