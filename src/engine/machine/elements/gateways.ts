import type { FlowNode, ProcessModel } from '../../model/types.ts';
import { evaluateCondition } from '../evaluation/expressions.ts';
import { leaveScope, takeFlow } from '../flow/tokens.ts';
import type { Context } from '../store/context.ts';
import { stepFailure } from '../store/incidents.ts';
import type { ElementInstance } from '../store/records.ts';
import { lookupFrom } from '../store/variables.ts';
import { activateWith, type Behavior, type NodeOf, nodesById, passThrough } from './behavior.ts';

/** More conditions would hide the advice. */
const maxConditions = 5;

/** The failure of a gateway that leads nowhere. It has no values of variables: incidents are read by more people than these. */
const noFlow = ({ id, outgoing }: FlowNode, { flows }: ProcessModel): Error => {
  const sources = outgoing.flatMap((flow) => flows.get(flow)?.condition?.source ?? []);
  const more = sources.length > maxConditions ? ` and ${sources.length - maxConditions} more` : '';
  const shown = sources.slice(0, maxConditions).map((source) => `'${source}'`);
  const verb = sources.length === 1 ? 'is' : 'are';
  return stepFailure(
    'CONDITION_ERROR',
    `Expected at least one condition of the flows out of '${id}' to be true, or a default flow, but there is none: ` +
      `${shown.join(', ')}${more} ${verb} false. Fix: set the variables that the conditions read and resolve the incident, ` +
      'or add a flow for this case, such as a default flow.',
  );
};

const chooseFlow = (
  context: Context,
  element: ElementInstance,
  node: NodeOf<'exclusiveGateway'>,
): string | undefined => {
  const { flows } = element.definition.model;
  const lookup = lookupFrom(element);
  for (const id of node.outgoing) {
    if (id === node.defaultFlow) continue;
    const condition = flows.get(id)?.condition;
    if (condition === undefined || evaluateCondition(context, condition, lookup)) return id;
  }
  if (node.defaultFlow !== undefined || node.outgoing.length === 0) return node.defaultFlow;
  throw noFlow(node, element.definition.model);
};

/** Chooses the first flow whose condition is true. */
export const exclusiveGateway: Behavior<'exclusiveGateway'> = {
  activate: (context, element, node) => {
    element.chosenFlow = chooseFlow(context, element, node);
    passThrough(context, element, node);
  },
  leave: (context, element, scope) => {
    if (element.chosenFlow !== undefined) takeFlow(context, scope, element.chosenFlow);
    leaveScope(context, element, scope);
  },
};

const chooseFlows = (
  context: Context,
  element: ElementInstance,
  node: NodeOf<'inclusiveGateway'>,
): readonly string[] => {
  const { flows } = element.definition.model;
  const lookup = lookupFrom(element);
  const chosen = node.outgoing.filter((id) => {
    if (id === node.defaultFlow) return false;
    const condition = flows.get(id)?.condition;
    return condition === undefined || evaluateCondition(context, condition, lookup);
  });
  if (chosen.length > 0 || node.outgoing.length === 0) return chosen;
  if (node.defaultFlow !== undefined) return [node.defaultFlow];
  throw noFlow(node, element.definition.model);
};

/** Chooses every flow whose condition is true. Before its activation, the tokens of its incoming flows were joined. */
export const inclusiveGateway: Behavior<'inclusiveGateway'> = {
  activate: (context, element, node) => {
    const chosenFlows = Object.freeze(chooseFlows(context, element, node));
    passThrough(context, element, node);
    element.details = { ...element.details, chosenFlows };
  },
  leave: (context, element, scope) => {
    for (const flowId of element.details?.chosenFlows ?? []) takeFlow(context, scope, flowId);
    leaveScope(context, element, scope);
  },
};

/** Forks into all flows. Before its activation, `takeFlow` has joined the tokens of its incoming flows. */
export const parallelGateway: Behavior<'parallelGateway'> = { activate: passThrough };

/** Waits for the first of the events that its flows lead to. */
export const eventBasedGateway: Behavior<'eventBasedGateway'> = {
  activate: (context, element, node) => {
    const { flows } = element.definition.model;
    const targets = node.outgoing.map((id) => flows.get(id)?.target ?? '');
    activateWith(context, element, node, nodesById(element, targets));
  },
  passesResultOn: true,
  leave: (context, element, scope) => {
    const { chosenFlow, result } = element;
    if (chosenFlow !== undefined) takeFlow(context, scope, chosenFlow, result ?? {});
    leaveScope(context, element, scope);
  },
};
