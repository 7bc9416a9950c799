/** Read access to the elements of bpmn-moddle. A parsed file is external data, so every property is checked. */

/** An element of bpmn-moddle. References are resolved to elements; an unresolved reference is absent. */
export interface Element {
  readonly $type: string;
  readonly $parent?: Element;
  readonly id?: string;
  $instanceOf?(type: string): boolean;
  readonly [property: string]: unknown;
}

const isElement = (value: unknown): value is Element => typeof value === 'object' && value !== null && '$type' in value;

/** The elements that a property contains or refers to. */
export const elements = (element: Element, property: string): readonly Element[] => {
  const value = element[property];
  return Array.isArray(value) ? value.filter(isElement) : [];
};

/** The element that a property contains or refers to. */
export const elementAt = (element: Element, property: string): Element | undefined => {
  const value = element[property];
  return isElement(value) ? value : undefined;
};

/** The text of an attribute. */
export const textAt = (element: Element, property: string): string | undefined => {
  const value = element[property];
  return typeof value === 'string' ? value : undefined;
};

/** The text inside an element such as `bpmn:timeDuration`, trimmed. */
export const bodyAt = (element: Element, property: string): string | undefined => {
  const inner = elementAt(element, property);
  return inner === undefined ? undefined : (textAt(inner, 'body') ?? '').trim();
};

/** The extension elements of one type, e.g. `zeebe:TaskDefinition`. */
export const extensionsOf = (element: Element, type?: string): readonly Element[] => {
  const holder = elementAt(element, 'extensionElements');
  if (holder === undefined) return [];
  const values = elements(holder, 'values');
  return type === undefined ? values : values.filter(({ $type }) => $type === type);
};

/** Tells whether the element has this BPMN type or a type derived from it. */
export const isA = (element: Element, type: string): boolean => element.$instanceOf?.(type) ?? false;

/** The tag of the element without its prefix: `bpmn:TimerEventDefinition` is `timerEventDefinition`. */
export const tagOf = ({ $type }: Element): string => {
  const local = $type.slice($type.indexOf(':') + 1);
  return local.charAt(0).toLowerCase() + local.slice(1);
};

/**
 * The path of an element in a problem: the id of the closest element with an id, then tags. The ids of event definitions
 * are skipped, because no modeling tool shows them.
 */
export const pathOf = (element: Element, ...below: readonly string[]): readonly string[] => {
  const path = [...below];
  for (let at: Element | undefined = element; at !== undefined; at = at.$parent) {
    const id = isA(at, 'bpmn:EventDefinition') ? undefined : at.id;
    // An empty id does not identify the element.
    path.unshift(id || tagOf(at));
    if (id) break;
  }
  return path;
};

/** The elements directly inside an element, in contrast to those that it refers to. */
const directlyInside = (element: Element): readonly Element[] =>
  Object.values(element)
    .flat()
    .filter((value) => isElement(value) && value.$parent === element) as readonly Element[];

/** An element, and everything inside it at any depth. */
export const elementsInside = (element: Element): readonly Element[] => {
  const found = [element];
  for (const one of found) found.push(...directlyInside(one));
  return found;
};
