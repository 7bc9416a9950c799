declare module 'bpmn-moddle' {
  /** Reads and writes BPMN. */
  export class BpmnModdle {
    fromXML(xml: string): Promise<{ readonly rootElement: object }>;
    toXML(element: object): Promise<{ readonly xml: string }>;
    /** Makes an element of the file. */
    create(type: string, properties: object): object;
  }
}
