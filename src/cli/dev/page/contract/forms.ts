/** Forms of user tasks. */

/** A component of a form, as form-js writes it. */
export interface FormComponent {
  readonly type: string;
  readonly id?: string;
  readonly key?: string;
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
  /** Of an expression component, whose value is computed. */
  readonly expression?: string;
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
  };
}

/** A form whose expressions have been evaluated. */
export interface EvaluatedForm {
  /** Without those that are hidden. */
  readonly components: readonly FormComponent[];
  /** The values of its expression components, by their keys. */
  readonly computed: Readonly<Record<string, unknown>>;
  /** Why expressions could not be evaluated. */
  readonly problems: readonly string[];
}
