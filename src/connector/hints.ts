import * as v from 'valibot';

/** When a field is shown: by the value of one field before it. */
export type HintCondition = {
  /** Path of the other field from the root of the input, e.g. `auth.type`. */
  readonly property: string;
} & (
  | { readonly equals: string | number | boolean }
  | { readonly oneOf: readonly (string | number)[] }
  | { readonly isEmpty: boolean }
  | { readonly isActive: boolean }
);

/** How a field looks in the Modeler. Everything is optional: without hints the schema alone decides. */
export interface Hints {
  /** Section of the panel; fields inside of an object or variant inherit it. */
  readonly group?: string;
  /** Place among the fields of the same object: lower comes first, equal ones keep the schema's order. @default 0 */
  readonly order?: number;
  /** Shown in the empty field. Only for text and expressions. */
  readonly placeholder?: string;
  /** Shown when the pointer rests on the label. */
  readonly tooltip?: string;
  /** Address of further reading, linked behind the description. */
  readonly documentation?: string;
  /** `Text` has several lines, `String` one; `Hidden` sends its default and shows nothing. */
  readonly type?: 'String' | 'Text' | 'Hidden';
  /** Whether the field takes FEEL: as a switch, always, only values, or not at all. */
  readonly feel?: 'optional' | 'required' | 'static' | 'none';
  /** Language of the editor, for `Text` without FEEL. */
  readonly language?: 'json';
  /** Labels of a list's choices by their value. */
  readonly choices?: Readonly<Record<string, string>>;
  /** Show the field only then. The schema must let it be absent, because a hidden field is not sent. */
  readonly condition?: HintCondition | readonly HintCondition[];
  /** Whether the field must be filled in while it is shown, whatever the schema says. */
  readonly notEmpty?: boolean;
  /** Preset that the schema does not know of; text that starts with `=` is FEEL. */
  readonly default?: unknown;
  /** Leave the field out of the template; the schema must let it be absent or have a default. */
  readonly hidden?: boolean;
  /** Holds a secret: asks for a reference such as `{{secrets.NAME}}`, and has no default. */
  readonly secret?: boolean;
  /** One expression for the whole object instead of a field for each of its own. */
  readonly opaque?: boolean;
  /** Write the value to a header of the task, which `context.job.customHeaders` has, instead of an input. */
  readonly target?: 'input' | 'header';
  /** Name of that header. Default: the field's path. */
  readonly binding?: string;
  /** Id of the template's property. Default: the field's path. */
  readonly id?: string;
  /** Words by which the catalogue finds this member of a variant. */
  readonly keywords?: readonly string[];
}

/**
 * Says how a field looks in the Modeler, as an item of a valibot pipe. Several in one pipe add up; the later one counts
 * where both say something. Labels and descriptions are valibot's own `v.title` and `v.description`, and the first of
 * `v.examples` is the placeholder.
 *
 * @param given see {@link Hints}
 * @example
 * v.pipe(v.string(), v.title('Body'), hints({ group: 'request', type: 'Text' }));
 */
export const hints = <Input>(given: Hints): v.MetadataAction<Input, { readonly camunda: Hints }> =>
  v.metadata<Input, { readonly camunda: Hints }>({ camunda: given });
