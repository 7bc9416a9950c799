/** Element templates as the tests read them: whatever a generator wrote, opened without trusting its types. */

export interface Binding {
  readonly type: string;
  readonly name?: string;
  readonly key?: string;
  readonly property?: string;
  readonly source?: string;
  readonly linkName?: string;
  readonly eventType?: string;
}

export interface SimpleCondition {
  readonly type?: 'simple';
  readonly property: string;
  readonly equals?: string | number | boolean;
  readonly oneOf?: readonly (string | number)[];
  readonly isActive?: boolean;
  readonly isEmpty?: boolean;
}

export type Condition = SimpleCondition | { readonly allMatch: readonly SimpleCondition[] };

export interface Choice {
  readonly name: string;
  readonly value: string;
  readonly condition?: Condition;
}

export interface Constraints {
  readonly notEmpty?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string | { readonly value: string; readonly message?: string };
}

export interface Property {
  readonly id?: string;
  readonly type: string;
  readonly label?: string;
  readonly group?: string;
  readonly value?: string | number | boolean;
  readonly generatedValue?: { readonly type: 'uuid' };
  readonly binding: Binding;
  readonly choices?: readonly Choice[];
  readonly constraints?: Constraints;
  readonly condition?: Condition;
  readonly feel?: string;
  readonly optional?: boolean;
  readonly configurationTemplate?: string;
  readonly configurationTemplateVersion?: number;
}

export interface Step {
  readonly name: string;
  readonly keywords?: readonly string[];
  readonly presetId?: string;
  readonly steps?: readonly Step[];
}

export interface Template {
  readonly $schema?: string;
  readonly name: string;
  readonly id: string;
  readonly version?: number;
  readonly appliesTo: readonly string[];
  readonly elementType?: { readonly value: string; readonly eventDefinition?: string };
  readonly engines?: Readonly<Record<string, string>>;
  readonly groups?: readonly { readonly id: string; readonly label: string }[];
  readonly properties: readonly Property[];
  readonly presets?: readonly { readonly id: string; readonly properties: Readonly<Record<string, unknown>> }[];
  readonly steps?: readonly Step[];
  readonly configurationTemplates?: readonly Configuration[];
}

/** A kind of credential. */
export interface Configuration {
  readonly id: string;
  readonly kind: string;
  readonly version: number;
  readonly properties: readonly Property[];
}

/** The generator's own type is closed; the tests look at it through this one. */
export const open = (template: object): Template => template as Template;

/** The simple conditions that must all hold for a property to be active. */
export const conditionsOf = ({ condition }: { readonly condition?: Condition }): readonly SimpleCondition[] =>
  condition === undefined ? [] : 'allMatch' in condition ? condition.allMatch : [condition];

/** One text per place that a property writes to; an upgrade matches by it. */
export const bindingKey = ({ binding }: { readonly binding: Binding }): string => {
  const { type, name, key, property, source, linkName, eventType } = binding;
  const place = name ?? key ?? property ?? source ?? eventType ?? '';
  return [type, ...(linkName === undefined ? [] : [linkName]), place].join(' ');
};
