import type { Graph, Site } from '../elements/graph.ts';
import type { FlowNode } from '../types.ts';
import type { Report } from './report.ts';

/**
 * Reports events that cannot be told apart: among the start events of a process, the boundary events of one activity and
 * the events behind one event-based gateway, no two may wait for the same message or catch the same error.
 */
export const refuseDuplicates = (
  { scopes, sites }: Graph,
  nodes: ReadonlyMap<string, FlowNode>,
  report: Report,
): void => {
  for (const scope of scopes) {
    refuse(
      scope.sites.filter(({ element }) => element.$type === 'bpmn:StartEvent'),
      nodes,
      report,
    );
  }
  for (const { element, boundaryEvents, outgoing } of sites.values()) {
    refuse(boundaryEvents, nodes, report);
    if (element.$type === 'bpmn:EventBasedGateway')
      refuse(
        outgoing.map(({ target }) => target),
        nodes,
        report,
      );
  }
};

const refuse = (rivals: readonly Site[], nodes: ReadonlyMap<string, FlowNode>, report: Report): void => {
  const first = new Map<string, string>();
  for (const { element, id } of rivals) {
    const awaited = whatItAwaits(nodes.get(id));
    if (awaited === undefined) continue;
    const other = first.get(awaited);
    if (other === undefined) first.set(awaited, id);
    else report(element, `The event waits for ${awaited}, but so does "${other}". Only one of them may.`);
  }
};

const whatItAwaits = (node: FlowNode | undefined): string | undefined => {
  if (node === undefined || !('trigger' in node)) return undefined;
  switch (node.trigger?.kind) {
    case 'message': {
      const { name } = node.trigger.message;
      return `the message "${name.kind === 'static' ? name.text : `=${name.expression.source}`}"`;
    }
    case 'error':
      return node.trigger.code === undefined ? 'every error' : `the error "${node.trigger.code}"`;
    default:
      return undefined;
  }
};
