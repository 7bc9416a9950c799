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
  export function getZeebeSchemaVersion(): string;
}
