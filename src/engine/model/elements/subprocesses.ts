import { elements } from '../xml/element.ts';
import { isEventSubProcess } from './graph.ts';
import type { ReadNode } from './node-base.ts';

export const readSubProcess: ReadNode = ({ element }, base) => {
  const start = elements(element, 'flowElements').find(({ $type }) => $type === 'bpmn:StartEvent');
  if (start?.id === undefined) return undefined;
  if (!isEventSubProcess(element)) return { ...base, kind: 'subProcess', start: start.id };
  return { ...base, kind: 'eventSubProcess', start: start.id, interrupting: start.isInterrupting !== false };
};
