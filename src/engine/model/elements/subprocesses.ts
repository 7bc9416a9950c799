import { type Element, elements } from '../xml/element.ts';
import type { ReadNode } from './reader.ts';

/** Tells whether the element is a subprocess with a scope of its own, and not an event subprocess. */
export const isEmbeddedSubProcess = (element: Element): boolean =>
  element.$type === 'bpmn:SubProcess' && element.triggeredByEvent !== true;

export const readSubProcess: ReadNode = ({ element }, base) => {
  const start = elements(element, 'flowElements').find(({ $type }) => $type === 'bpmn:StartEvent')?.id;
  return start === undefined ? undefined : { ...base, kind: 'subProcess', start };
};
