import type { FlowNode } from '../../model/types.ts';
import { evaluate, evaluateCondition, mismatch, typeName } from '../evaluation/expressions.ts';
import { evaluateJob } from '../evaluation/job-properties.ts';
import { rememberCompletion } from '../flow/compensation.ts';
import { eventSubProcessStarts } from '../flow/event-subprocesses.ts';
import { terminate } from '../flow/termination.ts';
import { createElement, createToken } from '../flow/tokens.ts';
import { type Context, enqueueStep } from '../store/context.ts';
import { removeIncident, stepFailure } from '../store/incidents.ts';
import { removeElement } from '../store/instances.ts';
import type { ElementInstance } from '../store/records.ts';
import { lookupFrom, mergeVariable, writeAllLocal, writeLocal } from '../store/variables.ts';
import { viewElement, viewJob } from '../store/views.ts';
import { createJob, removeJob } from '../store/work/jobs.ts';
import type { Json, Variables } from '../types.ts';
import { activateWith, type Behavior, becomeActive, type NodeOf } from './behavior.ts';

/*
 * An ad-hoc subprocess has one token of its own, which keeps it active while nothing runs in it. It loses this token when its
 * completion is decided; then it completes with the last inner instance.
 */

type AdHocNode = NodeOf<'adHocSubProcess'>;

/** The node of an ad-hoc subprocess; undefined for any other element. */
export const adHocNodeOf = ({ node }: ElementInstance): AdHocNode | undefined =>
  node?.kind === 'adHocSubProcess' ? node : undefined;

const isInner = ({ node }: ElementInstance): boolean => node?.kind === 'adHocInnerInstance';

const nodeById = ({ definition }: ElementInstance, id: string): FlowNode => {
  const node = definition.model.nodes.get(id);
  if (node === undefined) throw new Error(`The model has no element with the id ${id}.`);
  return node;
};

/** Tells whether an element of an ad-hoc subprocess can be activated. */
export const canActivate = ({ adHoc }: AdHocNode, id: unknown): id is string =>
  adHoc.elements.some(({ elementId }) => elementId === id);

/** Activates an element of an ad-hoc subprocess in an inner instance with these variables. */
export const activateInner = (
  context: Context,
  element: ElementInstance,
  { adHoc }: AdHocNode,
  elementId: string,
  variables: Variables,
): void => {
  element.tokens += 1;
  const inner = createElement(context, element, nodeById(element, adHoc.innerInstance), undefined);
  writeAllLocal(context, inner, variables);
  becomeActive(context, inner);
  createToken(context, inner, nodeById(element, elementId));
};

/** Terminates the inner instances of an ad-hoc subprocess. */
export const cancelInner = (context: Context, element: ElementInstance): void => {
  for (const child of childrenOf(element)) if (isInner(child)) terminate(context, child);
};

const childrenOf = (element: ElementInstance): readonly ElementInstance[] => {
  const children: ElementInstance[] = [];
  for (let child = element.first; child !== undefined; child = child.next) children.push(child);
  return children;
};

/** Decides the completion of an ad-hoc subprocess: at once if everything else is cancelled, or with what still runs. */
export const decideCompletion = (context: Context, element: ElementInstance, cancelRemaining: boolean): void => {
  element.details = { ...element.details, fulfilled: true };
  if (cancelRemaining) for (const child of childrenOf(element)) terminate(context, child);
  element.tokens -= 1;
  if (element.tokens === 0) enqueueStep(context, 'complete', element);
};

const activeElements = (context: Context, element: ElementInstance, node: AdHocNode): readonly string[] => {
  const { activeElements: expression } = node.adHoc;
  if (expression === undefined) return [];
  const lookup = lookupFrom(element);
  const value = evaluate(context, expression, lookup, 'EXTRACT_VALUE_ERROR');
  if (!Array.isArray(value)) {
    throw mismatch({ kind: 'feel', expression }, lookup, "an 'ARRAY' of element ids", `'${typeName(value)}'`);
  }
  const unknown = value.findIndex((id) => !canActivate(node, id));
  if (unknown < 0) return value as readonly string[];
  const found = typeof value[unknown] === 'string' ? `'${value[unknown]}'` : `'${typeName(value[unknown] as Json)}'`;
  throw stepFailure(
    'EXTRACT_VALUE_ERROR',
    `Expected result of the expression '${expression.source}' to be ids of elements of '${node.id}' without incoming flows, but item ${unknown + 1} was ${found}.`,
  );
};

