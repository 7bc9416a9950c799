import type { Graph, Site } from '../elements/graph.ts';
import { elements } from '../xml/element.ts';
import type { Report } from '../xml/problems.ts';

const idsOf = (sites: readonly { readonly id: string }[]): string => sites.map(({ id }) => id).join(', ');

const isCompensation = ({ element }: Site): boolean =>
  elements(element, 'eventDefinitions').some(({ $type }) => $type === 'bpmn:CompensateEventDefinition');

/** Reports sequence flows and boundary events where compensation has none. */
export const checkCompensation = ({ sites }: Graph, report: Report): void => {
  for (const site of sites.values()) {
    const { element, incoming, outgoing, boundaryEvents } = site;
    if (element.isForCompensation === true) {
      const flows = [...incoming, ...outgoing];
      if (flows.length > 0)
        report(element, `No sequence flow may lead to or leave a compensation handler, but ${idsOf(flows)} does.`);
      if (boundaryEvents.length > 0)
        report(element, `A compensation handler cannot have boundary events, but has ${idsOf(boundaryEvents)}.`);
    }
    if (element.$type === 'bpmn:BoundaryEvent' && isCompensation(site) && outgoing.length > 0) {
      const text = `No sequence flow may leave a compensation boundary event, but ${idsOf(outgoing)} does.`;
      report(element, `${text} Draw an association to its handler.`);
    }
  }
};
