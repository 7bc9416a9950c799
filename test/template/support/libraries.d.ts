declare module '@bpmn-io/element-templates-validator' {
  export interface Finding {
    readonly keyword: string;
    readonly message: string;
    readonly instancePath: string;
    readonly schemaPath: string;
  }
  export function validateZeebe(template: object | string): {
    readonly valid: boolean;
    readonly errors: readonly Finding[] | null;
    readonly warnings: readonly Finding[] | null;
  };
  export function validateZeebeConfiguration(configuration: object): {
    readonly valid: boolean;
    readonly errors: readonly Finding[] | null;
    readonly warnings: readonly Finding[] | null;
  };
  export function getZeebeSchemaVersion(): string;
}

declare module 'bpmn-js-headless/lib/Modeler' {
  /** The parts of the headless Modeler that the tests use. */
  export default class Modeler {
    constructor(options: {
      additionalModules?: readonly object[];
      moddleExtensions?: Readonly<Record<string, unknown>>;
    });
    importXML(xml: string): Promise<{ warnings: readonly { message: string }[] }>;
    saveXML(options: { format: boolean }): Promise<{ xml: string }>;
    on(event: string, listener: (event: { errors: readonly Error[] }) => void): void;
    get(service: 'elementRegistry'): { get(id: string): import('./modeler.ts').Shape | undefined };
    get(service: 'elementTemplates'): import('./modeler.ts').ElementTemplates;
    get(service: 'elementTemplatesLoader'): { setTemplates(templates: readonly object[]): void };
    get(service: 'modeling'): import('./modeler.ts').Modeling;
    get(service: 'bpmnFactory'): { create(type: string, properties: object): import('./modeler.ts').Moddle };
    get(service: 'commandStack'): { undo(): void };
    destroy(): void;
  }
}
