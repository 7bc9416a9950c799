/** Element templates of Camunda 8, as far as this project writes them. Templates have no other keys. */

/** Where the BPMN file stores the value of a property. */
export type Binding =
  | { readonly type: 'zeebe:input'; readonly name: string }
  | { readonly type: 'zeebe:output'; readonly source: string }
  | { readonly type: 'zeebe:taskHeader'; readonly key: string }
  | { readonly type: 'zeebe:property'; readonly name: string }
  | {
      readonly type: 'zeebe:linkedResource';
      readonly linkName: string;
      readonly property: 'resourceId' | 'resourceType' | 'bindingType' | 'versionTag';
    }
  | { readonly type: 'zeebe:taskDefinition'; readonly property: 'type' | 'retries' }
  | { readonly type: 'zeebe:jobPriorityDefinition'; readonly property: 'priority' }
  | { readonly type: 'zeebe:adHoc'; readonly property: 'outputCollection' | 'outputElement' }
  | { readonly type: 'zeebe:agentDefinition'; readonly property: 'agentType' }
  | { readonly type: 'zeebe:executionListener'; readonly eventType: 'start' | 'end'; readonly retries?: string }
  | { readonly type: 'bpmn:Message#property'; readonly name: 'name' }
  | { readonly type: 'bpmn:Message#zeebe:subscription#property'; readonly name: 'correlationKey' };

/** A condition on the value of another property. `property` is the id of that property. */
export type SimpleCondition = { readonly property: string; readonly type: 'simple' } & (
  | { readonly equals: string | number | boolean }
  | { readonly oneOf: readonly (string | number)[] }
  | { readonly isEmpty: boolean }
  | { readonly isActive: boolean }
);

/** A condition for showing a property: a simple one, or several that must all hold. */
export type Condition = SimpleCondition | { readonly allMatch: readonly SimpleCondition[] };

/** One entry of a drop-down list: its label, and the value that it stores. */
export interface Choice {
  readonly name: string;
  readonly value: string;
}

/** The checks that the Modeler runs while a person types. */
export interface Constraints {
  readonly notEmpty?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: { readonly value: string; readonly message: string };
}

/** The kinds of form controls. */
export type PropertyType = 'String' | 'Text' | 'Number' | 'Boolean' | 'Dropdown' | 'Hidden' | 'Configuration';

/** How a property accepts FEEL. A property without a mode accepts plain text only. */
export type FeelMode = 'optional' | 'required' | 'static';

/** One field of the properties panel, or a fixed value where the type is `Hidden`. */
export interface TemplateProperty {
  readonly id?: string;
  readonly label?: string;
  readonly description?: string;
  readonly tooltip?: string;
  readonly placeholder?: string;
  readonly optional?: boolean;
  readonly value?: string | number | boolean;
  /** The Modeler makes a value when the template is applied. */
  readonly generatedValue?: { readonly type: 'uuid' };
  readonly constraints?: Constraints;
  readonly feel?: FeelMode;
  readonly language?: 'json';
  readonly secret?: boolean;
  readonly group?: string;
  readonly binding: Binding;
  readonly condition?: Condition;
  readonly type: PropertyType;
  readonly choices?: readonly Choice[];
  /** The kind of credential that a property of type `Configuration` asks for, and the lowest version that it may have. */
  readonly configurationTemplate?: string;
  readonly configurationTemplateVersion?: number;
}

/** A field of a kind of credential. Its value is stored as it is, without FEEL. */
export interface ConfigurationProperty
  extends Omit<TemplateProperty, 'binding' | 'feel' | 'optional' | 'generatedValue' | 'type'> {
  readonly id: string;
  readonly binding: { readonly type: 'property'; readonly name: string };
  readonly type: 'String' | 'Text' | 'Number' | 'Boolean' | 'Dropdown' | 'Hidden';
}

/** A kind of credential, which people store values for in the cluster. */
export interface ConfigurationTemplate {
  readonly id: string;
  readonly kind: 'CREDENTIAL';
  readonly version: number;
  readonly name: string;
  readonly description?: string;
  readonly documentationRef?: string;
  readonly keywords?: readonly string[];
  readonly groups?: readonly Group[];
  readonly properties: readonly ConfigurationProperty[];
}

/** A section of the properties panel. */
export interface Group {
  readonly id: string;
  readonly label: string;
  readonly tooltip?: string;
  readonly openByDefault?: boolean;
}

/** An entry of the create menu that creates an element. `presetId` names the values that it sets. */
export interface StepLeaf {
  readonly name: string;
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly presetId: string;
}

/** An entry of the create menu that opens further entries. */
export interface StepCategory {
  readonly name: string;
  readonly description?: string;
  readonly steps: readonly Step[];
}

/** An entry of the create menu. */
export type Step = StepLeaf | StepCategory;

/** The values that an entry of the create menu sets, by the ids of the properties. */
export interface Preset {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | number | boolean>>;
}

/** An element template, as plain JSON data. */
export interface ElementTemplate {
  readonly $schema: string;
  readonly name: string;
  readonly id: string;
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly documentationRef?: string;
  readonly version: number;
  readonly deprecated?: boolean | { readonly message?: string; readonly documentationRef?: string };
  readonly category: { readonly id: string; readonly name: string };
  readonly appliesTo: readonly string[];
  readonly elementType: { readonly value: string; readonly eventDefinition?: string };
  readonly engines: {
    readonly camunda?: string;
    readonly camundaDesktopModeler?: string;
    readonly camundaWebModeler?: string;
  };
  readonly entriesVisible?:
    | boolean
    | Readonly<Partial<Record<'outputs' | 'executionListeners' | 'taskListeners', boolean>>>;
  readonly groups: readonly Group[];
  readonly properties: readonly TemplateProperty[];
  readonly steps?: readonly Step[];
  readonly presets?: readonly Preset[];
  readonly configurationTemplates?: readonly ConfigurationTemplate[];
  readonly icon?: { readonly contents: string };
}
