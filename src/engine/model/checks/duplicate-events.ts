import { type Graph, isEventSubProcess, type Scope, type Site } from '../elements/graph.ts';
import type { FlowNode } from '../types.ts';
import type { Report } from '../xml/problems.ts';

/**
 * Reports events that wait for the same message or condition or catch the same error: among the start events of a process, the event
 * subprocesses of a scope, the boundary events of an activity, and the events after an event-based gateway.
 */
export const checkDuplicateEvents = (
  { scopes, sites }: Graph,
  nodes: ReadonlyMap<string, FlowNode>,
  report: Report,
): void => {
  const startsOf = (scope: Scope): readonly Site[] =>
    scope.sites.filter(({ element }) => element.$type === 'bpmn:StartEvent');
  for (const scope of scopes) {
    if (!isEventSubProcess(scope.element)) checkSites(startsOf(scope), nodes, report, conditionOf);
    const inside = scopes.filter(({ element }) => isEventSubProcess(element) && sites.get(element)?.scope === scope);
    checkSites(inside.flatMap(startsOf), nodes, report);
  }
  for (const site of sites.values()) {
    const { element, boundaryEvents, outgoing } = site;
    // A receive task waits for its message beside its boundary events.
    checkSites(element.$type === 'bpmn:ReceiveTask' ? [site, ...boundaryEvents] : boundaryEvents, nodes, report);
    if (element.$type === 'bpmn:EventBasedGateway')
      checkSites(
        outgoing.map(({ target }) => target),
        nodes,
        report,
        conditionOf,
      );
  }
};

/** Boundary events and event subprocesses may have the same condition, as in Camunda. */
const conditionOf = (node: FlowNode | undefined): string | undefined =>
  node !== undefined && 'trigger' in node && node.trigger?.kind === 'condition'
    ? `the condition "=${node.trigger.condition.source}"`
    : undefined;

const checkSites = (
  sites: readonly Site[],
  nodes: ReadonlyMap<string, FlowNode>,
  report: Report,
  more: (node: FlowNode | undefined) => string | undefined = () => undefined,
): void => {
  const first = new Map<string, string>();
  for (const { element, id } of sites) {
    const event = eventOf(nodes.get(id)) ?? more(nodes.get(id));
    if (event === undefined) continue;
    const other = first.get(event);
    if (other === undefined) first.set(event, id);
    else report(element, `The event waits for ${event}, but so does "${other}". Only one of them may.`);
  }
};

const eventOf = (node: FlowNode | undefined): string | undefined => {
  if (node === undefined || !('trigger' in node)) return undefined;
  switch (node.trigger?.kind) {
    case 'message': {
      const { name } = node.trigger.message;
      return `the message "${name.kind === 'static' ? name.text : `=${name.expression.source}`}"`;
    }
    case 'signal': {
      const { name } = node.trigger;
      return `the signal "${name.kind === 'static' ? name.text : `=${name.expression.source}`}"`;
    }
    case 'error':
    case 'escalation': {
      const { kind, code } = node.trigger;
      return code === undefined ? `every ${kind}` : `the ${kind} "${code}"`;
    }
    default:
      return undefined;
  }
};
