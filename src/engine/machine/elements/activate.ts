import type { FlowNode, Source } from '../../model/types.ts';
import { createJob, planJob } from '../commands/jobs.ts';
import { type Core, enqueueStep } from '../store/core.ts';
import { stepFailure } from '../store/failure.ts';
import type { ElementInstance } from '../store/records.ts';
import { lookupFrom } from '../store/variables.ts';
import { viewElement } from '../store/views.ts';
import { catchError, findCatcher, unhandledText } from './errors.ts';
import { evaluateCondition, evaluateText } from './expressions.ts';
import { applyInputs } from './mappings.ts';
import { spawn } from './tree.ts';
import { openWaits, planWaits } from './waits.ts';

type Of<Kind extends FlowNode['kind']> = FlowNode & { readonly kind: Kind };

const nodesById = (element: ElementInstance, ids: readonly string[]): readonly FlowNode[] => {
  const { nodes } = element.definition.model;
  return ids.map((id) => nodes.get(id)).filter((node) => node !== undefined);
};

const becomeActive = (core: Core, element: ElementInstance): void => {
  element.state = 'ACTIVE';
  core.emit?.({ kind: 'element:activated', element: viewElement(element) });
};

/** Opens the boundary events and whatever else the element waits for. All of it is evaluated before any of it opens. */
const activateWith = (core: Core, element: ElementInstance, node: FlowNode, own: readonly FlowNode[]): void => {
  if (own.length > 0 || node.boundaryEvents.length > 0) {
    openWaits(core, element, planWaits(core, element, [...own, ...nodesById(element, node.boundaryEvents)]));
  }
  becomeActive(core, element);
};

const passThrough = (core: Core, element: ElementInstance, node: FlowNode): void => {
  activateWith(core, element, node, []);
  enqueueStep(core, 'complete', element);
};

const activateJobTask = (core: Core, element: ElementInstance, node: Of<'jobTask'>): void => {
  const plan = planJob(core, element, node.job);
  activateWith(core, element, node, []);
  createJob(core, element, plan);
};

/** An event that an event-based gateway has led to has been triggered already, and so has a result. */
const activateCatch = (core: Core, element: ElementInstance, node: FlowNode): void => {
  if (element.result !== undefined) passThrough(core, element, node);
  else activateWith(core, element, node, [node]);
};

const activateEventGateway = (core: Core, element: ElementInstance, node: FlowNode): void => {
  const { flows } = element.definition.model;
  const targets = node.outgoing.map((id) => flows.get(id)?.target ?? '');
  activateWith(core, element, node, nodesById(element, targets));
};

const chooseFlow = (core: Core, element: ElementInstance, node: Of<'exclusiveGateway'>): string | undefined => {
  const { flows } = element.definition.model;
  const lookup = lookupFrom(element);
  for (const id of node.outgoing) {
    if (id === node.defaultFlow) continue;
    const condition = flows.get(id)?.condition;
    if (condition === undefined || evaluateCondition(core, condition, lookup)) return id;
  }
  if (node.defaultFlow !== undefined || node.outgoing.length === 0) return node.defaultFlow;
  throw stepFailure(
    'CONDITION_ERROR',
    `Expected at least one condition of the flows out of '${node.id}' to be true, or a default flow, but there is none.`,
  );
};

const activateSubProcess = (core: Core, element: ElementInstance, node: Of<'subProcess'>): void => {
  const start = element.definition.model.nodes.get(node.start);
  if (start === undefined) throw new Error(`The model has no start event for the subprocess ${node.id}.`);
  activateWith(core, element, node, []);
  spawn(core, element, start);
};

const throwFromEnd = (core: Core, element: ElementInstance, source: Source): void => {
  const code = evaluateText(core, source, lookupFrom(element));
  const catcher = findCatcher(element, code);
  if (catcher === undefined) throw stepFailure('UNHANDLED_ERROR_EVENT', unhandledText(element, code, ''));
  becomeActive(core, element);
  catchError(core, catcher, {});
};

/** The step `activate`: input mappings, then what the kind of node asks for. */
export const activate = (core: Core, element: ElementInstance): void => {
  const { node } = element;
  if (node === undefined) return;
  applyInputs(core, element);
  switch (node.kind) {
    case 'jobTask':
      activateJobTask(core, element, node);
      break;
    case 'receiveTask':
    case 'catchEvent':
      activateCatch(core, element, node);
      break;
    case 'eventBasedGateway':
      activateEventGateway(core, element, node);
      break;
    case 'exclusiveGateway':
      element.chosen = chooseFlow(core, element, node);
      passThrough(core, element, node);
      break;
    case 'subProcess':
      activateSubProcess(core, element, node);
      break;
    case 'endEvent':
      if (node.end.kind === 'error') throwFromEnd(core, element, node.end.code);
      else passThrough(core, element, node);
      break;
    case 'startEvent':
    case 'passThrough':
    case 'boundaryEvent':
    case 'parallelGateway':
      passThrough(core, element, node);
      break;
  }
};
