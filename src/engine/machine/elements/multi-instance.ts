import type { Lookup } from '../../../feel/types.ts';
import type { FlowNode, Loop } from '../../model/types.ts';
import { evaluate, evaluateCondition, mismatch, typeName } from '../evaluation/expressions.ts';
import { rememberCompletion, rememberInside } from '../flow/compensation.ts';
import { closeSubscriptions } from '../flow/event-subscriptions.ts';
import { endsInstance, terminateInside } from '../flow/termination.ts';
import { createElement } from '../flow/tokens.ts';
import { type Context, enqueueStep } from '../store/context.ts';
import { stepFailure } from '../store/incidents.ts';
import { removeElement } from '../store/instances.ts';
import type { ElementInstance, LoopState } from '../store/records.ts';
import { lookupFrom, mergeVariable, writeLocal } from '../store/variables.ts';
import { viewElement } from '../store/views.ts';
import type { Json } from '../types.ts';
import { activateWith, leaveByAllFlows } from './behavior.ts';

/** The next instance in a body, with its item and its number as local variables. */
const startInstance = (context: Context, body: ElementInstance, node: FlowNode, loop: Loop, state: LoopState): void => {
  const index = state.started;
  state.started += 1;
  body.tokens += 1;
  const element = createElement(context, body, node, undefined);
  element.details = { index };
  writeLocal(context, element, 'loopCounter', index + 1);
  if (loop.inputElement !== undefined) writeLocal(context, element, loop.inputElement, state.items[index] ?? null);
  // As in Zeebe: otherwise a job would write the variable into an outer scope, where the instances share it.
  if (loop.outputVariable !== undefined) writeLocal(context, element, loop.outputVariable, null);
  enqueueStep(context, 'activate', element);
};

const evaluateItems = (context: Context, body: ElementInstance, { inputCollection }: Loop): readonly Json[] => {
  const lookup = lookupFrom(body);
  const items = evaluate(context, inputCollection, lookup, 'EXTRACT_VALUE_ERROR');
  if (Array.isArray(items)) return items;
  throw mismatch({ kind: 'feel', expression: inputCollection }, lookup, "'ARRAY'", `'${typeName(items)}'`);
};

/** The step `activate` of the body: evaluates the list, and starts all instances or the first one. */
export const activateBody = (context: Context, body: ElementInstance, node: FlowNode, loop: Loop): void => {
  const items = evaluateItems(context, body, loop);
  activateWith(context, body, node, []);
  const state: LoopState = { items, started: 0, completed: 0 };
  body.details = { ...body.details, loop: state };
  if (loop.outputCollection !== undefined)
    writeLocal(context, body, loop.outputCollection, Object.freeze(items.map(() => null)));
  const count = loop.sequential ? Math.min(1, items.length) : items.length;
  if (count === 0) enqueueStep(context, 'complete', body);
  for (let index = 0; index < count; index++) startInstance(context, body, node, loop, state);
};

/** Adds the result of an instance to the list of results. */
const collect = (context: Context, element: ElementInstance, body: ElementInstance, loop: Loop): void => {
  const { outputCollection, outputElement } = loop;
  const index = element.details?.index;
  if (outputCollection === undefined || outputElement === undefined || index === undefined) return;
  const value = evaluate(context, outputElement, lookupFrom(element), 'EXTRACT_VALUE_ERROR');
  const list = body.variables?.[outputCollection];
  if (!Array.isArray(list) || list.length <= index) {
    const found = Array.isArray(list) ? 'a shorter list' : `'${typeName(list ?? null)}'`;
    throw stepFailure(
      'EXTRACT_VALUE_ERROR',
      `Expected the output collection '${outputCollection}' to be an 'ARRAY' with a place for each instance, but was ${found}.`,
    );
  }
  writeLocal(context, body, outputCollection, Object.freeze(list.with(index, value)) as Json);
};

/** Tells whether the completion condition is true after one more instance has completed. */
const isSatisfied = (context: Context, element: ElementInstance, loop: Loop, state: LoopState): boolean => {
  if (loop.completionCondition === undefined) return false;
  const completed = state.completed + 1;
  const numbers = new Map([
    ['numberOfInstances', state.started],
    ['numberOfActiveInstances', state.started - completed],
    ['numberOfCompletedInstances', completed],
    ['numberOfTerminatedInstances', 0],
  ]);
  const variables = lookupFrom(element);
  const lookup: Lookup = (name) => numbers.get(name) ?? variables(name);
  return evaluateCondition(context, loop.completionCondition, lookup);
};

const end = (context: Context, element: ElementInstance): void => {
  closeSubscriptions(context, element);
  element.state = 'COMPLETED';
  context.emit?.({ kind: 'element:completed', element: viewElement(element) });
};

/** An instance in the body has completed, with its output mappings: the next one starts, or the body completes. */
export const completeLoopInstance = (
  context: Context,
  element: ElementInstance,
  body: ElementInstance,
  node: FlowNode,
  loop: Loop,
): void => {
  const state = body.details?.loop;
  if (state === undefined) throw new Error(`The instance of ${node.id} is not in a multi-instance body.`);
  // If an incident repeats this step, the variables must not overwrite the changes that resolve the incident.
  element.result = undefined;
  collect(context, element, body, loop);
  const isComplete = isSatisfied(context, element, loop, state);
  end(context, element);
  rememberInside(element, body);
  state.completed += 1;
  removeElement(context.state, element, body);
  if (isComplete) {
    terminateInside(context, body);
  } else if (loop.sequential && state.started < state.items.length) {
    startInstance(context, body, node, loop, state);
  }
  if (body.tokens === 0) enqueueStep(context, 'complete', body);
};

/** The step `complete` of the body: the list of results goes to the scope around it. */
export const completeBody = (context: Context, body: ElementInstance, scope: ElementInstance, loop: Loop): void => {
  const { outputCollection } = loop;
  if (outputCollection !== undefined) {
    mergeVariable(context, scope, outputCollection, body.variables?.[outputCollection] ?? null);
  }
  end(context, body);
  if (endsInstance(context, body, scope)) return;
  rememberCompletion(body, scope);
  leaveByAllFlows(context, body, scope);
};
