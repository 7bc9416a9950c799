import * as v from 'valibot';
import type { HintCondition, TemplateGroup } from './template-settings.ts';

/**
 * A kind of credential, stored once in a cluster of Camunda 8.10 and later, and used by any number of elements and connectors.
 * The schema that has the hint describes the values of the credential.
 */
export interface Credential {
  /**
   * The id of the kind of credential. It ends in a major number by convention, e.g. `acme:account:1`: a change that stored
   * credentials do not fit needs another id.
   */
  readonly id: string;
  /** The name of the kind for people, e.g. `Acme account`. */
  readonly name: string;
  /** A whole number from 1. Raise it with every change. @default 1 */
  readonly version?: number;
  readonly description?: string;
  /** The address of the documentation. */
  readonly documentation?: string;
  /** Search words. */
  readonly keywords?: readonly string[];
  /** The sections of the form in their order, for the hint `group` of its fields. */
  readonly groups?: readonly TemplateGroup[];
  /** The lowest version that a stored credential must have. It belongs to the connector, not to the credential. @default any */
  readonly minVersion?: number;
}

/**
 * How a field looks in the Modeler. All hints are optional; without hints the schema decides. A hint that has no effect where
 * it is, is rejected.
 */
export interface Hints {
  /** The id of the section that contains the field. Fields inside an object or variant inherit it. */
  readonly group?: string;
  /** The order among the fields of the same object, lowest first. Equal numbers keep the order of the schema. @default 0 */
  readonly order?: number;
  /** A text inside the empty field. Only for fields of text or expressions. */
  readonly placeholder?: string;
  /** A text that appears over the label. */
  readonly tooltip?: string;
  /** The address of further documentation, linked after the description. */
  readonly documentation?: string;
  /** `Text` has several lines, `String` has one; `Hidden` sends its default and shows nothing. */
  readonly type?: 'String' | 'Text' | 'Hidden';
  /** Whether the field accepts FEEL: `optional` (a switch), `required` (always), `static` (values only) or `none`. */
  readonly feel?: 'optional' | 'required' | 'static' | 'none';
  /** The language of the editor, for a field of type `Text` without FEEL. */
  readonly language?: 'json';
  /** Labels for the choices of a list, by value. */
  readonly choices?: Readonly<Record<string, string>>;
  /**
   * Show the field only while the condition, or every condition of a list, holds. The schema must accept an absent value,
   * because a hidden field is not sent.
   */
  readonly condition?: HintCondition | readonly HintCondition[];
  /**
   * Whether the field must be filled in while it is shown. On an object or a variant: whether the fields that it requires
   * must be. @default what the schema requires
   */
  readonly notEmpty?: boolean;
  /**
   * A default that the schema does not have. Text that starts with `=` is FEEL. On an object, a variant or a member of a
   * variant: an object with defaults for its entries.
   */
  readonly default?: unknown;
  /**
   * The Modeler fills the field with a random text (UUID) when the template is applied. A field that is hidden with
   * `type: 'Hidden'` gets another one with every upgrade. Only for text.
   */
  readonly generated?: 'uuid';
  /** Leave the field out of the template. The schema must accept an absent value or have a default. */
  readonly hidden?: boolean;
  /** The field is for a secret: it asks for a reference such as `{{secrets.NAME}}`, and has no default. */
  readonly secret?: boolean;
  /**
   * The values of the object are a credential that a person chooses, instead of fields of the element. Needs Camunda 8.10.
   */
  readonly credential?: Credential;
  /** One expression for the whole object, instead of one field for each of its entries. */
  readonly opaque?: boolean;
  /**
   * The value is in a task header instead of a variable. The header is text, which is converted to what the schema requires; a
   * variable of the same name does not count. @default 'input'
   */
  readonly target?: 'input' | 'header';
  /** The name of that header. @default the path of the field */
  readonly binding?: string;
  /** The id of the property in the template. @default the path of the field */
  readonly id?: string;
  /**
   * Whether the members of this variant are entries of the Modeler's menu for new elements. @default true for a variant that
   * is the whole input, and for one whose members have keywords
   */
  readonly menu?: boolean;
  /** Search words for this member of a variant, or this operation, in the Modeler's menu for new elements. */
  readonly keywords?: readonly string[];
  /**
   * Whether an agent fills in the field, in the template for tools of agents. A list of values then becomes a field that takes
   * FEEL. Only for outbound connectors, and without effect until a template for a tool is made, with `template: { tool: true }`
   * or `createTemplate(connector, { part: 'tool' })`. @default true for a field that takes FEEL, has no default and is not a secret
   */
  readonly tool?: boolean;
}

/**
 * Sets how a field looks in the Modeler, as an item of a valibot pipe. It does not change what the schema accepts.
 *
 * Several hints in one pipe add up; the last one wins. For labels and descriptions use valibot's `v.title` and
 * `v.description`; the first of `v.examples` becomes the placeholder.
 *
 * @param given the hints, see {@link Hints}. `createTemplate` reports unknown names and invalid values
 * @returns an item for `v.pipe`
 * @example
 * v.pipe(v.string(), v.title('Body'), hints({ group: 'request', type: 'Text' }));
 * @example
 * v.pipe(v.optional(v.string()), hints({ condition: { property: 'auth.type', equals: 'basic' } }));
 */
export const hints = <Input>(given: Hints): v.MetadataAction<Input, { readonly camunda: Hints }> =>
  v.metadata<Input, { readonly camunda: Hints }>({ camunda: given });
