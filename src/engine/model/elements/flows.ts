import type { Expression } from '../../../feel/types.ts';
import type { Flow } from '../types.ts';
import { bodyAt, elementAt } from '../xml/element.ts';
import { type Context, refer } from '../xml/references.ts';
import { expressionAt } from './expressions.ts';
import type { FlowSite, Site } from './graph.ts';

/** Tells whether a flow has a condition, valid or not. */
export const hasCondition = ({ element }: FlowSite): boolean => elementAt(element, 'conditionExpression') !== undefined;

/** The default flow of an exclusive or inclusive gateway. A flow that does not leave the gateway is reported. */
export const defaultFlow = (site: Site, context: Context): FlowSite | undefined => {
  const named = refer(site.element, 'default', context);
  const flow = site.outgoing.find(({ element }) => element === named);
  if (named !== undefined && flow === undefined) {
    context.report(site.element, `The default flow "${named.id}" does not leave this gateway.`);
  }
  return flow;
};

/** Tells whether an element is a gateway that can have a default flow. */
export const hasDefaultFlow = ({ element }: Site): boolean =>
  element.$type === 'bpmn:ExclusiveGateway' || element.$type === 'bpmn:InclusiveGateway';

const readCondition = (flow: FlowSite, { report }: Context): Expression | undefined => {
  if (!hasCondition(flow)) return undefined;
  const text = bodyAt(flow.element, 'conditionExpression');
  return expressionAt('The condition', text, report, flow.element, 'conditionExpression');
};

/** Reads a sequence flow. The condition of a default flow must be valid, but it is ignored. */
export const readFlow = (flow: FlowSite, context: Context): Flow => {
  const condition = readCondition(flow, context);
  const isDefault = hasDefaultFlow(flow.source) && defaultFlow(flow.source, context) === flow;
  return Object.freeze({
    id: flow.id,
    source: flow.source.id,
    target: flow.target.id,
    ...(condition === undefined || isDefault ? {} : { condition }),
  });
};
