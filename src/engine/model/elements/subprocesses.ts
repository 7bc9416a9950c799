import { elements } from '../xml/element.ts';
import type { ReadNode } from './node-base.ts';

export const readSubProcess: ReadNode = ({ element }, base) => {
  const start = elements(element, 'flowElements').find(({ $type }) => $type === 'bpmn:StartEvent')?.id;
  return start === undefined ? undefined : { ...base, kind: 'subProcess', start };
};