const createAdHocJob = (context: Context, element: ElementInstance, { adHoc }: AdHocNode): void => {
  if (adHoc.job === undefined) return;
  createJob(context, element, evaluateJob(context, element, adHoc.job));
};

/** The step `ask`: something in the ad-hoc subprocess has ended, so that a new job replaces the open one. */
export const askWorker = (context: Context, element: ElementInstance): void => {
  const node = adHocNodeOf(element);
  if (node === undefined || element.details?.fulfilled === true || element.details?.interrupted === true) return;
  removeIncident(context, element);
  if (element.job !== undefined) {
    const job = viewJob(element.job);
    removeJob(context, element.job);
    context.emit?.({ kind: 'job:cancelled', job });
  }
  createAdHocJob(context, element, node);
};

/** An ad-hoc subprocess activates the elements of its collection, or asks its worker. */
export const adHocSubProcess: Behavior<'adHocSubProcess'> = {
  activate: (context, element, node) => {
    const { adHoc } = node;
    const ids = activeElements(context, element, node);
    writeLocal(context, element, 'adHocSubProcessElements', adHoc.elements as unknown as Json);
    if (adHoc.output !== undefined) writeLocal(context, element, adHoc.output.collection, Object.freeze([]));
    activateWith(context, element, node, eventSubProcessStarts(element));
    element.tokens += 1;
    for (const id of ids) activateInner(context, element, node, id, {});
    if (adHoc.job !== undefined) enqueueStep(context, 'ask', element);
  },
};

/** It is activated together with its element. */
export const adHocInnerInstance: Behavior<'adHocInnerInstance'> = { activate: becomeActive };

/** The list of results with one more. */
const collected = (context: Context, inner: ElementInstance, scope: ElementInstance, { adHoc }: AdHocNode) => {
  if (adHoc.output === undefined) return undefined;
  const { collection, element } = adHoc.output;
  const value = evaluate(context, element, lookupFrom(inner), 'EXTRACT_VALUE_ERROR');
  const list = scope.variables?.[collection];
  if (Array.isArray(list)) return { collection, list: Object.freeze([...list, value]) as Json };
  throw stepFailure(
    'EXTRACT_VALUE_ERROR',
    `Expected the output collection '${collection}' to be an 'ARRAY', but was '${typeName(list ?? null)}'.`,
  );
};

/** An inner instance has nothing left to do: its result is collected, and the ad-hoc subprocess goes on or completes. */
export const completeInner = (context: Context, inner: ElementInstance, scope: ElementInstance): void => {
  const node = adHocNodeOf(scope);
  if (node === undefined) throw new Error(`${inner.node?.id} is not in an ad-hoc subprocess.`);
  const { completionCondition, job, cancelRemaining } = node.adHoc;
  const results = collected(context, inner, scope, node);
  const lookup = lookupFrom(inner);
  const isFulfilled =
    completionCondition !== undefined &&
    scope.details?.fulfilled !== true &&
    evaluateCondition(context, completionCondition, (name) =>
      name === results?.collection ? results.list : lookup(name),
    );
  if (results !== undefined) writeLocal(context, scope, results.collection, results.list);
  inner.state = 'COMPLETED';
  context.emit?.({ kind: 'element:completed', element: viewElement(inner) });
  rememberCompletion(inner, scope);
  removeElement(context.state, inner, scope);
  if (scope.details?.fulfilled === true) {
    if (scope.tokens === 0) enqueueStep(context, 'complete', scope);
  } else if (isFulfilled) {
    decideCompletion(context, scope, cancelRemaining);
  } else if (job !== undefined) {
    enqueueStep(context, 'ask', scope);
  } else if (completionCondition === undefined && !childrenOf(scope).some(isInner)) {
    decideCompletion(context, scope, false);
  }
};

/** The list of results of an ad-hoc subprocess that completes goes to the scope around it. */
export const passOnResults = (context: Context, element: ElementInstance): void => {
  const collection = adHocNodeOf(element)?.adHoc.output?.collection;
  if (collection === undefined || element.scope === undefined) return;
  mergeVariable(context, element.scope, collection, element.variables?.[collection] ?? null);
};
