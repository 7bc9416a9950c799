import type { Expression } from '../../../feel/types.ts';
import { expressionAt } from '../elements/expressions.ts';
import type { FlowSite, Graph, Scope, Site } from '../elements/graph.ts';
import { type Context, refer } from '../elements/triggers.ts';
import { bodyAt, elementAt, elements, isA, tagOf } from '../xml/element.ts';

/** Reports what is wrong in how the elements of a process are joined. */
export const checkStructure = ({ scopes, sites }: Graph, context: Context): void => {
  for (const scope of scopes) checkStarts(scope, context);
  for (const site of sites.values()) {
    checkEnds(site, context);
    if (site.element.$type === 'bpmn:EventBasedGateway') checkEventBasedGateway(site, context);
    if (site.element.$type === 'bpmn:ExclusiveGateway') checkExclusiveGateway(site, context);
    else refuseConditions(site, context);
  }
};

const isNone = ({ element }: Site): boolean =>
  elements(element, 'eventDefinitions').length + elements(element, 'eventDefinitionRef').length === 0;

const checkStarts = ({ element, sites }: Scope, { report }: Context): void => {
  const starts = sites.filter((site) => site.element.$type === 'bpmn:StartEvent');
  const none = starts.filter(isNone);
  const ids = starts.map(({ id }) => id).join(', ');
  if (element.$type === 'bpmn:Process') {
    if (starts.length === 0) report(element, 'The process needs a start event.');
    if (none.length > 1)
      report(element, `The process may have one start event without a trigger only, but has ${ids}.`);
  } else if (starts.length !== 1) {
    report(element, `The subprocess needs exactly one start event, but has ${starts.length === 0 ? 'none' : ids}.`);
  } else if (none.length === 0) {
    report(element, `The start event of a subprocess must be without a trigger, but "${ids}" has one.`);
  }
};

const checkEnds = ({ element, incoming, outgoing }: Site, { report }: Context): void => {
  const flows = (sites: readonly FlowSite[]): string => sites.map(({ id }) => id).join(', ');
  const noIncoming = element.$type === 'bpmn:StartEvent' || element.$type === 'bpmn:BoundaryEvent';
  if (noIncoming && incoming.length > 0) {
    report(element, `No sequence flow may lead to a ${tagOf(element)}, but ${flows(incoming)} does.`);
  }
  if (element.$type === 'bpmn:EndEvent' && outgoing.length > 0) {
    report(element, `No sequence flow may leave an endEvent, but ${flows(outgoing)} does.`);
  }
};

const checkEventBasedGateway = ({ element, outgoing }: Site, { report }: Context): void => {
  if (element.instantiate === true)
    report(element, 'An event-based gateway cannot start a process here. Use start events.');
  if (outgoing.length < 2) report(element, 'An event-based gateway needs at least two outgoing sequence flows.');
  for (const { target, id } of outgoing) {
    if (target.element.$type !== 'bpmn:IntermediateCatchEvent') {
      report(
        element,
        `The flow "${id}" must lead to an intermediate catch event, but leads to a ${tagOf(target.element)}.`,
      );
    } else if (target.incoming.length > 1) {
      report(
        target.element,
        `Only the event-based gateway "${element.id}" may lead to this event, but other flows do, too.`,
      );
    }
  }
};

const checkExclusiveGateway = (site: Site, context: Context): void => {
  const { element, outgoing } = site;
  const byDefault = defaultFlow(site, context);
  for (const flow of outgoing) {
    if (flow === byDefault || outgoing.length < 2 || hasCondition(flow)) continue;
    context.report(
      flow.element,
      `The flow needs a condition, because the exclusive gateway "${element.id}" has several and this is not its default.`,
    );
  }
};

const hasCondition = ({ element }: FlowSite): boolean => elementAt(element, 'conditionExpression') !== undefined;

const refuseConditions = ({ element, outgoing }: Site, { report }: Context): void => {
  if (isA(element, 'bpmn:InclusiveGateway') || isA(element, 'bpmn:ComplexGateway')) return;
  for (const flow of outgoing) {
    if (!hasCondition(flow)) continue;
    report(
      flow.element,
      `A flow that leaves a ${tagOf(element)} cannot have a condition. Put an exclusive gateway between.`,
    );
  }
};

/** The default flow of an exclusive gateway; one that leaves another node is reported. */
export const defaultFlow = (site: Site, context: Context): FlowSite | undefined => {
  const named = refer(site.element, 'default', context);
  const flow = site.outgoing.find(({ element }) => element === named);
  if (named !== undefined && flow === undefined) {
    context.report(site.element, `The default flow "${named.id}" does not leave this gateway.`);
  }
  return flow;
};

/** The condition of a flow. It has to parse on a default flow, too, but is not obeyed there. */
export const readCondition = (flow: FlowSite, context: Context): Expression | undefined => {
  if (!hasCondition(flow)) return undefined;
  const { report } = context;
  const text = bodyAt(flow.element, 'conditionExpression');
  return expressionAt('The condition', text, report, flow.element, 'conditionExpression');
};
