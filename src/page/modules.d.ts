declare module 'bpmn-auto-layout' {
  /** Adds diagram information to a file without it. */
  export const layoutProcess: (xml: string) => Promise<string>;
}

declare module 'bpmn-moddle' {
  /** Reads and writes BPMN. */
  export class BpmnModdle {
    fromXML(xml: string): Promise<{ readonly rootElement: object }>;
    toXML(element: object): Promise<{ readonly xml: string }>;
  }
}
