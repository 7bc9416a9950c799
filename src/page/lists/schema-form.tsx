import { useId, useState } from 'preact/hooks';
import { digitsOf, readJson, shortJson } from '../parts/json.ts';
import {
  changeVariant,
  type FieldKind,
  type FormSchema,
  fieldFor,
  newItem,
  plainSchema,
  type Values,
  type Variant,
  variantFor,
  withField,
} from './schema-fields.ts';

/** What an input for one value gets. */
interface InputProps {
  readonly id: string;
  readonly value: unknown;
  /** `undefined`: there is no value. */
  readonly onValue: (value: unknown) => void;
}

/** What a field gets. */
interface FieldProps {
  readonly name: string;
  readonly schema: FormSchema;
  readonly isRequired: boolean;
  readonly value: unknown;
  readonly onValue: (value: unknown) => void;
}

/** Whether a form has a field whose text is no value, so that its values are not what it shows. */
export const hasWrongField = (form: HTMLElement | null): boolean =>
  form?.querySelector('[aria-invalid="true"], input:invalid') !== null;

/** A field for a value of any kind. */
const JsonInput = ({ id, value, onValue }: InputProps) => {
  const [text, setText] = useState(value === undefined ? '' : (JSON.stringify(value, undefined, 2) ?? ''));
  const [problem, setProblem] = useState('');
  const read = (next: string): void => {
    setText(next);
    try {
      onValue(next.trim() === '' ? undefined : readJson(next));
      setProblem('');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      setProblem(`This is not JSON: ${reason}. Fix: write a text in quotes, e.g. "Ada".`);
    }
  };
  return (
    <>
      <textarea
        id={id}
        class="code"
        rows={Math.min(8, text.split('\n').length + 1)}
        spellcheck={false}
        placeholder="JSON"
        value={text}
        aria-invalid={problem !== ''}
        aria-describedby={`${id}-problem`}
        onInput={(event) => read(event.currentTarget.value)}
      />
      <span class="error" id={`${id}-problem`}>
        {problem}
      </span>
    </>
  );
};

const Choice = ({ id, choices, value, onValue }: InputProps & { readonly choices: readonly unknown[] }) => (
  <select
    id={id}
    value={String(choices.indexOf(value))}
    onChange={(event) => onValue(choices[Number(event.currentTarget.value)])}
  >
    <option value="-1">–</option>
    {choices.map((choice, index) => (
      <option key={String(choice)} value={String(index)}>
        {typeof choice === 'string' ? choice : shortJson(choice)}
      </option>
    ))}
  </select>
);

/** The number that was entered, with all its digits. */
const numberOf = ({ value, valueAsNumber }: HTMLInputElement): unknown => {
  if (value === '') return undefined;
  try {
    return readJson(value);
  } catch {
    // A field takes texts that JSON does not, such as ".5".
    return valueAsNumber;
  }
};

const Input = ({
  field,
  isRequired,
  ...props
}: InputProps & { readonly field: FieldKind; readonly isRequired: boolean }) => {
  const { id, value, onValue } = props;
  switch (field.kind) {
    case 'choice':
      return <Choice {...props} choices={field.choices} />;
    case 'text':
      return (
        <input
          id={id}
          type="text"
          value={typeof value === 'string' ? value : ''}
          // An empty text is a value, which a required field can have.
          onInput={({ currentTarget: { value: text } }) => onValue(text === '' && !isRequired ? undefined : text)}
        />
      );
    case 'number':
      return (
        <input
          id={id}
          type="number"
          step="any"
          value={digitsOf(value) ?? ''}
          onInput={(event) => onValue(numberOf(event.currentTarget))}
        />
      );
    case 'boolean':
      // A box has no sign for "not given".
      if (!isRequired) return <Choice {...props} choices={[true, false]} />;
      return (
        <input
          id={id}
          type="checkbox"
          checked={value === true}
          onChange={(event) => onValue(event.currentTarget.checked)}
        />
      );
    default:
      return <JsonInput {...props} />;
  }
};

/** An object in which nothing is entered is not given, if it need not be. */
const orAbsent = (values: Values, isRequired: boolean): Values | undefined =>
  !isRequired && Object.values(values).every((value) => value === '') ? undefined : values;

/** The fields of one of several objects, and which of them it is. */
const VariantFields = ({
  label,
  variants,
  isRequired,
  value,
  onValue,
}: {
  readonly label: string;
  readonly variants: readonly Variant[];
  readonly isRequired: boolean;
  readonly value: unknown;
  readonly onValue: (value: Values | undefined) => void;
}) => {
  const id = useId();
  const [chosen, choose] = useState(() => (value === undefined && !isRequired ? -1 : variantFor(variants, value)));
  const variant = variants[chosen];
  return (
    <>
      <div class="field">
        <label for={id}>{label}</label>
        <select
          id={id}
          value={String(chosen)}
          onChange={(event) => {
            const next = Number(event.currentTarget.value);
            choose(next);
            const chosenNow = variants[next];
            onValue(chosenNow === undefined ? undefined : changeVariant(chosenNow, value));
          }}
        >
          {isRequired ? null : <option value="-1">–</option>}
          {variants.map(({ title }, index) => (
            <option key={`${index} ${title}`} value={String(index)}>
              {title}
            </option>
          ))}
        </select>
      </div>
      {variant === undefined ? null : (
        <ObjectFields
          key={chosen}
          schema={variant.schema}
          without={Object.keys(variant.constants)}
          values={(value ?? {}) as Values}
          // What distinguishes the variant belongs to it also if only another field was entered.
          onValues={(values) => onValue({ ...variant.constants, ...values })}
        />
      )}
    </>
  );
};

