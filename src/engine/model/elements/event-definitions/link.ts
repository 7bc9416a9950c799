import { type Element, elements, textAt } from '../../xml/element.ts';
import type { Context } from '../../xml/references.ts';
import type { Site } from '../graph.ts';

const linkOf = ({ element }: Site): Element | undefined =>
  elements(element, 'eventDefinitions').find(({ $type }) => $type === 'bpmn:LinkEventDefinition');

const nameOf = (definition: Element): string => (textAt(definition, 'name') ?? '').trim();

/** Reads the name of a link; `undefined` after a problem. */
export const readLinkName = (definition: Element, { report }: Context): string | undefined => {
  const name = nameOf(definition);
  if (name !== '') return name;
  report(definition, 'The link has no name.');
  return undefined;
};

/** The id of the catch event to which a link leads; `undefined` after a problem. */
export const readLinkTarget = (site: Site, definition: Element, context: Context): string | undefined => {
  const name = readLinkName(definition, context);
  if (name === undefined) return undefined;
  const target = site.scope.sites.find((other) => {
    const link = other.element.$type === 'bpmn:IntermediateCatchEvent' ? linkOf(other) : undefined;
    return link !== undefined && nameOf(link) === name;
  });
  if (target === undefined) {
    context.report(site.element, `No link catch event with the name "${name}" is in the same scope.`);
  }
  return target?.id;
};
