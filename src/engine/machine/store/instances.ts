import { append, unlink } from '../../../common/collections/linked-list.ts';
import type { FlowNode } from '../../model/types.ts';
import { processKey } from '../tenants.ts';
import type { Variables } from '../types.ts';
import { type Context, enqueueStep } from './context.ts';
import type { Definition, ElementInstance, EndedInstance } from './records.ts';
import type { State } from './state.ts';
import { localVariables } from './variables.ts';
import { callerOf, marksOf, viewEnded } from './views.ts';

/** Creates the record of an element instance, or of a process instance (without scope and node). */
export const newInstance = (
  key: number,
  definition: Definition,
  scope?: ElementInstance,
  node?: FlowNode,
): ElementInstance => {
  // A process instance is its own root, which the literal cannot express; the cast is undone below.
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
    subscriptions: undefined,
    result: undefined,
    chosenFlow: undefined,
    lock: undefined,
    details: undefined,
    first: undefined,
    last: undefined,
    previous: undefined,
    next: undefined,
  };
  if (scope === undefined) element.root = element;
  return element;
};

/** The name of a business id among those of all processes. */
const businessIdName = (definition: Definition, id: string): string => `${processKey(definition)}\u0000${id}`;

/** Counts a process instance with a business id. Instances of call activities inherit theirs, so they do not count. */
const countBusinessId = ({ businessIds }: State, { definition, details }: ElementInstance, change: 1 | -1): void => {
  if (details?.businessId === undefined || details.caller !== undefined) return;
  const name = businessIdName(definition, details.businessId);
  const count = (businessIds.get(name) ?? 0) + change;
  if (count === 0) businessIds.delete(name);
  else businessIds.set(name, count);
};

/** Tells whether an instance of the process is running that was created with this business id. */
export const isBusinessIdInUse = ({ businessIds }: State, definition: Definition, id: string): boolean =>
  businessIds.has(businessIdName(definition, id));

/** Adds an instance to the state. */
export const addInstance = (state: State, element: ElementInstance): void => {
  const { key, scope } = element;
  state.elements.set(key, element);
  if (scope !== undefined) append(scope, element);
  else enterProcess(state, element);
};

/** Removes an element instance from the state and from its scope, with its token. */
export const removeElement = ({ elements }: State, element: ElementInstance, scope: ElementInstance): void => {
  elements.delete(element.key);
  unlink(scope, element);
  scope.tokens -= 1;
};

/** The process is named as in the other indexes. */
const lockName = (process: string, correlationKey: string): string => `${process}\u0000${correlationKey}`;

/** Tells whether an instance of the process is running that a message with this correlation key started. */
export const isLocked = ({ locks }: State, process: string, correlationKey: string): boolean =>
  correlationKey !== '' && locks.has(lockName(process, correlationKey));

/** A process instance leaves the indexes by process, because it ends or becomes an instance of another definition. */
export const leaveProcess = (state: State, root: ElementInstance): void => {
  countBusinessId(state, root, -1);
  if (root.lock !== undefined) state.locks.delete(lockName(processKey(root.definition), root.lock));
};

/** A process instance enters the indexes of its process again. */
export const enterProcess = (state: State, root: ElementInstance): void => {
  countBusinessId(state, root, 1);
  if (root.lock !== undefined) state.locks.set(lockName(processKey(root.definition), root.lock), root);
};

/** Keeps an ended instance. Beyond the limit, the oldest one is dropped. */
export const keepEnded = (state: State, limit: number, instance: EndedInstance): void => {
  if (limit <= 0) return;
  if (state.endedRing.length < limit) {
    state.endedRing.push(instance.key);
  } else {
    state.ended.delete(state.endedRing[state.endedNext]!);
    state.endedRing[state.endedNext] = instance.key;
    state.endedNext = (state.endedNext + 1) % limit;
  }
  state.ended.set(instance.key, instance);
};

/** The call activity that started a process instance continues when the instance has completed. */
const returnToCaller = (
  context: Context,
  { details }: ElementInstance,
  end: 'COMPLETED' | 'TERMINATED',
  variables: Variables,
): void => {
  const caller = details?.caller;
  if (caller === undefined) return;
  delete caller.details?.called;
  if (caller.state === 'TERMINATING') enqueueStep(context, 'terminate', caller);
  if (end === 'TERMINATED' || caller.node?.kind !== 'callActivity') return;
  // With output mappings, all variables are visible to them, whatever the attribute says.
  if (caller.node.propagateAllChildVariables || caller.node.outputs.length > 0) caller.result = variables;
  enqueueStep(context, 'complete', caller);
};

/** Ends a process instance: only what is kept of ended instances remains. */
export const endInstance = (context: Context, root: ElementInstance, end: 'COMPLETED' | 'TERMINATED'): void => {
  const { state } = context;
  const { key, definition, lock } = root;
  root.state = end;
  state.elements.delete(key);
  const caller = callerOf(root);
  const variables = localVariables(root);
  const ended: EndedInstance = { key, definition, state: end, variables };
  if (caller !== undefined) Object.assign(ended, { caller });
  if (root.details?.tags !== undefined || root.details?.businessId !== undefined)
    Object.assign(ended, { marks: marksOf(root) });
  keepEnded(state, context.keepEnded, ended);
  context.emitWork?.({
    kind: end === 'COMPLETED' ? 'instance:completed' : 'instance:terminated',
    instance: viewEnded(ended),
  });
  returnToCaller(context, root, end, variables);
  leaveProcess(state, root);
  if (lock !== undefined) context.enqueue({ kind: 'startNext', process: processKey(definition), correlationKey: lock });
};

/** A process instance and all element instances in it, outer before inner. */
export const elementsOf = (root: ElementInstance): readonly ElementInstance[] => {
  const found = [root];
  for (const scope of found) {
    for (let element = scope.first; element !== undefined; element = element.next) found.push(element);
  }
  return found;
};
