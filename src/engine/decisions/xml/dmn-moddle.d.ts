declare module 'dmn-moddle' {
  /** The library ships no types. */
  export class DmnModdle {
    constructor(packages: Record<string, unknown>);
    fromXML(xml: string): Promise<{
      rootElement: import('../../model/xml/element.ts').Element;
      warnings: {
        message: string;
        element?: import('../../model/xml/element.ts').Element;
        property?: string;
        value?: string;
      }[];
    }>;
  }
}