const ListField = ({
  label,
  items,
  rows,
  onRows,
}: {
  readonly label: string;
  readonly items: FormSchema;
  readonly rows: readonly unknown[];
  readonly onRows: (rows: readonly unknown[]) => void;
}) => {
  // A row keeps what it shows when one before it goes.
  const [ids, setIds] = useState<readonly number[]>(() => rows.map((_, index) => index));
  const remove = (at: number): void => {
    setIds(ids.filter((_, index) => index !== at));
    onRows(rows.filter((_, index) => index !== at));
  };
  return (
    <fieldset class="group">
      <legend>{label}</legend>
      {rows.map((row, index) => (
        <div class="list-row" key={ids[index]}>
          <Field
            name={String(index + 1)}
            schema={items}
            isRequired
            value={row}
            onValue={(value) => onRows(rows.map((each, at) => (at === index ? (value ?? null) : each)))}
          />
          <button
            type="button"
            class="quiet"
            aria-label={`Remove ${index + 1} of ${label}`}
            onClick={() => remove(index)}
          >
            ✕
          </button>
        </div>
      ))}
      <button
        type="button"
        class="plain"
        onClick={() => {
          setIds([...ids, Math.max(-1, ...ids) + 1]);
          onRows([...rows, newItem(items)]);
        }}
      >
        Add to {label}
      </button>
    </fieldset>
  );
};

/** One field, or a group of fields. Which it is does not change while somebody types. */
const Field = ({ name, schema: given, isRequired, value, onValue }: FieldProps) => {
  const id = useId();
  const schema = plainSchema(given);
  const [field] = useState(() => fieldFor(schema, value));
  const title = schema.title ?? name;
  const label = `${title}${isRequired ? ' *' : ''}`;
  const note = schema.description === undefined ? null : <span class="faint">{schema.description}</span>;
  if (field.kind === 'group') {
    return (
      <fieldset class="group">
        <legend>{label}</legend>
        {note}
        <ObjectFields
          schema={field.schema}
          values={(value ?? {}) as Values}
          onValues={(values) => onValue(orAbsent(values, isRequired))}
        />
      </fieldset>
    );
  }
  if (field.kind === 'variants') {
    return (
      <fieldset class="group">
        <legend>{label}</legend>
        {note}
        <VariantFields
          label="Which"
          variants={field.variants}
          isRequired={isRequired}
          value={value}
          onValue={onValue}
        />
      </fieldset>
    );
  }
  if (field.kind === 'list') {
    return (
      <ListField
        label={title}
        items={field.items}
        rows={Array.isArray(value) ? value : []}
        onRows={(rows) => onValue(rows.length === 0 && !isRequired ? undefined : rows)}
      />
    );
  }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <Input id={id} field={field} isRequired={isRequired} value={value} onValue={onValue} />
      {note}
    </div>
  );
};

/** The fields of an object. A field without a value is left out of the values. */
const ObjectFields = ({
  schema,
  without = [],
  values,
  onValues,
}: {
  readonly schema: FormSchema;
  readonly without?: readonly string[];
  readonly values: Values;
  readonly onValues: (values: Values) => void;
}) => (
  <>
    {Object.entries(schema.properties ?? {})
      .filter(([name]) => !without.includes(name))
      .map(([name, part]) => (
        <Field
          key={name}
          name={name}
          schema={part}
          isRequired={schema.required?.includes(name) === true}
          value={values[name]}
          onValue={(value) => onValues(withField(values, name, value))}
        />
      ))}
  </>
);

/** Whether there is a form for a schema: that of an object, or of one of several. */
export const hasForm = (schema: FormSchema | undefined): schema is FormSchema =>
  schema !== undefined && ['group', 'variants'].includes(fieldFor(plainSchema(schema), undefined).kind);

/** The form of a schema of an object, or of several of which one is chosen. */
export const SchemaForm = ({
  schema,
  values,
  onValues,
}: {
  readonly schema: FormSchema;
  readonly values: Values;
  readonly onValues: (values: Values) => void;
}) => {
  const field = fieldFor(plainSchema(schema), undefined);
  if (field.kind === 'variants') {
    return (
      <VariantFields
        label="Input"
        variants={field.variants}
        isRequired
        value={values}
        onValue={(chosen) => onValues(chosen ?? {})}
      />
    );
  }
  return field.kind === 'group' ? <ObjectFields schema={field.schema} values={values} onValues={onValues} /> : null;
};
