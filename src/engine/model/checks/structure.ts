import { defaultFlow, hasCondition } from '../elements/flows.ts';
import { type FlowSite, type Graph, isEventSubProcess, type Scope, type Site } from '../elements/graph.ts';
import { elements, isA, tagOf, textAt } from '../xml/element.ts';
import type { Context } from '../xml/references.ts';

/** Reports wrong connections between the elements of a process. */
export const checkStructure = ({ scopes, sites }: Graph, context: Context): void => {
  for (const scope of scopes) checkStarts(scope, context);
  checkLinks(sites.values(), context);
  for (const site of sites.values()) {
    checkEnds(site, context);
    (checks[site.element.$type] ?? rejectConditions)(site, context);
  }
};

const isNone = ({ element }: Site): boolean =>
  elements(element, 'eventDefinitions').length + elements(element, 'eventDefinitionRef').length === 0;

const checkStarts = ({ element, sites }: Scope, { report }: Context): void => {
  // What an ad-hoc subprocess contains is checked where it is read.
  if (element.$type === 'bpmn:Transaction' || element.$type === 'bpmn:AdHocSubProcess') return;
  const starts = sites.filter((site) => site.element.$type === 'bpmn:StartEvent');
  const none = starts.filter(isNone);
  const ids = starts.map(({ id }) => id).join(', ');
  if (element.$type === 'bpmn:Process') {
    if (starts.length === 0) report(element, 'The process needs a start event.');
    if (none.length > 1)
      report(
        element,
        `The process may have only one start event without a trigger, but has ${ids}. Fix: remove all but one, or give the others a trigger, such as a message.`,
      );
  } else if (isEventSubProcess(element)) {
    if (starts.length !== 1 || none.length > 0) {
      const found = starts.length === 0 ? 'none' : ids;
      report(
        element,
        `The event subprocess needs exactly one start event, and it needs a trigger, but it has ${found}.`,
      );
    }
  } else if (starts.length !== 1) {
    report(element, `The subprocess needs exactly one start event, but has ${starts.length === 0 ? 'none' : ids}.`);
  } else if (none.length === 0) {
    report(element, `The start event of a subprocess must not have a trigger, but "${ids}" has one.`);
  }
};

const checkEnds = ({ element, incoming, outgoing }: Site, { report }: Context): void => {
  const ids = (flows: readonly FlowSite[]): string => flows.map(({ id }) => id).join(', ');
  if (isEventSubProcess(element) && incoming.length + outgoing.length > 0) {
    report(
      element,
      `No sequence flow may lead to or leave an event subprocess, but ${ids([...incoming, ...outgoing])} does.`,
    );
  }
  const noIncoming = element.$type === 'bpmn:StartEvent' || element.$type === 'bpmn:BoundaryEvent';
  if (noIncoming && incoming.length > 0) {
    report(element, `No sequence flow may lead to <${tagOf(element)}>, but ${ids(incoming)} does.`);
  }
  if (element.$type === 'bpmn:EndEvent' && outgoing.length > 0) {
    report(element, `No sequence flow may leave <endEvent>, but ${ids(outgoing)} does.`);
  }
};

type Check = (site: Site, context: Context) => void;

const isLink = ({ element }: Site): boolean =>
  elements(element, 'eventDefinitions').some(({ $type }) => $type === 'bpmn:LinkEventDefinition');

/** A name of a link may have only one catch event in a process. */
const checkLinks = (sites: Iterable<Site>, { report }: Context): void => {
  const first = new Map<string, string>();
  for (const site of sites) {
    const { element, id } = site;
    if (element.$type !== 'bpmn:IntermediateCatchEvent') continue;
    for (const definition of elements(element, 'eventDefinitions')) {
      const name = definition.$type === 'bpmn:LinkEventDefinition' ? (textAt(definition, 'name') ?? '').trim() : '';
      const other = first.get(name);
      if (name === '') continue;
      if (other === undefined) first.set(name, id);
      else report(element, `The event catches the link "${name}", but so does "${other}". Only one of them may.`);
    }
  }
};

const checkEventBasedGateway: Check = (site, context) => {
  const { element, outgoing } = site;
  const { report } = context;
  if (element.instantiate === true)
    report(element, 'An event-based gateway cannot start a process here. Use start events.');
  if (outgoing.length < 2) report(element, 'An event-based gateway needs at least two outgoing sequence flows.');
  for (const { target, id } of outgoing) {
    if (target.element.$type !== 'bpmn:IntermediateCatchEvent' || isLink(target)) {
      report(
        element,
        `The flow "${id}" must lead to an intermediate catch event, but leads to <${tagOf(target.element)}>.`,
      );
    } else if (target.incoming.length > 1) {
      report(
        target.element,
        `Only the event-based gateway "${element.id}" may lead to this event, but there are other incoming flows.`,
      );
    }
  }
  rejectConditions(site, context);
};

const checkConditions: Check = (site, context) => {
  const { element, outgoing } = site;
  const byDefault = defaultFlow(site, context);
  for (const flow of outgoing) {
    if (flow === byDefault || outgoing.length < 2 || hasCondition(flow)) continue;
    context.report(
      flow.element,
      `The flow needs a condition, because the ${element.$type === 'bpmn:InclusiveGateway' ? 'inclusive' : 'exclusive'} gateway "${element.id}" has several outgoing flows and this is not its default flow. Fix: give the flow a condition, or make it the default flow of the gateway.`,
    );
  }
};

const rejectConditions: Check = ({ element, outgoing }, { report }) => {
  if (isA(element, 'bpmn:ComplexGateway')) return;
  for (const flow of outgoing) {
    if (!hasCondition(flow)) continue;
    report(flow.element, `A flow that leaves <${tagOf(element)}> cannot have a condition. Use an exclusive gateway.`);
  }
};

/** Checks of the outgoing flows by the type of the element. */
const checks: Readonly<Record<string, Check>> = {
  'bpmn:EventBasedGateway': checkEventBasedGateway,
  'bpmn:ExclusiveGateway': checkConditions,
  'bpmn:InclusiveGateway': checkConditions,
};
