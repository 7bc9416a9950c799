import { type Element, elements, elementsInside, isA, textAt } from '../../../engine/model/xml/element.ts';
import { parseBpmn } from '../../../engine/model/xml/parse-xml.ts';
import type { NamedElements } from '../../state/elements.ts';

/** What is known of a process from its file. */
export interface ProcessModel extends NamedElements {
  /** The ids of the elements around an element, the closest first. */
  readonly around: ReadonlyMap<string, readonly string[]>;
}

const isNode = (element: Element): boolean => isA(element, 'bpmn:FlowNode') && element.id !== undefined;

const nodesAround = (element: Element): readonly string[] => {
  const found: string[] = [];
  for (let at = element.$parent; at !== undefined; at = at.$parent) if (isNode(at)) found.push(at.id!);
  return found;
};

/**
 * Reads the elements of a process. A cluster may run elements that the embedded engine does not, so the file is not compiled.
 *
 * @param xml the file; without elements if it cannot be read
 */
export const readProcessModel = async (bpmnProcessId: string, xml: string): Promise<ProcessModel> => {
  const parsed = await parseBpmn(`${bpmnProcessId}.bpmn`, new TextEncoder().encode(xml));
  const roots = parsed.ok ? elements(parsed.document.definitions, 'rootElements') : [];
  const process = roots.find(({ id }) => id === bpmnProcessId);
  const nodes = process === undefined ? [] : elementsInside(process).filter(isNode);
  return {
    bpmnProcessId,
    elements: nodes.map((node) => ({ id: node.id!, name: textAt(node, 'name') || node.id! })),
    around: new Map(nodes.map((node) => [node.id!, nodesAround(node)])),
  };
};
