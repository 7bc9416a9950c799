/** Forms of user tasks, and the documents of their file pickers. */

import type { Key } from '../../../../engine/machine/types.ts';

/** A component of a form, as form-js writes it. */
export interface FormComponent {
  readonly type: string;
  readonly id?: string;
  /** Where the value is, with dots between the names. */
  readonly key?: string;
  /** Where the values of the components inside of it are. */
  readonly path?: string;
  readonly label?: string;
  readonly text?: string;
  /** Of an HTML view. */
  readonly content?: string;
  readonly description?: string;
  /** Of an image. */
  readonly source?: string;
  readonly alt?: string;
  /** Of an iframe. */
  readonly url?: string;
  readonly subtype?: string;
  /** How a time is written: `utc_offset`, `utc_normalized` or `no_timezone`. */
  readonly timeSerializingFormat?: string;
  readonly dateLabel?: string;
  readonly timeLabel?: string;
  readonly disabled?: boolean;
  /** An expression may decide. */
  readonly readonly?: boolean | string;
  readonly conditional?: { readonly hide?: boolean | string };
  readonly defaultValue?: unknown;
  readonly values?: readonly { readonly label?: string; readonly value: unknown }[];
  readonly valuesKey?: string;
  readonly valuesExpression?: string;
  readonly components?: readonly FormComponent[];
  /** Of a dynamic list: whether it repeats its components for each row. Default: true. */
  readonly isRepeating?: boolean;
  readonly allowAddRemove?: boolean;
  /** How many rows it has if no variable has some. Default: 1. */
  readonly defaultRepetitions?: number;
  /** The components of each row, after its evaluation. */
  readonly items?: readonly (readonly FormComponent[])[];
  /** Of a number: its value is a text. */
  readonly serializeToString?: boolean;
  /** Of a file picker: which files are offered, as for an input of HTML. */
  readonly accept?: string;
  /** Whether several files can be chosen. An expression may decide. */
  readonly multiple?: boolean | string;
  /** Of a button: `submit` or `reset`. */
  readonly action?: string;
  /** Of a spacer, in pixels. */
  readonly height?: number;
  /** Of an expression component, whose value is computed. */
  readonly expression?: string;
  /** Its value, after its evaluation. */
  readonly computed?: unknown;
  /** Of a table or a preview of documents: the name of a variable, or an expression. */
  readonly dataSource?: string;
  readonly columns?: readonly { readonly key: string; readonly label?: string }[];
  readonly columnsExpression?: string;
  /** What a table or a preview shows, after its evaluation. */
  readonly rows?: readonly Readonly<Record<string, unknown>>[];
  readonly validate?: {
    readonly required?: boolean | string;
    readonly min?: number | string;
    readonly max?: number | string;
    readonly minLength?: number | string;
    readonly maxLength?: number | string;
    readonly pattern?: string;
    /** `email` or `phone`, instead of a pattern; anything else: the pattern counts. */
    readonly validationType?: string;
  };
}

/** A form whose expressions have been evaluated. */
export interface EvaluatedForm {
  /** Without those that are hidden. */
  readonly components: readonly FormComponent[];
  /** Why expressions could not be evaluated. */
  readonly problems: readonly string[];
}

/** A file that is stored as a document, for a file picker. */
export interface NewFile {
  /** The user task whose form has the file picker. */
  readonly task: Key;
  readonly fileName: string;
  /** Empty: it follows from the name. */
  readonly contentType: string;
  /** In base64. */
  readonly content: string;
}
