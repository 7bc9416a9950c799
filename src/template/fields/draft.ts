import type { ConfigurationTemplate, PropertyType, SimpleCondition, TemplateProperty } from '../types.ts';

/** A field that an agent fills in. */
export interface ToolParameter {
  readonly name: string;
  /** The call of `fromAi` that describes it. */
  readonly value: string;
  readonly type: PropertyType;
  /** A hint asks for it. */
  readonly wanted: boolean;
}

/** A property before its id and conditions are final. */
export interface Draft {
  /** The path in the input. Several members of a variant may have the same. */
  readonly path: string;
  /** Its id, group and binding are always present. */
  readonly property: TemplateProperty & { readonly id: string };
  readonly conditions: readonly SimpleCondition[];
  /** The author chose the id, so it stays as it is. */
  readonly ownId?: boolean;
  /** The kind of credential that the field asks for. */
  readonly credential?: ConfigurationTemplate;
  /** What the field is if an agent fills it in. Only in a template for a tool. */
  readonly parameter?: ToolParameter;
}

/** The section of the fields that do not name one. */
export const defaultGroup = 'default';
