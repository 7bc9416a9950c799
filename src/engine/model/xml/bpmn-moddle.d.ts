declare module 'bpmn-moddle' {
  /** The library ships types of BPMN's elements, but not of this entry point. */
  export class BpmnModdle {
    constructor(packages?: Record<string, unknown>);
    fromXML(xml: string): Promise<{
      rootElement: import('./element.ts').Element;
      warnings: {
        message: string;
        element?: import('./element.ts').Element;
        property?: string;
        value?: string;
      }[];
    }>;
    toXML(element: object): Promise<{ xml: string }>;
    create(type: string, properties: object): object;
  }
}
