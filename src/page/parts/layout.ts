/** Gives a file without diagram information a layout. Loaded only for such a file. */
import { layoutProcess } from 'bpmn-auto-layout';
import { BpmnModdle } from 'bpmn-moddle';

interface Node {
  readonly $type: string;
  readonly flowElements?: readonly Node[];
  sourceRef?: Node;
  targetRef?: Node;
  incoming?: Node[];
  outgoing?: Node[];
}

/** Files that were written by hand often leave out what the elements say of their flows. The layout follows it. */
const connect = (nodes: readonly Node[]): void => {
  for (const node of nodes) {
    if (node.flowElements !== undefined) connect(node.flowElements);
    if (node.$type !== 'bpmn:SequenceFlow') continue;
    const { sourceRef, targetRef } = node;
    if (sourceRef !== undefined && !sourceRef.outgoing?.includes(node)) {
      sourceRef.outgoing = [...(sourceRef.outgoing ?? []), node];
    }
    if (targetRef !== undefined && !targetRef.incoming?.includes(node)) {
      targetRef.incoming = [...(targetRef.incoming ?? []), node];
    }
  }
};

/** The file with diagram information. */
export const withLayout = async (xml: string): Promise<string> => {
  const moddle = new BpmnModdle();
  const { rootElement } = await moddle.fromXML(xml);
  connect((rootElement as unknown as { readonly rootElements: readonly Node[] }).rootElements);
  const connected = await moddle.toXML(rootElement);
  return layoutProcess(connected.xml);
};
