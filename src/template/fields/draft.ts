import type { ConfigurationTemplate, SimpleCondition, TemplateProperty } from '../types.ts';

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
}

/** The section of the fields that do not name one. */
export const defaultGroup = 'default';
